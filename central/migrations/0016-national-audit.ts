import type { Kysely } from 'kysely';
import { createAuditTables } from '../national-audit/table.ts';
import { indexForAudit } from '../national-index/table.ts';

/** The audit of the whole index, its comparison with the provinces, and the repairs that come of it. */
export async function up(db: Kysely<any>): Promise<void> {
  await indexForAudit(db);
  await createAuditTables(db);
}
