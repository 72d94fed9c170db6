import type { SessionView } from '../../contracts/account.ts';
import { must } from '../assert.ts';
import { isoTime } from '../clock.ts';
import type { HttpContext } from '../http/serve.ts';
import { findOrg } from '../org/table.ts';
import { findSession, SESSION_IDLE_MS } from './session.ts';

/** What a page knows about the session that it runs in. */
export async function sessionView(context: HttpContext, nodeName: string, sessionId: string): Promise<SessionView> {
  const session = must(await findSession(context.store.read, sessionId, context.clock.now()), 'session');
  const { caller } = session;
  const org = must(await findOrg(context.store.read, caller.org.id), 'org of the session');
  return {
    account: caller.account,
    personName: caller.personName,
    role: caller.role,
    org,
    node: context.node,
    nodeName,
    mustChangePassword: session.mustChangePassword,
    hasSecondFactor: session.hasSecondFactor,
    home: session.home,
    csrfToken: session.csrfToken,
    idleEndsAt: isoTime(Date.parse(session.lastSeenAt) + SESSION_IDLE_MS),
  };
}
