import type { Kysely } from 'kysely';
import { indexAuditByTime } from '../../shared/audit/table.ts';

/** 操作日志 of the ministry's own accounts. */
export async function up(db: Kysely<any>): Promise<void> {
  await indexAuditByTime(db);
}
