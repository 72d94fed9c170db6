import type { Kysely } from 'kysely';
import { createAwaitedRecountTable } from '../identity/table.ts';

/** After a restore of this node: whether the hub is known to have recounted. */
export async function up(db: Kysely<any>): Promise<void> {
  await createAwaitedRecountTable(db);
}
