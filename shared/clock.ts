/** Time comes in through the context, so that the simulation can run production code. Milliseconds since 1970, UTC. */
export interface Clock {
  now(): number;
  /** Runs `work` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** ISO 8601 in UTC with milliseconds: the one form in which instants are stored; sorts as text. */
export function isoTime(nowMs: number): string {
  return new Date(nowMs).toISOString();
}

const chinaOffsetMs = 8 * 3_600_000;

/** The calendar date in China (UTC+8, no summer time since 1992) as `2026-09-01`. */
export function chinaDate(nowMs: number): string {
  return new Date(nowMs + chinaOffsetMs).toISOString().slice(0, 10);
}

/** Runs `work` when the event loop has turned. */
export function afterThisTurn(work: () => void): void {
  setImmediate(work);
}

/** Lets the event loop turn once: requests and messages that wait are served before long work goes on. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * The same from wherever it is called: what follows the next turn of a callback of a file or socket still comes before the
 * timers and before what else has arrived.
 */
export async function wholeTurn(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
