import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { Problem } from '../../contracts/core/problems.ts';
import type { HttpEnv } from './env.ts';

/**
 * Headers of every answer. Scripts come from us alone. Styles may be inline: antd writes its styles into the page, and
 * its scroll lock and scroll-bar measure (@rc-component/portal, util) do so without a nonce, which would be blocked
 * without a word.
 */
export function securityHeaders(https: boolean): MiddlewareHandler<HttpEnv> {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    referrerPolicy: 'same-origin',
    // Without https a browser ignores it, and says so on the console of every page.
    crossOriginOpenerPolicy: https,
    strictTransportSecurity: https ? 'max-age=31536000; includeSubDomains' : false,
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [] },
  });
}

/**
 * Every request that writes must come from our own pages (A25): the browser says so in `Origin`, which a page cannot
 * forge. `origins` are the addresses under which people reach the node; when empty, the `Host` of the request is the
 * only one. Throws `cross-site-request`, also when there is no `Origin` at all and `Sec-Fetch-Site` does not vouch for
 * it.
 */
export function mustBeSameOrigin(c: Context<HttpEnv>, origins: readonly string[]): void {
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  const foreign = new Problem('cross-site-request', '请从本系统的页面操作');
  if (site !== undefined && site !== 'same-origin') throw foreign;
  if (origin === undefined) {
    if (site === 'same-origin') return;
    throw foreign;
  }
  if (origins.length > 0 ? !origins.includes(origin) : hostOf(origin) !== hostAsked(c)) throw foreign;
}

function hostAsked(c: Context<HttpEnv>): string {
  return c.req.header('host') ?? new URL(c.req.url).host;
}

/** Undefined for `null` and other opaque origins. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/**
 * Where the request comes from: the socket, or behind our own proxy the last address that it added to `X-Forwarded-For`
 * (what stands before it is the client's word). Empty when unknown.
 */
export function clientIp(c: Context<HttpEnv>, behindProxy: boolean): string {
  const forwarded = behindProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  return forwarded || (c.env?.incoming?.socket.remoteAddress ?? '');
}
