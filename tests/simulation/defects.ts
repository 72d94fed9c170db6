import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { mustBePlantable, plant, plantedDefects } from './planted.ts';
import type { PlantedDefect } from './planted.ts';

/**
 * Whether the simulation is awake: node deploy/run.mjs tests/simulation/defects [name]. Plants one defect after the
 * other into a copy of the built program and tells after how many seeds it was found, one line of JSON each.
 */
const SEEDS_MAX = 200;
const AT_ONCE = 2;

export interface Found {
  name: string;
  seeds: number | null;
  invariant: string | null;
  expected: boolean;
}

async function find(defect: PlantedDefect): Promise<Found> {
  const folder = plant(defect);
  try {
    const { firstSeed = 1 } = defect;
    const args = ['--seeds', String(SEEDS_MAX), '--from', String(firstSeed), '--workers', '1', '--stop-at-first'];
    const child = fork(join(folder, 'tests/simulation/main.js'), args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let said = '';
    child.stdout!.on('data', (text: Buffer) => (said += text.toString()));
    child.stderr!.on('data', (text: Buffer) => (said += text.toString()));
    await once(child, 'close');
    const [, seed, invariant] = /^seed (\d+) FAILED in phase .*?, step \d+: (.*)$/m.exec(said) ?? [];
    if (seed === undefined && !/0 failed/.test(said)) throw new Error(`${defect.name}: ${said.slice(0, 2_000)}`);
    const expected = invariant !== undefined && defect.foundBy.includes(invariant);
    return {
      name: defect.name,
      seeds: seed ? Number(seed) - firstSeed + 1 : null,
      invariant: invariant ?? null,
      expected,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Also those that are not run now: a defect that the program has outgrown is noticed at once.
for (const defect of plantedDefects) mustBePlantable(defect);
const queue = plantedDefects.filter(({ name }) => process.argv.length < 3 || process.argv.includes(name));
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let defect = queue.shift(); defect; defect = queue.shift()) {
      const found = await find(defect);
      console.log(JSON.stringify(found));
      if (!found.expected) process.exitCode = 1;
    }
  }),
);
