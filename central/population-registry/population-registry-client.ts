import { z } from 'zod';
import type { RegistryLink } from '../../contracts/hub-claims.ts';
import { assert } from '../../shared/assert.ts';
import type { Clock } from '../../shared/clock.ts';
import { assertNotDeciding } from '../../shared/db/decision.ts';
import type { Random } from '../../shared/random.ts';
import { CircuitOpen, circuitBreaker } from './circuit-breaker.ts';

/** Identities in one call. */
export const QUERIES_PER_CALL_MAX = 500;
/** How long one attempt may take, milliseconds. */
export const CALL_TIMEOUT_MS = 5_000;
/** Attempts of one call; whoever waits longer waits in the table (`verify-job.ts`). */
export const ATTEMPTS_PER_CALL = 2;
/** Longest pause between the attempts of one call, milliseconds; the pause is somewhere below (jitter). */
export const PAUSE_MS_MAX = 400;

export const RegistryResult = z.enum(['match', 'name-mismatch', 'not-found']);
export type RegistryResult = z.infer<typeof RegistryResult>;

export interface RegistryQuery {
  idNumber: string;
  name: string;
}

const Answer = z.object({ answers: z.array(z.object({ id: z.string(), result: RegistryResult })) });

/** The registry did not answer, or answered something else. `retryAfterMs` when it should not be asked before. */
export class RegistryUnreachable extends Error {
  override readonly name = 'RegistryUnreachable';
  readonly retryAfterMs: number | undefined;

  constructor(reason: string, retryAfterMs?: number) {
    super(`the population registry is unreachable: ${reason}`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The population registry (人口信息库), as far as the hub needs it. */
export interface PopulationRegistry {
  /** One result for each query, in their order; all or `RegistryUnreachable`. */
  verify(queries: readonly RegistryQuery[]): Promise<RegistryResult[]>;
  link(): RegistryLink;
}

/**
 * The registry over HTTP: `POST {url}/v1/verify` with `{queries: [{id, idNumber, name}]}` and the key in `X-Api-Key`,
 * answered by `{answers: [{id, result}]}`. Time-out, one more attempt after a random pause, circuit breaker.
 */
export function openPopulationRegistry(
  { url, apiKey }: { url: string; apiKey: string },
  { clock, random }: { clock: Clock; random: Random },
): PopulationRegistry {
  const breaker = circuitBreaker(clock);

  async function ask(queries: readonly RegistryQuery[]): Promise<RegistryResult[]> {
    const cut = new AbortController();
    const cancel = clock.after(CALL_TIMEOUT_MS, () => cut.abort());
    try {
      const response = await fetch(new URL('/v1/verify', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
        body: JSON.stringify({ queries: queries.map((query, index) => ({ id: String(index), ...query })) }),
        signal: cut.signal,
      });
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new Error(`status ${response.status}`);
      }
      return inOrder(queries.length, Answer.parse(await response.json()));
    } finally {
      cancel();
    }
  }

  return {
    link: () => breaker.state(),
    async verify(queries) {
      assertNotDeciding('a call to the population registry');
      assert(queries.length <= QUERIES_PER_CALL_MAX, 'queries of one call');
      for (let attempt = 1; ; attempt++) {
        try {
          return await breaker.run(() => ask(queries));
        } catch (error) {
          if (error instanceof CircuitOpen) throw new RegistryUnreachable(error.message, error.retryAfterMs);
          if (attempt >= ATTEMPTS_PER_CALL) throw new RegistryUnreachable(reasonOf(error));
          const pauseMs = Math.ceil(random.fraction() * PAUSE_MS_MAX);
          await new Promise<void>((resume) => clock.after(pauseMs, resume));
        }
      }
    },
  };
}

/** The results by position; anything but exactly one answer a query is no answer. */
function inOrder(count: number, { answers }: z.output<typeof Answer>): RegistryResult[] {
  const byId = new Map(answers.map(({ id, result }) => [id, result]));
  const results = Array.from({ length: count }, (_, index) => byId.get(String(index)));
  if (answers.length !== count || results.includes(undefined)) throw new Error('the answers do not fit the queries');
  return results as RegistryResult[];
}

/** For the log: never what was asked or answered. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return 'an answer of another form';
  if (error instanceof Error && error.name === 'AbortError') return `no answer within ${CALL_TIMEOUT_MS} ms`;
  return error instanceof Error ? error.message : String(error);
}
