import { chinaDate, isoTime } from '../clock.ts';
import { appendAudit } from '../audit/audit.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { HttpContext } from '../http/serve.ts';
import type { OrgTables } from '../org/table.ts';
import { disableAccount } from './table.ts';
import type { AccountTables } from './table.ts';

/** 2025 办法 第24条: an account that nobody has used for so long is frozen. */
export const ACCOUNT_IDLE_MS = 180 * 24 * 3_600_000;

/**
 * Disables every account that has not signed in for 180 days (since its password was issued, when that is later), with
 * an audit entry each. A daily job; answers the names.
 */
export async function freezeIdleAccounts(context: HttpContext): Promise<string[]> {
  const now = context.clock.now();
  const cutoff = isoTime(now - ACCOUNT_IDLE_MS);
  return context.store.decide(async (tx) => {
    const idle = await tablesOf<AccountTables & OrgTables>(tx)
      .selectFrom('account')
      .innerJoin('org', 'org.id', 'account.orgId')
      .select(['account.name', 'account.orgId', 'org.path'])
      .where('account.state', '=', 'active')
      .where(({ eb, fn }) => eb(fn.coalesce('account.lastSignInAt', 'account.createdAt'), '<', cutoff))
      .where('account.passwordChangedAt', '<', cutoff)
      .orderBy('account.name')
      .execute();
    for (const { name, orgId, path } of idle) {
      const summary = '超过 180 天未登录，自动停用';
      await disableAccount(tx, name, `${summary}（${chinaDate(now)}）`);
      await appendAudit(tx, {
        at: isoTime(now),
        account: '',
        orgId,
        orgPath: path,
        action: 'freeze-idle-accounts',
        title: '停用闲置账号',
        subject: name,
        summary,
        requestId: '',
        ip: '',
      });
    }
    return idle.map(({ name }) => name);
  });
}
