import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** A restored hub asks the provinces for the claims that it has forgotten. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table claim_recount (
    "province" text primary key,
    "recount" text not null,
    "afterNo" integer not null,
    "since" text not null
  ) strict, without rowid`.execute(db);
  await sql`create table restated_claim (
    "claimNo" integer primary key,
    "fingerprint" blob not null check (length("fingerprint") = 16),
    "category" integer not null,
    "province" text not null,
    "studentId" text not null,
    "application" text not null,
    "schoolId" text not null,
    "schoolName" text not null,
    "maskedName" text not null,
    "at" integer not null,
    "studentNumber" text,
    "ended" integer not null
  ) strict`.execute(db);
}
