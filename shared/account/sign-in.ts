import { signIn } from '../../contracts/account.ts';
import type { SessionView } from '../../contracts/account.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { isoTime } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { appendAudit } from '../audit/audit.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import type { HttpContext, HttpSettings, RequestFacts } from '../http/serve.ts';
import { rateLimit } from '../http/rate-limit.ts';
import { findOrg } from '../org/table.ts';
import { setCookie } from './cookie.ts';
import { verifyPassword } from './password.ts';
import { endSession, insertSession, newSession, sessionId } from './session.ts';
import { findAccount } from './table.ts';
import type { AccountTable, AccountTables } from './table.ts';
import { sessionView } from './view.ts';

/** GB/T 22239 level 3, 8.1.4.1: after so many wrong passwords in a row the account is closed for a while. */
export const FAILURES_MAX = 5;
export const LOCK_MS = 15 * 60_000;

/** Attempts a network address makes, at one account and at all (A21); a school's computers share one address. */
const ATTEMPTS_ONE_ACCOUNT = 10;
const ATTEMPTS_ONE_ADDRESS = 100;
const ATTEMPTS_WINDOW_MS = 60_000;

type Answer = 'right' | 'wrong' | 'locked' | 'disabled';

/** What one process remembers about attempts. An account that does not exist locks like one that does (A29). */
export interface SignInGuard {
  /** Throws `too-many-requests`. */
  count(ip: string, account: string): void;
  /** What an unknown account answers to a wrong password. */
  unknown(account: string): Answer;
}

export function signInGuard(clock: Clock): SignInGuard {
  const perAccount = rateLimit(clock, ATTEMPTS_ONE_ACCOUNT, ATTEMPTS_WINDOW_MS);
  const perAddress = rateLimit(clock, ATTEMPTS_ONE_ADDRESS, ATTEMPTS_WINDOW_MS);
  const failures = rateLimit(clock, FAILURES_MAX, LOCK_MS);
  return {
    count(ip, account) {
      perAddress.count(ip);
      perAccount.count(`${ip} ${account}`);
    },
    unknown(account) {
      try {
        failures.count(account);
        return 'wrong';
      } catch {
        return 'locked';
      }
    },
  };
}

/**
 * Signs in with name and password. The password is verified before the decision; inside, the account is read again, so
 * that of many guesses at once no more than `FAILURES_MAX` count. An unknown account costs the same hash and the same
 * write. Whatever session the browser brought is ended. Throws `sign-in-failed` (also for an unknown account),
 * `account-locked`, `account-disabled` (only to who knows the password), `too-many-requests`.
 */
export async function signInWith(
  context: HttpContext,
  settings: HttpSettings,
  guard: SignInGuard,
  request: RequestFacts,
  input: { account: string; password: string },
): Promise<SessionView> {
  guard.count(request.ip, input.account);
  const known = await findAccount(context.store.read, input.account);
  const right = await verifyPassword(known?.passwordHash, input.password);
  const session = newSession(context, input.account, request);
  const answer = await context.store.decide(async (tx) => {
    const account = known && (await findAccount(tx, known.name));
    const same = account?.passwordHash === known?.passwordHash;
    const answer = account
      ? await judge(tx, account, right && same, context.clock.now())
      : guard.unknown(input.account);
    if (answer === 'right') {
      if (request.sessionToken) await endSession(tx, sessionId(request.sessionToken));
      await insertSession(tx, session.row);
    }
    await audit(tx, context, request, account, answer);
    return answer;
  });
  if (answer !== 'right') throw refusal(answer);
  request.answerHeader('Set-Cookie', setCookie(settings.https, session.token));
  return sessionView(context, settings.nodeName, session.row.id);
}

/**
 * What the account answers to a right or wrong password, and the counting that goes with it: a decision's part, so that
 * guesses made at once are counted one after another. While it is locked, a right password is refused like a wrong one.
 */
export async function judge(tx: AnyTx, account: AccountTable, right: boolean, nowMs: number): Promise<Answer> {
  const now = isoTime(nowMs);
  if (account.lockedUntil !== null && account.lockedUntil > now) return 'locked';
  const set = (columns: Partial<AccountTable>): Promise<unknown> =>
    tablesOf<AccountTables>(tx).updateTable('account').set(columns).where('name', '=', account.name).execute();
  if (right) {
    if (account.state === 'disabled') return 'disabled';
    await set({ failedCount: 0, lockedUntil: null, lastSignInAt: now });
    return 'right';
  }
  const failedCount = account.failedCount + 1;
  const locks = failedCount >= FAILURES_MAX;
  await set({ failedCount: locks ? 0 : failedCount, lockedUntil: locks ? isoTime(nowMs + LOCK_MS) : null });
  return 'wrong';
}

export function refusal(answer: Exclude<Answer, 'right'>): Problem {
  switch (answer) {
    case 'wrong':
      return new Problem('sign-in-failed', `连续 ${FAILURES_MAX} 次错误将锁定 ${LOCK_MS / 60_000} 分钟`);
    case 'locked':
      return new Problem('account-locked', `密码连续错误 ${FAILURES_MAX} 次，请 ${LOCK_MS / 60_000} 分钟后再试`);
    case 'disabled':
      return new Problem('account-disabled', '请联系本单位系统管理员');
  }
}

const summaries: Record<Answer, string> = {
  right: '登录成功',
  wrong: '密码错误',
  locked: '账号锁定期间尝试登录',
  disabled: '账号已停用',
};

async function audit(
  tx: AnyTx,
  context: HttpContext,
  request: RequestFacts,
  account: AccountTable | undefined,
  answer: Answer,
): Promise<void> {
  const org = account && (await findOrg(tx, account.orgId));
  await appendAudit(tx, {
    at: isoTime(context.clock.now()),
    account: account?.name ?? '',
    orgId: org?.id ?? '',
    orgPath: org?.path ?? '',
    action: signIn.path,
    title: signIn.title,
    // What was typed for a name that nobody has may be a password: it is not kept.
    subject: account?.name ?? '',
    summary: account ? summaries[answer] : '账号不存在',
    requestId: request.requestId,
    ip: request.ip,
  });
}
