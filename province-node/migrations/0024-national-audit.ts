import type { Kysely } from 'kysely';
import { createAuditQuestionTable } from '../national-audit/table.ts';

/** What the hub asks of the records in custody here, until it is answered. */
export async function up(db: Kysely<any>): Promise<void> {
  await createAuditQuestionTable(db);
}
