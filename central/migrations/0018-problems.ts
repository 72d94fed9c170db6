import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** What the audit reads of records that have moved, and which identities a record has let go. */
export async function up(db: Kysely<any>): Promise<void> {
  // The audit: records of one province that have moved, for the digests of its schools.
  await sql`create index record_holder_province on record_holder (province, "studentId", epoch) where epoch > 0`.execute(
    db,
  );
  // A loaded record that is told once more: what it has let go it does not claim again.
  await sql`create index identity_claim_ended_student on identity_claim_ended ("studentId")`.execute(db);
}
