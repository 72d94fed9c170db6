import type { Clock } from '../../shared/clock.ts';

export interface ManualClock extends Clock {
  /** Lets time pass, running what falls due on the way, in order. */
  advance(byMs: number): Promise<void>;
  set(toMs: number): void;
}

/** A clock that a test turns by hand. */
export function manualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  let timers: { atMs: number; work: () => void }[] = [];
  return {
    now: () => nowMs,
    set(toMs) {
      nowMs = toMs;
    },
    after(delayMs, work) {
      const timer = { atMs: nowMs + delayMs, work };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    async advance(byMs) {
      const endMs = nowMs + byMs;
      for (;;) {
        const next = timers.filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        timers = timers.filter((one) => one !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.work();
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      }
      nowMs = endMs;
    },
  };
}
