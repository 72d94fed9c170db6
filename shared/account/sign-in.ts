import { signIn } from '../../contracts/account.ts';
import type { SessionView } from '../../contracts/account.ts';
import { isoTime } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { appendAudit } from '../audit/audit.ts';
import type { AnyTx } from '../db/tables-of.ts';
import type { HttpContext, HttpSettings, RequestFacts } from '../http/serve.ts';
import { tellPages } from '../http/news.ts';
import { rateLimit } from '../http/rate-limit.ts';
import { findOrg } from '../org/table.ts';
import { setCookie } from './cookie.ts';
import { FAILURES_MAX, judge, LOCK_MS, refusalOf } from './judge.ts';
import type { Answer } from './judge.ts';
import { verifyPassword } from './password.ts';
import { proofOfCode } from './second-factor.ts';
import { endSession, insertSession, newSession, sessionId } from './session.ts';
import { findAccount } from './table.ts';
import type { AccountTable } from './table.ts';
import { sessionView } from './view.ts';

/** Attempts a network address makes, at one account and at all (A21); a school's computers share one address. */
const ATTEMPTS_ONE_ACCOUNT = 10;
const ATTEMPTS_ONE_ADDRESS = 100;
const ATTEMPTS_WINDOW_MS = 60_000;

/** What one process remembers about attempts. An account that does not exist locks like one that does (A29). */
export interface SignInGuard {
  /** Throws `too-many-requests`. */
  count(ip: string, account: string): void;
  /** What an unknown account answers to a wrong password. */
  unknown(account: string): 'wrong' | 'locked';
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
 * Signs in with name, password and, for an account that has a second factor, its code: the one way in (A28). The password
 * is verified before the decision; inside, the account is read again, so that of many guesses at once no more than
 * `FAILURES_MAX` count. An unknown account costs the same hash and the same write. Whatever session the browser brought is
 * ended. Throws `sign-in-failed` (also for an unknown account), `account-locked`, `too-many-requests`, and only to who knows
 * the password `account-disabled`, `account-frozen`, `second-factor-required`, `second-factor-wrong`.
 */
export async function signInWith(
  context: HttpContext,
  settings: HttpSettings,
  guard: SignInGuard,
  request: RequestFacts,
  input: { account: string; password: string; code?: string | undefined },
): Promise<SessionView> {
  guard.count(request.ip, input.account);
  const known = await findAccount(context.store.read, input.account);
  const right = await verifyPassword(known?.passwordHash, input.password);
  const session = newSession(context, input.account, request);
  const answer = await context.store.decide(async (tx) => {
    const account = known && (await findAccount(tx, known.name));
    if (!account) {
      await audit(tx, context, request, account, 'wrong');
      return guard.unknown(input.account);
    }
    const isRight = right && account.passwordHash === known?.passwordHash;
    const proof = isRight ? await proofOfCode(context, tx, account.name, input.code) : 'wrong';
    const answer = await judge(tx, account, proof, context.clock.now());
    if (answer === 'right') {
      if (request.sessionToken) await endSession(tx, sessionId(request.sessionToken));
      await insertSession(tx, session.row);
      tellPages(context, tx, 'online-users', [account.orgId]);
    }
    await audit(tx, context, request, account, answer);
    return answer;
  });
  if (answer !== 'right') throw await refusalOf(context.store.read, input.account, answer);
  request.answerHeader('Set-Cookie', setCookie(settings.https, session.token));
  return sessionView(context, settings.nodeName, session.row.id);
}

const summaries: Record<Answer, string> = {
  right: '登录成功',
  wrong: '密码错误',
  'wrong-code': '动态口令错误',
  'code-missing': '密码正确，待输入动态口令',
  locked: '账号锁定期间尝试登录',
  disabled: '账号已停用',
  frozen: '账号已冻结',
  'issued-elsewhere': '初始密码尚未在省级系统修改',
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
