import type { Kysely } from 'kysely';
import { createSuspectTables } from '../suspect/table.ts';

/** Pairs of records that may be of one pupil, and what records are compared by. Every record that there is will be compared. */
export async function up(db: Kysely<any>): Promise<void> {
  await createSuspectTables(db);
}
