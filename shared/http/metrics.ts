import type { Hono } from 'hono';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { HttpEnv } from './env.ts';

export interface Metrics {
  /** Where others register their own. Labels of few values only: never an id, a name or an address. */
  registry: Registry;
  requestTook(method: string, route: string, status: number, tookMs: number): void;
}

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
  return {
    registry,
    requestTook: (method, route, status, tookMs) =>
      requests.observe({ method, route, status: String(status) }, tookMs / 1_000),
  };
}

/** Memory, event loop, garbage collection. For a real process: it starts timers. */
export function collectProcessMetrics({ registry }: Metrics): void {
  collectDefaultMetrics({ register: registry });
}

/**
 * `/health`: the process lives. `/ready`: it can do its work. `/metrics`: Prometheus. None says anything about people.
 */
export function mountMetrics(app: Hono<HttpEnv>, { registry }: Metrics, isReady: () => boolean): void {
  app.get('/health', (c) => c.text('ok'));
  app.get('/ready', (c) => (isReady() ? c.text('ready') : c.text('not ready', 503)));
  app.get('/metrics', async (c) => c.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType }));
}
