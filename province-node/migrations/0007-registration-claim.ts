import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** A restored hub asks for every claim above a number. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create index registration_claim on registration (claimNo) where claimNo is not null`.execute(db);
}
