import { getCookie } from 'hono/cookie';
import type { Context, Hono } from 'hono';
import { mayCall } from '../../contracts/core/endpoint.ts';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { ProblemCode } from '../../contracts/core/problems.ts';
import { cookieName } from '../account/cookie.ts';
import { findSession, mustKnowCsrfToken, seeSession, sessionId } from '../account/session.ts';
import type { LiveSession } from '../account/session.ts';
import { assert } from '../assert.ts';
import { auditRead, callOf } from './call.ts';
import { answerDownload } from './download.ts';
import type { HttpEnv } from './env.ts';
import { mountEvents } from './events.ts';
import { apiDocument, apiPage } from './openapi.ts';
import { readInput } from './read-input.ts';
import { clientIp, mustBeSameOrigin } from './security.ts';
import type { Call, DownloadFile, HttpContext, HttpSettings, RequestFacts, Served } from './serve.ts';

/** A handler that has not answered by then is given up on; what it decides afterwards still holds. */
export const HANDLER_MS_MAX = 60_000;

/** Until an issued password is changed, nothing but these answers. */
const sessionPaths = '/api/session';

/** What any endpoint may answer without naming it. */
const commonProblems: ReadonlySet<ProblemCode> = new Set([
  ...(['invalid-input', 'not-signed-in', 'password-change-required', 'cross-site-request', 'not-allowed'] as const),
  ...(['not-found', 'file-too-large', 'file-unreadable', 'too-many-requests', 'busy', 'defect'] as const),
]);

/**
 * Puts every endpoint on the app, behind the same gate: origin, session, issued password, CSRF token, role, input; then
 * the handler; then the output through its schema, which drops whatever the contract does not name. Adds `/api/events`,
 * `/api/openapi.json` and `/api/docs`. An endpoint that is given twice is refused.
 */
export function mountEndpoints<C extends HttpContext>(
  app: Hono<HttpEnv>,
  context: C,
  served: readonly Served<C>[],
  settings: HttpSettings,
): void {
  for (const one of served) {
    const { path } = one.endpoint;
    const method = one.endpoint.method.toUpperCase();
    const taken = app.routes.some((route) => route.path === path && route.method === method);
    assert(!taken, `${method} ${path} is mounted twice`);
    app.on(method, path, (c) => answer(c, context, one, settings));
  }
  const endpoints = served.map(({ endpoint }) => endpoint);
  app.get('/api/openapi.json', (c) => c.json(apiDocument(endpoints, settings.nodeName)));
  app.get('/api/docs', (c) => c.html(apiPage(endpoints, settings.nodeName)));
  mountEvents(app, context.events, async (c) => {
    const { caller } = await mustBeSignedIn(context, requestFacts(c, settings), '/api/events');
    const isLive = async (): Promise<boolean> =>
      (await findSession(context.store.read, caller.sessionId, context.clock.now())) !== undefined;
    return { sessionId: caller.sessionId, orgPath: caller.org.path, isLive };
  });
}

async function answer<C extends HttpContext>(
  c: Context<HttpEnv>,
  context: C,
  served: Served<C>,
  settings: HttpSettings,
): Promise<Response> {
  const { endpoint } = served;
  c.set('route', endpoint.path);
  if (endpoint.method !== 'get') mustBeSameOrigin(c, settings.origins);
  const request = requestFacts(c, settings);
  const call = await admit(c, context, endpoint, request);
  const input = await readInput(endpoint, c.req);
  const work = served.handle(context, call as Call<never>, input as never).catch((error: unknown) => {
    throw settings.strictProblems ? named(endpoint, error) : error;
  });
  const output = await withinTime(context, work);
  if ('caller' in call && endpoint.audited) await auditRead(context, endpoint, call);
  if (endpoint.kind === 'download') return answerDownload(c, output as DownloadFile);
  return c.json(endpoint.output.parse(output) as object);
}

/** The call of somebody who may make it; for a public endpoint just the facts of the request. */
async function admit(
  c: Context<HttpEnv>,
  context: HttpContext,
  endpoint: Endpoint,
  request: RequestFacts,
): Promise<RequestFacts | Call<never>> {
  if (endpoint.access === 'public') return request;
  const session = await mustBeSignedIn(context, request, endpoint.path);
  if (endpoint.method !== 'get') mustKnowCsrfToken(session, c.req.header('x-csrf-token'));
  const { role, org } = session.caller;
  if (!mayCall(endpoint, role, org.level)) throw new Problem('not-allowed');
  // What a page asks by itself does not keep a person signed in who has left.
  if (c.req.header('x-background') === undefined) await seeSession(context, session);
  return callOf(context, endpoint, request, session.caller);
}

async function mustBeSignedIn(
  context: HttpContext,
  { sessionToken }: RequestFacts,
  path: string,
): Promise<LiveSession> {
  const nowMs = context.clock.now();
  const session = sessionToken && (await findSession(context.store.read, sessionId(sessionToken), nowMs));
  if (!session) throw new Problem('not-signed-in');
  if (session.mustChangePassword && !path.startsWith(sessionPaths)) throw new Problem('password-change-required');
  return session;
}

function requestFacts(c: Context<HttpEnv>, settings: HttpSettings): RequestFacts {
  return {
    requestId: c.get('requestId'),
    ip: clientIp(c, settings.behindProxy),
    userAgent: c.req.header('user-agent') ?? '',
    sessionToken: getCookie(c, cookieName(settings.https)),
    answerHeader: (name, value) => c.header(name, value, { append: true }),
  };
}

async function withinTime<T>({ clock }: HttpContext, work: Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new Problem('busy', `处理超过 ${HANDLER_MS_MAX / 1_000} 秒，请稍后查看结果`));
    cancel = clock.after(HANDLER_MS_MAX, giveUp);
  });
  return Promise.race([work, late]).finally(() => cancel());
}

function named(endpoint: Endpoint, error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  if (commonProblems.has(error.code) || endpoint.problems.includes(error.code)) return error;
  return new Error(`${endpoint.path} gave the problem ${error.code}, which it does not name`, { cause: error });
}
