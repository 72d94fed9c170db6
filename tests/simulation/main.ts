import { parseArgs } from 'node:util';
import { removeFolder } from './disk.ts';
import { rareMarks, requiredMarks } from './marks.ts';
import { runSeeds } from './pool.ts';
import { runSeed } from './run.ts';
import type { RunResult } from './run.ts';
import { makeTemplate } from './template.ts';

/**
 * npm run simulate -- --seeds 500 [--from 1]: runs so many worlds, prints what was done to them and which fail.
 * --tell prints every step of the seeds, in this process. --stop-at-first ends with the first seed that fails.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    'stop-at-first': { type: 'boolean', default: false },
    tell: { type: 'boolean', default: false },
  },
});
const seeds = Number(values.seeds);
const from = Number(values.from);

/** Fewer worlds may by chance miss a situation, and a rare one. */
const SEEDS_FOR_MARKS = 100;
const SEEDS_FOR_RARE_MARKS = 1_000;

const faults: Record<string, number> = {};
const met: Record<string, number> = {};
const failures: RunResult[] = [];
let steps = 0;

function take(result: RunResult): void {
  steps += result.steps;
  add(faults, result.faults);
  add(met, result.met);
  if (!result.failure) return;
  failures.push(result);
  const { phase, invariant, detail, step } = result.failure;
  console.log(`seed ${result.seed} FAILED in phase ${phase}, step ${step}: ${invariant}\n${detail}`);
  console.log(`  again: npm run simulate -- --seeds 1 --from ${result.seed}   (--tell prints every step)`);
}

function add(to: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, times] of Object.entries(more)) to[name] = (to[name] ?? 0) + times;
}

async function tellSeeds(): Promise<void> {
  const template = await makeTemplate();
  for (let seed = from; seed < from + seeds; seed++) take(await runSeed(template, seed, { tell: console.log }));
  removeFolder(template.folder);
}

function table(title: string, counts: Readonly<Record<string, number>>): void {
  console.log(`\n${title}`);
  for (const [name, times] of Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${String(times).padStart(9)}  ${name}`);
}

const startedMs = performance.now();
if (values.tell) await tellSeeds();
else
  await runSeeds({
    from,
    seeds,
    workers: Number(values.workers),
    stopAtFirst: values['stop-at-first'],
    onResult: take,
  });
const seconds = (performance.now() - startedMs) / 1_000;
table('faults injected', faults);
table('situations met', met);
const expected = [
  ...(seeds >= SEEDS_FOR_MARKS ? requiredMarks : []),
  ...(seeds >= SEEDS_FOR_RARE_MARKS ? rareMarks : []),
];
const missed = expected.filter((mark) => !met[mark]);
for (const mark of missed) console.log(`never met: ${mark}`);
const rate = (seeds / seconds).toFixed(1);
console.log(
  `\n${seeds} seeds from ${from}, ${steps} steps, ${seconds.toFixed(0)} s (${rate} seeds/s): ${failures.length} failed`,
);
process.exitCode = failures.length > 0 || missed.length > 0 ? 1 : 0;
