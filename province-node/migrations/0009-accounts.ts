import type { Kysely } from 'kysely';
import { addAccountAdministration } from '../../shared/account/table.ts';
import { indexAuditBySubtree } from '../../shared/audit/table.ts';

/** 机构用户, 动态口令, 操作日志. */
export async function up(db: Kysely<any>): Promise<void> {
  await addAccountAdministration(db);
  await indexAuditBySubtree(db);
}
