import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** Identities that wait for the population registry. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table verification (
    "verificationNo" integer primary key,
    "province" text not null,
    "items" integer not null,
    "sealed" blob not null,
    "attempts" integer not null,
    "nextAttemptAt" integer not null,
    "told" integer not null
  ) strict`.execute(db);
  // The job that asks the registry takes what is due, oldest first.
  await sql`create index verification_due on verification ("nextAttemptAt", "verificationNo")`.execute(db);
}
