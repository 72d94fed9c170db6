import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** The summary of every record, the numbers given for ever, what was refused, and how much each account has asked. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table national_record (
    "studentId" text primary key,
    "version" integer not null,
    "claimNo" integer,
    "province" text not null,
    "studentNumber" text not null,
    "name" text not null,
    "sex" text not null,
    "birthDate" text not null,
    "idType" text not null,
    "identitySealed" blob,
    "identityFingerprint" blob,
    "schoolId" text not null,
    "schoolName" text not null,
    "stage" text not null,
    "cohort" integer not null,
    "status" text not null,
    "problem" integer not null,
    "changedAt" text not null
  ) strict, without rowid`.execute(db);
  // The national query by student number, and by id number.
  await sql`create index national_record_number on national_record ("studentNumber")`.execute(db);
  await sql`create index national_record_identity on national_record ("identityFingerprint")
    where "identityFingerprint" is not null`.execute(db);
  // A formal number belongs to one pupil for ever, also when the pupil has another by now (invariant I08).
  await sql`create table formal_number (
    "studentNumber" text primary key, "studentId" text not null
  ) strict, without rowid`.execute(db);
  await sql`create table index_alarm (
    "alarmNo" integer primary key,
    "at" text not null,
    "kind" text not null,
    "province" text not null,
    "studentId" text not null,
    "studentNumber" text not null,
    "maskedName" text not null,
    "schoolName" text not null,
    "otherProvince" text,
    "times" integer not null,
    unique ("province", "studentId", "kind")
  ) strict`.execute(db);
  // The page of alarms, newest first.
  await sql`create index index_alarm_at on index_alarm ("at")`.execute(db);
  await sql`create table national_query_use (
    "account" text primary key, "hour" text not null, "used" integer not null
  ) strict, without rowid`.execute(db);
}
