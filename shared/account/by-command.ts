import { userInfo } from 'node:os';
import { Problem } from '../../contracts/core/problems.ts';
import { appendAudit } from '../audit/audit.ts';
import { isoTime } from '../clock.ts';
import type { AnyTx } from '../db/tables-of.ts';
import type { HttpContext } from '../http/serve.ts';
import { findOrg } from '../org/table.ts';
import { deleteSecondFactor } from './second-factor.ts';
import { createAccount, findAccount, resetAccount } from './table.ts';
import type { NewAccount } from './table.ts';

/** What is done to accounts at the machine itself, where nobody is signed in: with an audit entry like everything else. */
type Context = Pick<HttpContext, 'store' | 'clock'>;

const ACTION = 'setup';

export async function createByCommand({ store, clock }: Context, account: NewAccount): Promise<void> {
  const now = isoTime(clock.now());
  await store.decide(async (tx) => {
    await createAccount(tx, account, now);
    await audit(tx, now, { name: account.name, orgId: account.orgId, title: '建立账号' });
  });
}

/**
 * A new issued password; unlocks the account, enables it again and takes its second factor away: the way back in for who
 * has no org above. Throws `Problem('not-found')`, and `illegal-move` for an account that another node looks after.
 */
export async function resetByCommand({ store, clock }: Context, name: string, passwordHash: string): Promise<void> {
  const now = isoTime(clock.now());
  await store.decide(async (tx) => {
    const account = await findAccount(tx, name);
    if (!account) throw new Problem('not-found', `没有账号 ${name}`);
    if (account.home !== null) throw new Problem('illegal-move', `账号 ${name} 由所在省管理，请在该省的节点上重置`);
    await resetAccount(tx, name, passwordHash, now);
    await deleteSecondFactor(tx, name);
    await audit(tx, now, { name, orgId: account.orgId, title: '重置密码' });
  });
}

async function audit(
  tx: AnyTx,
  at: string,
  { name, orgId, title }: { name: string; orgId: string; title: string },
): Promise<void> {
  const org = await findOrg(tx, orgId);
  await appendAudit(tx, {
    at,
    account: '',
    orgId,
    orgPath: org?.path ?? '',
    action: ACTION,
    title,
    subject: name,
    summary: `在服务器上用命令${title}，操作系统用户 ${userInfo().username}`,
    requestId: '',
    ip: '',
  });
}
