import type { Kysely } from 'kysely';
import { createLegacyTables } from '../legacy/table.ts';

/** How far loads of phase one's data are, and which of the loaded records the hub has not been told of. */
export async function up(db: Kysely<any>): Promise<void> {
  await createLegacyTables(db);
}
