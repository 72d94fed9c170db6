import { Problem } from '../../contracts/core/problems.ts';
import type { Clock } from '../clock.ts';

export interface RateLimit {
  /** Counts one attempt by `key`; throws `too-many-requests` when the window is full. */
  count(key: string): void;
}

/** Keys remembered at once; beyond, the oldest window is forgotten, so that a flood of keys cannot fill the memory. */
const KEYS_MAX = 50_000;

/** Fixed windows in memory, per process: `max` attempts a key in `windowMs` from the first. */
export function rateLimit(clock: Clock, max: number, windowMs: number): RateLimit {
  const windows = new Map<string, { endsAtMs: number; count: number }>();
  return {
    count(key) {
      const now = clock.now();
      let window = windows.get(key);
      if (!window || window.endsAtMs <= now) {
        windows.delete(key);
        window = { endsAtMs: now + windowMs, count: 0 };
        windows.set(key, window);
        if (windows.size > KEYS_MAX) windows.delete(windows.keys().next().value!);
      }
      window.count++;
      if (window.count > max) {
        const seconds = Math.ceil((window.endsAtMs - now) / 1_000);
        throw new Problem('too-many-requests', `请 ${seconds} 秒后再试`, { extra: { retryAfterSeconds: seconds } });
      }
    },
  };
}
