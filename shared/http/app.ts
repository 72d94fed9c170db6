import { Hono } from 'hono';
import { Problem } from '../../contracts/core/problems.ts';
import type { HttpEnv } from './env.ts';
import { mountMetrics } from './metrics.ts';
import type { Metrics, WhyNotReady } from './metrics.ts';
import { problemAnswer, problemJson } from './problem-json.ts';
import { securityHeaders } from './security.ts';
import type { HttpContext, HttpSettings } from './serve.ts';

/**
 * The app of a node, before its endpoints: request ids, headers, metrics, and the one form of errors.
 * `whyNotReady` is asked by `/ready`.
 */
export function openApp(
  context: HttpContext,
  settings: HttpSettings,
  metrics: Metrics,
  whyNotReady: WhyNotReady,
): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.onError(problemJson(context.log));
  app.notFound((c) => problemAnswer(c, new Problem('not-found', '没有这个地址')));
  app.use(securityHeaders(settings.https));
  app.use(async (c, next) => {
    const requestId = context.ids.next();
    const startedMs = context.clock.now();
    c.set('requestId', requestId);
    await next();
    c.header('X-Request-Id', requestId);
    // Answers are personal data: no cache on the way keeps them (A41).
    if (c.req.path.startsWith('/api/')) c.header('Cache-Control', 'no-store');
    const tookMs = context.clock.now() - startedMs;
    metrics.requestTook(c.req.method, c.get('route') ?? 'other', c.res.status, tookMs);
    context.log.debug({ requestId, route: c.get('route'), status: c.res.status, tookMs }, 'request');
  });
  mountMetrics(app, metrics, whyNotReady);
  return app;
}
