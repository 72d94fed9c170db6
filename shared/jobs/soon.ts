import type { AnyContext } from '../context.ts';

/** Work of a node that a commit leaves to be done, such as what needs files. */
export interface SoonWork<C> {
  name: string;
  /** Does all that is to be done; told again while it runs, it runs once more. */
  run(context: C): Promise<void>;
}

interface Run {
  again: boolean;
  ended: Promise<void>;
}

/** What runs in this process, by the store of its node and by name. */
const running = new WeakMap<object, Map<string, Run>>();
const stopped = new WeakSet<object>();

/**
 * Begins the work at once, unless it runs already: then it runs once more. For `afterCommit`. A periodic job runs the same
 * work, for what a crash or an error cut off; an error is logged.
 */
export function soon<C extends Pick<AnyContext, 'store' | 'log'>>(context: C, work: SoonWork<C>): Promise<void> {
  const mine = running.get(context.store) ?? new Map<string, Run>();
  running.set(context.store, mine);
  const now = mine.get(work.name);
  if (now) {
    now.again = true;
    return now.ended;
  }
  if (stopped.has(context.store)) return Promise.resolve();
  const run: Run = { again: true, ended: Promise.resolve() };
  mine.set(work.name, run);
  run.ended = untilDone(context, work, run).finally(() => mine.delete(work.name));
  return run.ended;
}

async function untilDone<C extends Pick<AnyContext, 'store' | 'log'>>(
  context: C,
  work: SoonWork<C>,
  run: Run,
): Promise<void> {
  while (run.again && !stopped.has(context.store)) {
    run.again = false;
    try {
      await work.run(context);
    } catch (error) {
      context.log.error({ err: error, work: work.name }, 'work that a commit left failed; it is tried again later');
    }
  }
}

/** At the node's stop, before the store closes: begins no more, and waits for what runs. */
export async function stopSoon(context: Pick<AnyContext, 'store'>): Promise<void> {
  stopped.add(context.store);
  await Promise.all([...(running.get(context.store)?.values() ?? [])].map(({ ended }) => ended));
}
