import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { ApplicationState } from '../../contracts/application.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import type { TransferReason } from '../../contracts/transfer.ts';
import type { ProvinceDb } from '../schema.ts';

/** The topic of `/api/in-province-transfers` (`tellPages`). */
export const IN_PROVINCE_TRANSFERS = 'in-province-transfers';

/** One application, under the id of its application in the review engine; the pupil as at the application. */
export interface InProvinceTransferTable {
  id: string;
  studentId: string;
  name: string;
  studentNumber: string;
  fromSchoolId: string;
  fromStage: Stage;
  fromCohort: number;
  toSchoolId: string;
  toStage: Stage;
  toCohort: number;
  reason: TransferReason;
  note: string;
  /** As its application's: a pupil has one that is open. */
  state: ApplicationState;
  appliedAt: string;
}

/** A pupil who was looked up, to whose application evidence is given before it is made. */
export interface InProvinceDraftTable {
  id: string;
  studentId: string;
  schoolId: string;
  account: string;
  at: string;
}

export interface InProvinceTransferTables {
  in_province_transfer: InProvinceTransferTable;
  in_province_draft: InProvinceDraftTable;
}

export function findInProvince(db: Kysely<ProvinceDb>, id: string): Promise<InProvinceTransferTable | undefined> {
  return db.selectFrom('in_province_transfer').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function getInProvinceRow(db: Kysely<ProvinceDb>, id: string): Promise<InProvinceTransferTable> {
  const found = await findInProvince(db, id);
  if (!found) throw new Problem('not-found', '没有这项省内转学申请');
  return found;
}

export async function createInProvinceTables(db: Kysely<any>): Promise<void> {
  await sql`create table in_province_transfer (
    "id" text primary key references application ("id"), "studentId" text not null references student ("id"),
    "name" text not null, "studentNumber" text not null,
    "fromSchoolId" text not null references org ("id"), "fromStage" text not null, "fromCohort" integer not null,
    "toSchoolId" text not null references org ("id"), "toStage" text not null, "toCohort" integer not null,
    "reason" text not null, "note" text not null, "state" text not null, "appliedAt" text not null
  ) strict`.execute(db);
  // A pupil has one at a time, whatever the code above does.
  await sql`create unique index in_province_open on in_province_transfer ("studentId") where state = 'in-review'`.execute(
    db,
  );
  // The history of one pupil, with the pictures.
  await sql`create index in_province_student on in_province_transfer ("studentId", state)`.execute(db);
  // 省内转学查询 of either side, newest first.
  await sql`create index in_province_to on in_province_transfer ("toSchoolId", "appliedAt", id, state)`.execute(db);
  await sql`create index in_province_from on in_province_transfer ("fromSchoolId", "appliedAt", id, state)`.execute(db);
  await sql`create table in_province_draft (
    "id" text primary key, "studentId" text not null, "schoolId" text not null, "account" text not null, "at" text not null
  ) strict, without rowid`.execute(db);
  // Those that came to nothing are removed, the oldest first.
  await sql`create index in_province_draft_at on in_province_draft ("at")`.execute(db);
}
