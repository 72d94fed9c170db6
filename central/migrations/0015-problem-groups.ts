import type { Kysely } from 'kysely';
import { createContenderTable } from '../claim/table.ts';
import { createProblemTables } from '../problem-record/table.ts';

/** Records that contend for an identity, and the problem groups (问题学籍) of the nation. */
export async function up(db: Kysely<any>): Promise<void> {
  await createContenderTable(db);
  await createProblemTables(db);
}
