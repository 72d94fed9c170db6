import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import type { HandOverFault } from '../../contracts/hand-over-fault.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import type { TransferEvidence } from '../../contracts/packed-record.ts';
import { move } from '../../contracts/core/moves.ts';
import { endedTransferStates, transferMoves } from '../../contracts/transfer.ts';
import type { TransferReason, TransferState } from '../../contracts/transfer.ts';
import type { ReminderStage } from '../../contracts/transfer-limit.ts';
import type { TransferKind } from '../../contracts/transfer-rules.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { HubDb } from '../schema.ts';

/** A transfer (跨省转学, 毕业后跨省就学): the business's own part of the application of the same id. */
export interface TransferTable {
  id: string;
  kind: TransferKind;
  state: TransferState;
  /** Rises with every change of the transfer or its application. */
  revision: number;
  studentId: string;
  studentNumber: string;
  name: string;
  fromProvince: NodeId;
  fromSchoolId: string;
  fromSchoolName: string;
  toProvince: NodeId;
  toSchoolId: string;
  toSchoolName: string;
  stage: Stage;
  cohort: number;
  reason: TransferReason;
  note: string;
  appliedBy: string;
  appliedByName: string;
  appliedAt: string;
  /** When the state began. */
  since: string;
  /** The epoch of the record that is to move. */
  epoch: number;
  /** How often it was ordered to be packed, and what was packed last. */
  attempt: number;
  package: string | null;
  version: number | null;
  /** 0 or 1: the side has said that it carried the last order out. */
  originDone: number;
  destinationDone: number;
  /** Why nothing comes of it; the state that follows `undoing`. */
  fault: HandOverFault | null;
  ending: 'withdrawn' | 'failed' | null;
  /** JSON of what was handed in with it, each picture with its hash; null: nothing. */
  evidence: string | null;
  /** When its pictures were sent into the record at the destination. */
  evidenceSentAt: string | null;
}

export function evidenceOf({ evidence }: Pick<TransferTable, 'evidence'>): TransferEvidence[] {
  return evidence ? (JSON.parse(evidence) as TransferEvidence[]) : [];
}

/**
 * Who holds a record that has moved (docs/PROTOCOL.md, "Hand-over"): one row a pupil, so never two and never none. A record that
 * never moved is held by the province that told of it first.
 */
export interface RecordHolderTable {
  studentId: string;
  province: NodeId;
  epoch: number;
  /** The version that the hand-over carried; what an earlier holder told is older. */
  version: number;
}

/** A transfer that somebody looks up, before it is applied for: evidence is given to its id. */
export interface TransferDraftTable {
  id: string;
  kind: TransferKind;
  studentId: string;
  schoolId: string;
  account: string;
  at: string;
}

/** A part that was passed on. */
export interface RelayPartTable {
  transfer: string;
  package: string;
  index: number;
  hash: string;
}

/** The ministry has urged (催办) the unit whose turn it was. */
export interface TransferUrgeTable {
  transferId: string;
  /** The working day that it counts for: of a weekend the next one. */
  day: string;
  orgId: string;
  orgName: string;
  words: string;
  account: string;
  personName: string;
  at: string;
}

/** The unit whose turn it is was reminded (remind.ts): the key is the rule, once each of a turn. */
export interface TransferReminderTable {
  transferId: string;
  turnSince: string;
  stage: ReminderStage;
  orgId: string;
  orgName: string;
  at: string;
}

export interface TransferTables {
  transfer_reminder: TransferReminderTable;
  transfer_urge: TransferUrgeTable;
  transfer: TransferTable;
  record_holder: RecordHolderTable;
  transfer_draft: TransferDraftTable;
  relay_part: RelayPartTable;
}

/** The topic of `/api/transfers`. */
export const TRANSFERS = 'transfers';

/** The state after the move; Problem `illegal-move` when it cannot be made now. */
export function stateAfter({ state }: TransferTable, name: keyof typeof transferMoves): TransferState {
  return move<TransferState, typeof transferMoves>(transferMoves, name, state);
}

export function findTransfer(db: Kysely<HubDb>, id: string): Promise<TransferTable | undefined> {
  return db.selectFrom('transfer').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function getTransfer(db: Kysely<HubDb>, id: string): Promise<TransferTable> {
  const found = await findTransfer(db, id);
  if (!found) throw new Problem('not-found', '没有这项跨省业务');
  return found;
}

const notUnderWay: readonly TransferState[] = [...endedTransferStates, 'parked'];

export function isUnderWay({ state }: TransferTable): boolean {
  return !notUnderWay.includes(state);
}

/** The transfer of this pupil that is under way; parked ones are not. */
export function findUnderWay(db: Kysely<HubDb>, studentId: string): Promise<TransferTable | undefined> {
  return db
    .selectFrom('transfer')
    .selectAll()
    .where('studentId', '=', studentId)
    .where('state', 'not in', notUnderWay)
    .executeTakeFirst();
}

/** Which of these pupils have a transfer under way. */
export async function listMoving(db: Kysely<HubDb>, studentIds: readonly string[]): Promise<Set<string>> {
  if (studentIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('transfer')
    .select('studentId')
    .where('studentId', 'in', studentIds)
    .where('state', 'not in', [...endedTransferStates, 'parked'])
    .execute();
  return new Set(rows.map(({ studentId }) => studentId));
}

/** All of it has been passed on, or nothing comes of it. */
export async function dropRelayed(tx: Tx<HubDb>, transfer: string): Promise<void> {
  await tx.deleteFrom('relay_part').where('transfer', '=', transfer).execute();
}

/** Who holds each of these records, where they have moved. */
export async function findMovedHolders(
  db: Kysely<HubDb>,
  studentIds: readonly string[],
): Promise<Map<string, RecordHolderTable>> {
  const rows = await db.selectFrom('record_holder').selectAll().where('studentId', 'in', studentIds).execute();
  return new Map(rows.map((row) => [row.studentId, row]));
}

/** What a province told of a record before it was handed over to another, said again after a restore: nobody asks for it. */
export function isOfBefore(
  { studentId, version }: { studentId: string; version: number },
  province: NodeId,
  moved: ReadonlyMap<string, RecordHolderTable>,
): boolean {
  const holder = moved.get(studentId);
  return holder !== undefined && holder.province !== province && version <= holder.version;
}

/** Never back: of two the higher epoch stands. */
export async function saveHolder(tx: Tx<HubDb>, holder: RecordHolderTable): Promise<void> {
  await tx
    .insertInto('record_holder')
    .values(holder)
    .onConflict((oc) => oc.column('studentId').doUpdateSet(holder).where('record_holder.epoch', '<', holder.epoch))
    .execute();
}

export async function createTransferTables(db: Kysely<any>): Promise<void> {
  const text = ['kind', 'state', 'studentId', 'studentNumber', 'name', 'fromProvince', 'fromSchoolId'] as const;
  const more = ['fromSchoolName', 'toProvince', 'toSchoolId', 'toSchoolName', 'stage', 'reason', 'note'] as const;
  let table = db.schema.createTable('transfer').addColumn('id', 'text', (c) => c.primaryKey());
  for (const column of [...text, ...more, 'appliedBy', 'appliedByName', 'appliedAt', 'since'] as const)
    table = table.addColumn(column, 'text', (c) => c.notNull());
  for (const column of ['revision', 'cohort', 'epoch', 'attempt', 'originDone', 'destinationDone'] as const)
    table = table.addColumn(column, 'integer', (c) => c.notNull());
  await table
    .addColumn('package', 'text')
    .addColumn('version', 'integer')
    .addColumn('fault', 'text')
    .addColumn('ending', 'text')
    .modifyEnd(sql`strict`)
    .execute();
  // One transfer of a pupil at a time, whatever the code above does.
  await sql`create unique index transfer_under_way on transfer ("studentId")
    where state not in ('closed', 'refused', 'withdrawn', 'failed', 'parked')`.execute(db);
  // What begins by itself when the record changes.
  await sql`create index transfer_parked on transfer ("studentId") where state = 'parked'`.execute(db);
  // 跨省转学查询 of either side.
  await db.schema.createIndex('transfer_to').on('transfer').columns(['toSchoolId', 'appliedAt', 'id']).execute();
  await db.schema.createIndex('transfer_from').on('transfer').columns(['fromSchoolId', 'appliedAt', 'id']).execute();
  await db.schema.createIndex('transfer_state').on('transfer').columns(['state', 'since', 'id']).execute();
  await db.schema.createIndex('transfer_number').on('transfer').columns(['studentNumber']).execute();
  await sql`create table record_holder (
    "studentId" text primary key, "province" text not null, "epoch" integer not null, "version" integer not null
  ) strict, without rowid`.execute(db);
  await sql`create table transfer_draft (
    "id" text primary key, "kind" text not null, "studentId" text not null, "schoolId" text not null,
    "account" text not null, "at" text not null
  ) strict, without rowid`.execute(db);
  await sql`create index transfer_draft_at on transfer_draft ("at")`.execute(db);
  await sql`create table relay_part (
    "transfer" text not null, "package" text not null, "index" integer not null, "hash" text not null,
    primary key ("transfer", "package", "index")
  ) strict, without rowid`.execute(db);
  await sql`alter table national_record add column "openBusiness" text`.execute(db);
}

/** The key is the rule: once a working day and case, whatever the code above does. */
export async function createTransferUrgeTable(db: Kysely<any>): Promise<void> {
  await sql`create table transfer_urge (
    "transferId" text not null references transfer ("id"), "day" text not null, "orgId" text not null,
    "orgName" text not null, "words" text not null, "account" text not null, "personName" text not null,
    "at" text not null, primary key ("transferId", "day")
  ) strict, without rowid`.execute(db);
}

export async function indexTransfersForMonitor(db: Kysely<any>): Promise<void> {
  // 跨省转学监控: what is under way, by state, pair of provinces and age, from the index alone.
  await sql`create index transfer_open on transfer ("kind", "state", "fromProvince", "toProvince", "appliedAt", "id")
    where state not in ('closed', 'refused', 'withdrawn', 'failed')`.execute(db);
  // The same of what was done, with how long it took.
  await sql`create index transfer_closed on transfer ("since", "kind", "fromProvince", "toProvince", "appliedAt")
    where state = 'closed'`.execute(db);
  // What is late, the latest first.
  await sql`create index application_waiting on application ("turnSince", "id", "kind", "turnOrgId")
    where "turnOrgId" is not null`.execute(db);
}

/** What was handed in with a transfer, by hash; and what was told of one case, for its bundle. */
export async function keepCaseEvidence(db: Kysely<any>): Promise<void> {
  await sql`alter table transfer add column "evidence" text`.execute(db);
  await sql`alter table transfer add column "evidenceSentAt" text`.execute(db);
  // What is still to be sent into a record.
  await sql`create index transfer_evidence on transfer ("id")
    where "evidence" is not null and "evidenceSentAt" is null`.execute(db);
  await sql`create index message_log_told on message_log ("cause", "position")
    where "cause" is not null and "kind" = 'transfer.told'`.execute(db);
}

export async function createTransferReminderTable(db: Kysely<any>): Promise<void> {
  await sql`create table transfer_reminder (
    "transferId" text not null references transfer ("id"), "turnSince" text not null, "stage" text not null,
    "orgId" text not null, "orgName" text not null, "at" text not null, primary key ("transferId", "turnSince", "stage")
  ) strict, without rowid`.execute(db);
  // Whether somebody has applied for the pupil since: 调档未成 on the first page of the unified platform.
  await sql`create index transfer_student on transfer ("studentId", "appliedAt")`.execute(db);
}
