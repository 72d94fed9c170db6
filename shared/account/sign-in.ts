import { auditEntrance, enter } from './enter.ts';
import { signIn } from '../../contracts/account.ts';
import type { SessionView } from '../../contracts/account.ts';
import type { Clock } from '../clock.ts';
import type { HttpContext, HttpSettings, RequestFacts } from '../http/serve.ts';
import { rateLimit } from '../http/rate-limit.ts';
import { setCookie } from './cookie.ts';
import { FAILURES_MAX, judge, LOCK_MS, refusalOf } from './judge.ts';
import type { Answer } from './judge.ts';
import { verifyPassword } from './password.ts';
import { proofOfCode } from './second-factor.ts';
import { newSession } from './session.ts';
import { findAccount } from './table.ts';
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
      await auditEntrance(context, tx, request, signIn, undefined, '账号不存在');
      return guard.unknown(input.account);
    }
    const isRight = right && account.passwordHash === known?.passwordHash;
    const proof = isRight ? await proofOfCode(context, tx, account.name, input.code) : 'wrong';
    const answer = await judge(tx, account, proof, context.clock.now());
    if (answer === 'right') await enter(context, tx, request, account, session.row);
    await auditEntrance(context, tx, request, signIn, account, summaries[answer]);
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
