import type { Hono } from 'hono';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { HttpEnv } from './env.ts';

export interface Metrics {
  /** Where others register their own. Labels of few values only: never an id, a name or an address. */
  registry: Registry;
  requestTook(method: string, route: string, status: number, tookMs: number): void;
  committed(tookMs: number, decisions: number): void;
}

/** Undefined when the node can do its work now. */
export type WhyNotReady = () => Promise<string | undefined>;

export function openMetrics(node: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ node });
  const requests = new Histogram({
    name: 'xueji_http_request_seconds',
    help: 'Time to answer, by endpoint',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    registers: [registry],
  });
  const commits = new Histogram({
    name: 'xueji_commit_seconds',
    help: 'One transaction of the store with all decisions that shared it, from begin until durable',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry],
  });
  const decisions = new Counter({
    name: 'xueji_decisions_total',
    help: 'Decisions of the store',
    registers: [registry],
  });
  return {
    registry,
    committed(tookMs, count) {
      commits.observe(tookMs / 1_000);
      decisions.inc(count);
    },
    requestTook: (method, route, status, tookMs) =>
      requests.observe({ method, route, status: String(status) }, tookMs / 1_000),
  };
}

/** Memory, event loop, garbage collection. For a real process: it starts timers. */
export function collectProcessMetrics({ registry }: Metrics): void {
  collectDefaultMetrics({ register: registry });
}

/**
 * `/health`: the process lives. `/ready`: it can do its work, or why not. `/metrics`: Prometheus. None says anything about
 * people.
 */
export function mountMetrics(app: Hono<HttpEnv>, { registry }: Metrics, whyNotReady: WhyNotReady): void {
  app.get('/health', (c) => c.text('ok'));
  app.get('/ready', async (c) => {
    const why = await whyNotReady();
    return why === undefined ? c.text('ready') : c.text(`not ready: ${why}`, 503);
  });
  app.get('/metrics', async (c) => c.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType }));
}
