import type { AnyContext } from '../context.ts';

export interface PeriodicJob<C> {
  name: string;
  /** From the end of one run to the beginning of the next: a job never overlaps itself. */
  everyMs: number;
  run(context: C): Promise<unknown>;
}

/** A job begins at a moment of its own within the first period, or a minute: not all of them at boot. */
const FIRST_RUN_WITHIN_MS = 60_000;

/**
 * Runs each job again and again on the context's clock. A job that throws is logged and comes again.
 * `stop` begins no more runs and waits for those under way.
 */
export function startPeriodic<C extends Pick<AnyContext, 'clock' | 'random' | 'log'>>(
  context: C,
  jobs: readonly PeriodicJob<C>[],
): { stop(): Promise<void> } {
  let stopped = false;
  const cancels = new Map<string, () => void>();
  const underWay = new Set<Promise<void>>();

  const schedule = (job: PeriodicJob<C>, delayMs: number): void => {
    const begin = (): void => {
      const done: Promise<void> = runOnce(context, job).finally(() => {
        underWay.delete(done);
        if (!stopped) schedule(job, job.everyMs);
      });
      underWay.add(done);
    };
    cancels.set(job.name, context.clock.after(delayMs, begin));
  };

  for (const job of jobs) {
    schedule(job, Math.floor(context.random.fraction() * Math.min(job.everyMs, FIRST_RUN_WITHIN_MS)));
  }
  return {
    async stop() {
      stopped = true;
      for (const cancel of cancels.values()) cancel();
      await Promise.all(underWay);
    },
  };
}

async function runOnce<C extends Pick<AnyContext, 'clock' | 'random' | 'log'>>(
  context: C,
  job: PeriodicJob<C>,
): Promise<void> {
  try {
    await job.run(context);
  } catch (error) {
    context.log.error({ err: error, job: job.name }, 'periodic job failed');
  }
}
