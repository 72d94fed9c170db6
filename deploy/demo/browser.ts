import type { Hono } from 'hono';
import { SessionView } from '../../contracts/account.ts';
import { cookieName } from '../../shared/account/cookie.ts';
import { insertSession, newSession } from '../../shared/account/session.ts';
import type { HttpEnv } from '../../shared/http/env.ts';
import type { HttpContext } from '../../shared/http/serve.ts';

const origin = 'http://localhost';

/** A page's side of the app, without a socket: keeps the cookie and the CSRF token as a browser and its page would. */
export interface Browser {
  /** The cookie header, as `name=value`; empty before sign-in. */
  cookie: string;
  csrfToken: string;
  get(path: string, query?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** `body` goes as JSON, or as it is when it is text or bytes. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  upload(path: string, file: Uint8Array, fileName: string, query?: Record<string, string>): Promise<Response>;
  signIn(account: string, password: string): Promise<Response>;
}

export function browser(app: Hono<HttpEnv>): Browser {
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { ...(me.cookie && { cookie: me.cookie }), ...(init.headers as Record<string, string>) };
    const answer = await app.request(`${origin}${path}`, { ...init, headers });
    for (const cookie of answer.headers.getSetCookie()) {
      const pair = cookie.split(';')[0] ?? '';
      me.cookie = pair.endsWith('=') ? '' : pair;
    }
    return answer;
  };
  const withQuery = (path: string, query: Record<string, string>): string =>
    Object.keys(query).length > 0 ? `${path}?${new URLSearchParams(query)}` : path;
  const writing = (): Record<string, string> => ({ origin, 'x-csrf-token': me.csrfToken });
  const me: Browser = {
    cookie: '',
    csrfToken: '',
    get: (path, query = {}, headers = {}) => send(withQuery(path, query), { headers }),
    post: (path, body, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { ...writing(), 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
      }),
    upload: (path, file, fileName, query = {}) =>
      send(withQuery(path, query), {
        method: 'POST',
        headers: { ...writing(), 'x-file-name': encodeURIComponent(fileName) },
        body: file as Uint8Array<ArrayBuffer>,
      }),
    async signIn(account, password) {
      const answer = await me.post('/api/session/sign-in', { account, password });
      if (answer.ok) me.csrfToken = SessionView.parse(await answer.clone().json()).csrfToken;
      return answer;
    },
  };
  return me;
}

/** Signed in with a session that is put into the database: hashing a password takes longer than what follows. */
export async function signedInAs(
  { app, context }: { app: Hono<HttpEnv>; context: HttpContext },
  account: string,
): Promise<Browser> {
  const { token, row } = newSession(context, account, { ip: '', userAgent: '' });
  await context.store.decide((tx) => insertSession(tx, row));
  const page = browser(app);
  page.cookie = `${cookieName(false)}=${token}`;
  page.csrfToken = row.csrfToken;
  return page;
}

/** The JSON of an answer; what is refused is thrown. */
export async function json<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
