import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** Empty in a sound index: the national audit need not read ten million rows to see that nobody with a document lacks a claim. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create index national_record_unclaimed on national_record ("studentId")
    where "identityFingerprint" is not null and "claimNo" is null`.execute(db);
}
