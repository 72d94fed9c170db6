import { Hono } from 'hono';
import { z } from 'zod';
import { chinaDate } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import type { HttpEnv } from '../../shared/http/env.ts';
import { listen } from '../../shared/http/server.ts';
import { seededRandom } from '../../shared/random.ts';
import { answerFor } from './citizens.ts';
import type { Citizens } from './citizens.ts';
import { Trials } from './trials.ts';

const QUERIES_PER_CALL_MAX = 1_000;

const Verify = z.object({
  queries: z
    .array(z.object({ id: z.string().max(64), idNumber: z.string().max(64), name: z.string().max(64) }))
    .min(1)
    .max(QUERIES_PER_CALL_MAX),
});

export interface SimulatorOptions {
  /** 0 for any free port. */
  port: number;
  /** Calls without it in `X-Api-Key` are answered 401; so are the trials. */
  apiKey: string;
  /** Repeats the errors of `errorRate` exactly. */
  seed: number;
  citizens: Citizens;
  trials: Trials;
  clock: Clock;
}

export interface Simulator {
  url: string;
  close(): Promise<void>;
}

/**
 * The population registry for demonstration and trials, over real HTTP:
 * - `POST /v1/verify` `{queries: [{id, idNumber, name}]}` → `{answers: [{id, result}]}`, by the rule in `citizens.ts`;
 * - `GET` and `POST /admin/trials` reads and changes how it misbehaves (`trials.ts`; any of the fields), for example
 *   `curl -H 'X-Api-Key: …' -d '{"unavailable":true}' http://localhost:8090/admin/trials`;
 * - `GET /health`.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const listening = await listen(simulatorApp(options), {
    port: options.port,
    host: '127.0.0.1',
    clock: options.clock,
  });
  return { url: `http://127.0.0.1:${listening.port}`, close: () => listening.close() };
}

function simulatorApp({ apiKey, seed, citizens, trials, clock }: SimulatorOptions): Hono<HttpEnv> {
  const random = seededRandom(seed);
  let now = trials;
  const app = new Hono<HttpEnv>();
  // Stopping must not wait for what clients keep open.
  app.use(async (c, next) => {
    await next();
    c.header('Connection', 'close');
  });
  app.get('/health', (c) => c.json({ ok: true }));
  app.use(async (c, next) => {
    if (c.req.header('x-api-key') !== apiKey) return c.json({ error: 'unknown key' }, 401);
    return next();
  });
  app.get('/admin/trials', (c) => c.json(now));
  app.post('/admin/trials', async (c) => {
    const asked = Trials.partial().safeParse(await c.req.json());
    if (!asked.success) return c.json({ error: z.prettifyError(asked.error) }, 422);
    now = Trials.parse({ ...now, ...asked.data });
    return c.json(now);
  });
  app.post('/v1/verify', async (c) => {
    const { latencyMs, errorRate, unavailable } = now;
    if (latencyMs > 0) await new Promise<void>((resume) => clock.after(latencyMs, resume));
    if (unavailable) return c.json({ error: 'out of service' }, 503);
    if (random.fraction() < errorRate) return c.json({ error: 'planned error' }, 500);
    const asked = Verify.safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success) return c.json({ error: z.prettifyError(asked.error) }, 422);
    const today = chinaDate(clock.now());
    const answers = asked.data.queries.map((query) => ({ id: query.id, result: answerFor(citizens, query, today) }));
    return c.json({ answers });
  });
  return app;
}
