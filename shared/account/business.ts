import { changePassword, currentSession, listOrgChildren, signIn, signOut } from '../../contracts/account.ts';
import type { OrgNode, SessionView } from '../../contracts/account.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { isoTime } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { afterCommit } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import { tellPages } from '../http/news.ts';
import { serve, servePublic } from '../http/serve.ts';
import type { Call, HttpContext, HttpSettings, Served } from '../http/serve.ts';
import { mustBeInScope } from '../org/scope.ts';
import { listChildren } from '../org/tree.ts';
import { clearCookie, setCookie } from './cookie.ts';
import { judge, ownPassword, refusalOf } from './judge.ts';
import { hashPassword, mustBeStrong } from './password.ts';
import { secondFactorEndpoints } from './second-factor-endpoints.ts';
import { endSession, insertSession, newSession } from './session.ts';
import { signInGuard, signInWith } from './sign-in.ts';
import { endSessionsOf } from './table.ts';
import type { AccountTables } from './table.ts';
import { sessionView } from './view.ts';

/**
 * Accounts and sessions: sign in, who am I, sign out, change the password, the second factor, and the org tree that every
 * page shows.
 */
export function accountEndpoints(clock: Clock, settings: HttpSettings): Served<HttpContext>[] {
  const guard = signInGuard(clock);
  return [
    servePublic(signIn, (context: HttpContext, request, input) => signInWith(context, settings, guard, request, input)),
    serve(currentSession, (context: HttpContext, call) =>
      sessionView(context, settings.nodeName, call.caller.sessionId),
    ),
    serve(signOut, (context: HttpContext, call: Call<never>) => leave(context, settings, call)),
    serve(changePassword, (context: HttpContext, call: Call<never>, input) => change(context, settings, call, input)),
    ...secondFactorEndpoints(settings),
    serve(listOrgChildren, (context: HttpContext, call: Call<never>, input) => children(context, call, input)),
  ];
}

/** Ends the session here, not only in the browser (A24), and has the browser forget what it cached (A41). */
async function leave(context: HttpContext, settings: HttpSettings, call: Call<never>): Promise<Record<string, never>> {
  await call.decide(async (tx, note) => {
    await endSession(tx, call.caller.sessionId);
    afterCommit(tx, () => context.events.endSession(call.caller.sessionId));
    tellPages(context, tx, 'online-users', [call.caller.org.id]);
    note(call.caller.account);
  });
  call.answerHeader('Set-Cookie', clearCookie(settings.https));
  call.answerHeader('Clear-Site-Data', '"cache"');
  return {};
}

/**
 * A wrong old password counts towards the lock like a failed sign-in. A right one ends every session of the account and
 * begins a new one here.
 */
async function change(
  context: HttpContext,
  settings: HttpSettings,
  call: Call<never>,
  input: { oldPassword: string; newPassword: string },
): Promise<SessionView> {
  const { account: name, sessionId } = call.caller;
  mustBeStrong(input.newPassword, name, '/newPassword');
  if (input.newPassword === input.oldPassword) {
    const detail = '新密码不能与原密码相同';
    throw new Problem('password-too-weak', detail, { errors: [{ pointer: '/newPassword', detail }] });
  }
  const own = await ownPassword(context, name, input.oldPassword);
  const passwordHash = await hashPassword(input.newPassword);
  const session = newSession(context, name, call);
  const answer = await call.decide(async (tx, note) => {
    const { account, isRight } = await own(tx);
    const nowMs = context.clock.now();
    const answer = await judge(tx, account, isRight ? 'right' : 'wrong', nowMs);
    note(name, answer === 'right' ? '密码已修改' : '原密码错误');
    if (answer !== 'right') return answer;
    await tablesOf<AccountTables>(tx)
      .updateTable('account')
      .set({ passwordHash, mustChangePassword: 0, passwordChangedAt: isoTime(nowMs) })
      .where('name', '=', name)
      .execute();
    const ended = await endSessionsOf(tx, name, sessionId);
    await endSession(tx, sessionId);
    await insertSession(tx, session.row);
    afterCommit(tx, () => {
      context.events.forceOff(ended);
      context.events.endSession(sessionId);
    });
    return answer;
  });
  if (answer !== 'right') throw await refusalOf(context.store.read, name, answer);
  call.answerHeader('Set-Cookie', setCookie(settings.https, session.token));
  return sessionView(context, settings.nodeName, session.row.id);
}

async function children(
  context: HttpContext,
  call: Call<never>,
  { parentId }: { parentId?: string | undefined },
): Promise<{ orgs: OrgNode[] }> {
  const id = parentId ?? call.caller.org.id;
  await mustBeInScope(context.store.read, id, call.caller);
  return { orgs: await listChildren(context.store.read, id) };
}
