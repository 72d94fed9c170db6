import { ACCOUNT_IDLE_DAYS, administratorOf } from '../../contracts/account-administration.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { must } from '../assert.ts';
import { isoTime } from '../clock.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import type { HttpContext } from '../http/serve.ts';
import { findOrg } from '../org/table.ts';
import { isFrozen } from './idle.ts';
import { verifyPassword } from './password.ts';
import { findAccount } from './table.ts';
import type { AccountTable, AccountTables } from './table.ts';

/** GB/T 22239 level 3, 8.1.4.1: after so many wrong passwords or codes in a row the account is closed for a while. */
export const FAILURES_MAX = 5;
export const LOCK_MS = 15 * 60_000;

/** What somebody has shown: a right password without the code that the account asks for is not yet a failure. */
export type Proof = 'right' | 'wrong' | 'wrong-code' | 'code-missing';
export type Answer = Proof | 'locked' | 'disabled' | 'frozen' | 'issued-elsewhere';

/**
 * What the account answers to a proof, and the counting that goes with it: a decision's part, so that guesses made at once
 * are counted one after another. While it is locked, a right password is refused like a wrong one. Only a whole proof
 * begins the count anew: who has the password alone may guess five codes, not five after every password.
 */
export async function judge(tx: AnyTx, account: AccountTable, proof: Proof, nowMs: number): Promise<Answer> {
  const now = isoTime(nowMs);
  if (account.lockedUntil !== null && account.lockedUntil > now) return 'locked';
  const set = (columns: Partial<AccountTable>): Promise<unknown> =>
    tablesOf<AccountTables>(tx).updateTable('account').set(columns).where('name', '=', account.name).execute();
  if (proof !== 'wrong') {
    if (account.state === 'disabled') return 'disabled';
    if (isFrozen(account, nowMs)) return 'frozen';
    if (proof === 'code-missing') return proof;
    // Its own node asks for another password before anything else, and only there can it be changed.
    if (proof === 'right' && account.home !== null && account.mustChangePassword === 1) return 'issued-elsewhere';
  }
  if (proof === 'right') {
    await set({ failedCount: 0, lockedUntil: null, lastSignInAt: now });
    return 'right';
  }
  const failedCount = account.failedCount + 1;
  const locks = failedCount >= FAILURES_MAX;
  await set({ failedCount: locks ? 0 : failedCount, lockedUntil: locks ? isoTime(nowMs + LOCK_MS) : null });
  return proof;
}

/**
 * The refusal of an answer. Who can help is told for what only the holder of the password hears; the others read the same
 * for an account that does not exist (A29).
 */
export async function refusalOf(db: AnyDb, name: string, answer: Exclude<Answer, 'right'>): Promise<Problem> {
  switch (answer) {
    case 'wrong':
      return new Problem('sign-in-failed', `连续 ${FAILURES_MAX} 次错误将锁定 ${LOCK_MS / 60_000} 分钟`);
    case 'locked':
      return new Problem('account-locked', `密码连续错误 ${FAILURES_MAX} 次，请 ${LOCK_MS / 60_000} 分钟后再试`);
    case 'code-missing':
      return new Problem('second-factor-required', '请输入手机验证器上显示的 6 位数字');
    case 'wrong-code':
      return new Problem(
        'second-factor-wrong',
        `请输入验证器上新显示的 6 位数字，用过的不能再用；连续 ${FAILURES_MAX} 次错误将锁定 ${LOCK_MS / 60_000} 分钟`,
      );
    case 'disabled':
      return new Problem('account-disabled', `如需启用，请联系${await administrator(db, name)}`);
    case 'issued-elsewhere':
      return new Problem('password-change-required', '请先登录本省的学籍系统修改初始密码，几秒钟后再来登录统一平台');
    case 'frozen':
      return new Problem(
        'account-frozen',
        `超过 ${ACCOUNT_IDLE_DAYS} 天未登录，请联系${await administrator(db, name)}重置密码后再登录`,
      );
  }
}

async function administrator(db: AnyDb, name: string): Promise<string> {
  const { role, orgId } = must(await findAccount(db, name), 'account');
  const org = must(await findOrg(db, orgId), 'org of the account');
  const parent = org.parentId === null ? undefined : await findOrg(db, org.parentId);
  return administratorOf(role, org.name, parent?.name);
}

/** The caller's account as a decision finds it, and whether the password that was given is still its own. */
export type OwnPassword = (tx: AnyTx) => Promise<{ account: AccountTable; isRight: boolean }>;

/**
 * Verifies the password of who is signed in; slow on purpose, so before the decision that asks for the outcome. Throws
 * `illegal-move` for an account that another node looks after: what is changed here would be undone by its next word.
 */
export async function ownPassword({ store }: HttpContext, name: string, password: string): Promise<OwnPassword> {
  const { passwordHash, home } = must(await findAccount(store.read, name), 'account');
  if (home !== null) throw new Problem('illegal-move', '该账号由所在省管理，密码和动态口令请在省级学籍系统中修改');
  const verified = await verifyPassword(passwordHash, password);
  return async (tx) => {
    const account = must(await findAccount(tx, name), 'account');
    return { account, isRight: verified && account.passwordHash === passwordHash };
  };
}
