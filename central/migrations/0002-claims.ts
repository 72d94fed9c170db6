import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** Claims on identities, the counter their numbers come from, and what 查重动态 shows of their decisions. */
export async function up(db: Kysely<any>): Promise<void> {
  const claim = sql`
    "claimNo" integer primary key,
    "fingerprint" blob not null check (length("fingerprint") = 16),
    "category" integer not null,
    "province" text not null,
    "studentId" text not null,
    "application" text not null,
    "schoolId" text not null,
    "schoolName" text not null,
    "maskedName" text not null,
    "at" integer not null`;
  await sql`create table identity_claim (${claim}, "studentNumber" text) strict`.execute(db);
  // The decision itself: one identity, one claim (invariant I07).
  await sql`create unique index identity_claim_fingerprint on identity_claim ("fingerprint")`.execute(db);
  await sql`create table identity_claim_ended (${claim}, "endedAt" integer not null) strict`.execute(db);
  await sql`create table claim_counter ("only" integer primary key check ("only" = 1), "lastClaimNo" integer not null) strict`.execute(
    db,
  );
  await sql`insert into claim_counter values (1, 0)`.execute(db);

  await sql`create table claim_event (
    "eventNo" integer primary key,
    "province" text not null,
    "result" text not null,
    "claimNo" integer not null,
    "schoolName" text,
    "maskedName" text
  ) strict`.execute(db);
  // The list of 查重动态 of a province, or of its refusals; by time alone the key serves, which rises with it.
  await sql`create index claim_event_province on claim_event ("province", "result")`.execute(db);
  // The counts of a day, kept for ever: a row a province.
  await sql`create table claim_count (
    "day" text not null,
    "province" text not null,
    "granted" integer not null,
    "refused" integer not null,
    "confirmed" integer not null,
    "released" integer not null,
    primary key ("day", "province")
  ) strict, without rowid`.execute(db);
}
