import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chanceOf } from '../simulation/chance.ts';
import { checkAtRest, checkWriters, underWay } from './check.ts';
import { openFederation, victims } from '../bench/federation.ts';
import { startLoad } from './load.ts';

/**
 * npm run kills -- [--kills 100] [--seed 1] [--keep]: hub, two provinces and a real broker as processes, killed (-9) at random while
 * people register and transfer pupils; then rest, and what must hold over the databases. Exit 1 and the invariant that does not.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
const REST_MS_MAX = 180_000;
const UP_MS_MAX = 1_500;
const DOWN_MS_MAX = 800;

const chance = chanceOf(seed);
const folder = mkdtempSync(join(tmpdir(), 'xueji-kills-'));
const startedMs = performance.now();
const seconds = (): string => `${((performance.now() - startedMs) / 1_000).toFixed(0)} s`;
const killed: Record<string, number> = {};
const federation = await openFederation(folder);
const load = startLoad(federation, seed);
try {
  for (let kill = 0; kill < kills; kill++) {
    await sleep(chance.fraction() * UP_MS_MAX);
    const victim = chance.pick(victims);
    await federation.kill(victim);
    killed[victim] = (killed[victim] ?? 0) + 1;
    await checkWriters(folder);
    await sleep(chance.fraction() * DOWN_MS_MAX);
    await federation.start(victim);
  }
  await load.calm();
  const endMs = performance.now() + REST_MS_MAX;
  for (let waiting = await underWay(folder); waiting.length > 0; waiting = await underWay(folder)) {
    if (performance.now() > endMs) throw new Error(`it does not come to rest: ${waiting.join('; ')}`);
    await sleep(500);
  }
  await load.stop();
  const counted = await checkAtRest(folder, load.promised);
  const { files, transfers } = load.promised;
  const all = { ...counted, 'files promised': files.length, 'transfers promised': transfers.length };
  for (const [what, count] of Object.entries(all)) console.log(`${String(count).padStart(7)}  ${what}`);
  const each = victims.map((victim) => `${victim} ${killed[victim] ?? 0}`).join(', ');
  console.log(`${kills} kills (${each}), ${seconds()}: every invariant holds`);
} catch (error) {
  console.error(`after ${seconds()}, seed ${seed}:`, error);
  process.exitCode = 1;
} finally {
  await load.calm();
  await load.stop();
  await federation.stop();
  if (values.keep || process.exitCode === 1) console.log(`data: ${folder}`);
  else rmSync(folder, { recursive: true });
}
