import { sql } from 'kysely';
import type { Generated, Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import type { RecordStatus } from '../../contracts/national-index.ts';
import type { IndexAlarmKind } from '../../contracts/national-query.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import { insertIgnoring, upsertNewer } from '../../shared/db/bulk.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { HubDb } from '../schema.ts';

/** How one record stands, as its province last told. The document is sealed, with its fingerprint beside it. */
export interface NationalRecordTable {
  studentId: string;
  version: number;
  claimNo: number | null;
  /** Who holds the record, and so who may write this row. */
  province: NodeId;
  studentNumber: string;
  name: string;
  sex: string;
  birthDate: string;
  idType: string;
  identitySealed: Uint8Array | null;
  identityFingerprint: Uint8Array | null;
  schoolId: string;
  schoolName: string;
  stage: Stage;
  cohort: number;
  status: RecordStatus;
  problem: number;
  openBusiness: string | null;
  changedAt: string;
}

export interface IndexAlarmTable {
  alarmNo: Generated<number>;
  at: string;
  kind: IndexAlarmKind;
  province: NodeId;
  studentId: string;
  studentNumber: string;
  maskedName: string;
  schoolName: string;
  otherProvince: NodeId | null;
  times: number;
}

export interface NationalIndexTables {
  national_record: NationalRecordTable;
  formal_number: { studentNumber: string; studentId: string };
  index_alarm: IndexAlarmTable;
  /** Questions of one account, or of all of one org, in one hour (`2026-09-01T08`). */
  national_query_use: { asker: string; hour: string; used: number };
}

export const recordColumns = [
  'studentId',
  'version',
  'claimNo',
  'province',
  'studentNumber',
  'name',
  'sex',
  'birthDate',
  'idType',
  'identitySealed',
  'identityFingerprint',
  'schoolId',
  'schoolName',
  'stage',
  'cohort',
  'status',
  'problem',
  'openBusiness',
  'changedAt',
] as const satisfies ReadonlyArray<keyof NationalRecordTable>;

/** Saves each record that is newer than the one the index has; an older or equal version changes nothing. */
export async function saveNewerRecords(tx: Tx<HubDb>, records: readonly NationalRecordTable[]): Promise<void> {
  const rows = records.map((record) => recordColumns.map((column) => record[column]));
  await upsertNewer(tx, 'national_record', { key: 'studentId', version: 'version' }, recordColumns, rows);
}

/** The record is another province's: where it is now, until that province tells more. */
export async function moveRecord(
  tx: Tx<HubDb>,
  studentId: string,
  to: Pick<NationalRecordTable, 'province' | 'schoolId' | 'schoolName' | 'stage' | 'cohort'>,
): Promise<void> {
  await tx
    .updateTable('national_record')
    .set({ ...to, status: 'enrolled', openBusiness: null })
    .where('studentId', '=', studentId)
    .execute();
}

/** The claim that the record has been given; its province hears of it. */
export async function nameClaim(tx: Tx<HubDb>, studentId: string, claimNo: number): Promise<void> {
  await tx.updateTable('national_record').set({ claimNo }).where('studentId', '=', studentId).execute();
}

/** Student id → the province that holds the record. */
export async function findHolders(db: Kysely<HubDb>, studentIds: readonly string[]): Promise<Map<string, NodeId>> {
  const rows = await db
    .selectFrom('national_record')
    .select(['studentId', 'province'])
    .where('studentId', 'in', studentIds)
    .execute();
  return new Map(rows.map((row) => [row.studentId, row.province]));
}

/** G and the resident id number; a temporary number begins with L. */
export function isFormal(studentNumber: string): boolean {
  return studentNumber.startsWith('G');
}

/** Gives each formal number to its pupil, unless it is another's; answers the owners of those that were taken before. */
export async function takeFormalNumbers(
  tx: Tx<HubDb>,
  taking: ReadonlyArray<{ studentNumber: string; studentId: string }>,
): Promise<Map<string, string>> {
  const rows = taking.map(({ studentNumber, studentId }) => [studentNumber, studentId]);
  const taken = await insertIgnoring(tx, 'formal_number', 'studentNumber', ['studentNumber', 'studentId'], rows);
  const known = taking.filter((_, index) => !taken[index]).map(({ studentNumber }) => studentNumber);
  if (known.length === 0) return new Map();
  const owners = await tx.selectFrom('formal_number').selectAll().where('studentNumber', 'in', known).execute();
  return new Map(owners.map((owner) => [owner.studentNumber, owner.studentId]));
}

export async function findFormalOwner(db: Kysely<HubDb>, studentNumber: string): Promise<string | undefined> {
  const owners = db.selectFrom('formal_number').select('studentId').where('studentNumber', '=', studentNumber);
  return (await owners.executeTakeFirst())?.studentId;
}

/** The same refusal again is the same alarm, once more. */
export async function raiseAlarm(tx: Tx<HubDb>, alarm: Omit<IndexAlarmTable, 'alarmNo' | 'times'>): Promise<void> {
  await tx
    .insertInto('index_alarm')
    .values({ ...alarm, times: 1 })
    .onConflict((conflict) =>
      conflict.columns(['province', 'studentId', 'kind']).doUpdateSet((eb) => ({
        at: alarm.at,
        studentNumber: alarm.studentNumber,
        otherProvince: alarm.otherProvince,
        times: eb('index_alarm.times', '+', 1),
      })),
    )
    .execute();
}

/** An org is counted beside its accounts. What was counted in this hour is forgotten: it is worth no more than the hour. */
export async function countQuestionsByAsker(db: Kysely<any>): Promise<void> {
  await sql`drop table national_query_use`.execute(db);
  await sql`create table national_query_use (
    "asker" text primary key, "hour" text not null, "used" integer not null
  ) strict, without rowid`.execute(db);
}

/** The formal number that several records bear is the keeper's, when one of the others was the first to tell of it. */
export async function passFormalNumber(
  tx: Tx<HubDb>,
  keeper: { studentNumber: string; studentId: string },
  others: readonly string[],
): Promise<void> {
  if (others.length === 0) return;
  await tx
    .updateTable('formal_number')
    .set({ studentId: keeper.studentId })
    .where('studentNumber', '=', keeper.studentNumber)
    .where('studentId', 'in', others)
    .execute();
}
/** For the audit, which reads millions of rows in the order of an index that has all it compares. */
export async function indexForAudit(db: Kysely<any>): Promise<void> {
  // What each province should have, school by school.
  await sql`create index national_record_custody on national_record
    (province, "schoolId", "studentId", version, "studentNumber", "claimNo")`.execute(db);
  // Claims and summaries side by side. No version in it: it is written when the record is new, or moves.
  await sql`create index national_record_claim on national_record
    ("claimNo", "studentId", province, "identityFingerprint") where "claimNo" is not null`.execute(db);
}

/** The summaries of these pupils. */
export async function listRecords(db: Kysely<HubDb>, studentIds: readonly string[]): Promise<NationalRecordTable[]> {
  if (studentIds.length === 0) return [];
  return db.selectFrom('national_record').selectAll().where('studentId', 'in', studentIds).execute();
}

/** What a province should have of one school, as far as custody is reconciled by it. */
export async function listCustodyOf(db: Kysely<HubDb>, province: NodeId, schoolId: string) {
  return db
    .selectFrom('national_record as record')
    .leftJoin('record_holder as holder', 'holder.studentId', 'record.studentId')
    .select(['record.studentId', 'record.version', 'studentNumber', 'claimNo', 'holder.epoch'])
    .where('record.province', '=', province)
    .where('schoolId', '=', schoolId)
    .execute();
}

/** Other pupils with the same document, which a deleted record has no longer, or the same number, which is its own for ever. */
export async function listSharing(
  db: Kysely<HubDb>,
  { studentId, identityFingerprint, studentNumber, status }: NationalRecordTable,
): Promise<{ identity: string[]; number: string[] }> {
  const others = db.selectFrom('national_record').select('studentId').where('studentId', '!=', studentId).limit(20);
  const sameNumber = await others.where('studentNumber', '=', studentNumber).execute();
  const sameIdentity =
    identityFingerprint === null || status === 'deleted'
      ? []
      : await others.where('identityFingerprint', '=', identityFingerprint).where('status', '!=', 'deleted').execute();
  const ids = (rows: ReadonlyArray<{ studentId: string }>): string[] => rows.map((row) => row.studentId).toSorted();
  return { identity: ids(sameIdentity), number: ids(sameNumber) };
}
