import type { Kysely } from 'kysely';
import { createPreschoolTables } from '../preschool/table.ts';

/** Preschool records, and the lists of who goes on from them. */
export async function up(db: Kysely<any>): Promise<void> {
  await createPreschoolTables(db);
}
