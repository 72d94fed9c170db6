import type { RegistryLink } from '../../contracts/hub-claims.ts';
import type { Clock } from '../../shared/clock.ts';

/** Failures in a row after which nothing is asked for a while. */
export const FAILURES_TO_OPEN = 5;
/** How long nothing is asked, milliseconds; then one call is let through to try. */
export const OPEN_MS = 15_000;

/** Thrown instead of a call while the circuit is open. */
export class CircuitOpen extends Error {
  override readonly name = 'CircuitOpen';
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`not asked, again in ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface CircuitBreaker {
  /** `closed`: calls pass. `open`: none does. `half-open`: one passes, and decides. */
  state(): RegistryLink;
  /** Does `work`, or throws `CircuitOpen`. What `work` throws counts as a failure and is thrown on. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Spares a service that does not answer: it is not asked at all for a while, and then by one call alone. */
export function circuitBreaker(clock: Clock): CircuitBreaker {
  let failures = 0;
  let openUntilMs = 0;
  let trying = false;

  function state(): RegistryLink {
    if (failures < FAILURES_TO_OPEN) return 'closed';
    return clock.now() < openUntilMs ? 'open' : 'half-open';
  }

  return {
    state,
    async run(work) {
      const before = state();
      if (before === 'open') throw new CircuitOpen(openUntilMs - clock.now());
      if (before === 'half-open' && trying) throw new CircuitOpen(OPEN_MS);
      trying = before === 'half-open';
      try {
        const result = await work();
        failures = 0;
        return result;
      } catch (error) {
        failures++;
        openUntilMs = clock.now() + OPEN_MS;
        throw error;
      } finally {
        if (before === 'half-open') trying = false;
      }
    },
  };
}
