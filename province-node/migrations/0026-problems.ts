import type { Kysely } from 'kysely';
import { createOwedRecountTable } from '../identity/table.ts';
import { createProblemChangeDueTable } from '../problem-record/table.ts';

/** What a restored hub has asked of claims, while it is answered slice by slice; pictures of 变更 on their way to the hub. */
export async function up(db: Kysely<any>): Promise<void> {
  await createOwedRecountTable(db);
  await createProblemChangeDueTable(db);
}
