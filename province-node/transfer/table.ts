import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { HandOverFault } from '../../contracts/hand-over-fault.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import type { Role } from '../../contracts/orgs/roles.ts';
import type { StudentEventStep, TransferEvidence } from '../../contracts/packed-record.ts';
import type { StudentCase } from '../../contracts/student.ts';
import type { TransferState } from '../../contracts/transfer.ts';
import type { ReminderStage } from '../../contracts/transfer-limit.ts';
import type { TransferKind } from '../../contracts/transfer-rules.ts';
import type { ProvinceDb } from '../schema.ts';

/** A cross-province transfer that concerns this province, as the hub last told: it is decided there, and shown here. */
export interface TransferCaseTable {
  transfer: string;
  revision: number;
  kind: TransferKind;
  state: TransferState;
  studentId: string;
  studentNumber: string;
  name: string;
  fromProvince: string;
  fromSchoolId: string;
  fromSchoolName: string;
  toProvince: string;
  toSchoolId: string;
  toSchoolName: string;
  stage: Stage;
  cohort: number;
  /** Whose turn it is; null when nobody's is. */
  turnOrgId: string | null;
  turnRole: Role | null;
  turnSince: string;
  appliedAt: string;
  /** JSON of `StudentEventStep`s: who decided what so far. */
  steps: string;
  /** JSON of `TransferEvidence`: what was handed in, kept at the hub. */
  evidence: string;
  /** Of which part of its days whose turn it is was reminded last, by the hub. */
  reminded: ReminderStage | null;
  /** Why nothing came of it, where it has failed. */
  fault: HandOverFault | null;
}

export interface TransferCaseTables {
  transfer_case: TransferCaseTable;
}

/** Who decided a transfer, and on what, for the history of the record; nothing while the hub has not told. */
export async function decidedOn(
  db: Kysely<ProvinceDb>,
  transfer: string,
): Promise<{ steps: StudentEventStep[]; evidence: TransferEvidence[] }> {
  const cases = db.selectFrom('transfer_case').select(['steps', 'evidence']).where('transfer', '=', transfer);
  const { steps, evidence } = (await cases.executeTakeFirst()) ?? { steps: '[]', evidence: '[]' };
  return {
    steps: JSON.parse(steps) as StudentEventStep[],
    evidence: JSON.parse(evidence) as TransferEvidence[],
  };
}

/** Every case of this pupil that the hub has told of, the latest first. */
export function casesOf(db: Kysely<ProvinceDb>, studentId: string): Promise<StudentCase[]> {
  return db
    .selectFrom('transfer_case')
    .select(['transfer as id', 'kind', 'state', 'fromSchoolName', 'toSchoolName', 'appliedAt'])
    .where('studentId', '=', studentId)
    .orderBy('appliedAt', 'desc')
    .execute();
}

export async function createTransferCaseTable(db: Kysely<any>): Promise<void> {
  await sql`create table transfer_case (
    "transfer" text primary key, "revision" integer not null, "kind" text not null, "state" text not null,
    "studentId" text not null, "studentNumber" text not null, "name" text not null,
    "fromProvince" text not null, "fromSchoolId" text not null, "fromSchoolName" text not null,
    "toProvince" text not null, "toSchoolId" text not null, "toSchoolName" text not null,
    "stage" text not null, "cohort" integer not null,
    "turnOrgId" text, "turnRole" text, "turnSince" text not null, "appliedAt" text not null
  ) strict, without rowid`.execute(db);
  // What waits for somebody on the unified platform, for their home page.
  await sql`create index transfer_case_turn on transfer_case ("turnOrgId", "turnRole", kind, "turnSince")
    where "turnOrgId" is not null`.execute(db);
  // What is under way about one pupil.
  await sql`create index transfer_case_student on transfer_case ("studentId", state)`.execute(db);
}

/** The decisions of people at the hub, for the history of the record that moves. */
export async function keepCaseDecisions(db: Kysely<any>): Promise<void> {
  for (const column of ['steps', 'evidence'])
    await sql`alter table transfer_case add column ${sql.ref(column)} text not null default '[]'`.execute(db);
}

export async function keepRemindersAndFaults(db: Kysely<any>): Promise<void> {
  await sql`alter table transfer_case add column "reminded" text`.execute(db);
  await sql`alter table transfer_case add column "fault" text`.execute(db);
  // 调档未成 of either school, for its home page.
  await sql`create index transfer_case_failed_to on transfer_case ("toSchoolId", "turnSince")
    where state = 'failed'`.execute(db);
  await sql`create index transfer_case_failed_from on transfer_case ("fromSchoolId", "turnSince")
    where state = 'failed'`.execute(db);
  await sql`drop index transfer_case_turn`.execute(db);
  // What waits for somebody on the unified platform, and what they were reminded of, for their home page.
  await sql`create index transfer_case_turn on transfer_case ("turnOrgId", "turnRole", kind, "turnSince", "reminded")
    where "turnOrgId" is not null`.execute(db);
}
