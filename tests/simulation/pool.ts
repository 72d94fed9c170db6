import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { RunResult } from './run.ts';

export interface PoolOptions {
  from: number;
  seeds: number;
  workers?: number;
  /** No more seeds after the first that fails. */
  stopAtFirst?: boolean;
  onResult(result: RunResult): void;
}

/** One seed in so many is run a second time, in another process, and must leave the same trace. */
const ONCE_MORE_EVERY = 20;

/** Runs the seeds in worker processes. A seed that a second run tells otherwise comes back as failed. */
export async function runSeeds({ from, seeds, workers = 2, stopAtFirst, onResult }: PoolOptions): Promise<void> {
  const queue = Array.from({ length: seeds }, (_, index) => from + index);
  const again: number[] = [];
  const traces = new Map<number, string>();
  let failed = false;

  function report(result: RunResult): void {
    const first = traces.get(result.seed);
    traces.set(result.seed, result.traceHash);
    if (first === undefined) {
      failed ||= result.failure !== undefined;
      if (result.seed % ONCE_MORE_EVERY === 0 && !failed) again.push(result.seed);
      return onResult(result);
    }
    if (first === result.traceHash) return;
    const detail = `one run left the trace ${first}, another ${result.traceHash}`;
    failed = true;
    onResult({ ...result, failure: { phase: 'once more', invariant: 'determinism', detail, step: result.steps } });
  }

  async function work(): Promise<void> {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const worker = fork(new URL(`./worker${extension}`, import.meta.url), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await answer(worker);
    for (;;) {
      const seed = failed && stopAtFirst ? undefined : (queue.shift() ?? again.shift());
      if (seed === undefined) break;
      worker.send(seed);
      report((await answer(worker)) as RunResult);
    }
    worker.disconnect();
    await once(worker, 'exit');
  }

  const count = Math.min(workers, availableParallelism(), Math.max(1, seeds));
  await Promise.all(Array.from({ length: count }, work));
}

function answer(worker: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a simulation worker ended with ${code}`));
    worker.once('exit', ended);
    worker.once('message', (message) => {
      worker.off('exit', ended);
      resolve(message);
    });
  });
}
