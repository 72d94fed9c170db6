import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { GroupAct, GroupMember } from '../../contracts/problem-group.ts';
import type { HandlingState, ProblemReach } from '../../contracts/problem-record.ts';
import type { GroupState, Handling, MemberState, ProblemKind, ProblemOrigin } from '../../contracts/problem-rules.ts';

/** The topic of `/api/problem-records` (`tellPages`). */
export const PROBLEM_RECORDS = 'problem-records';

/** A group as it stands (contracts/problem-rules.ts): kept here where it is this province's own, replaced as told where the hub's. */
export interface ProblemGroupTable {
  id: string;
  /** `hub`, or this node. */
  owner: string;
  kind: ProblemKind;
  origin: ProblemOrigin;
  state: GroupState;
  revision: number;
  /** The problem record whose turn it is, and its school when that is of this province; null when nobody is to act. */
  turnRecordId: string | null;
  turnSchoolId: string | null;
  turnSince: string;
  openedAt: string;
  closedAt: string | null;
  arbiterOrgId: string | null;
  arbiterName: string;
  /** Of an own one: the revision that the hub was told last. */
  toldRevision: number;
}

/** What is known of a record beside where it stands in the group, as JSON: of another province's nothing else is here. */
export type AboutMember = Omit<
  GroupMember,
  'studentId' | 'since' | 'claimNo' | 'state' | 'lost' | 'province' | 'schoolId' | 'handling' | 'evidence'
>;

/** A problem record (问题学籍): one record in one group. */
export interface ProblemRecordTable {
  id: string;
  groupId: string;
  studentId: string;
  province: string;
  schoolId: string;
  since: string;
  claimNo: number;
  state: MemberState;
  lost: number;
  handling: Handling | null;
  /** JSON array of HandlingEvidence. */
  evidence: string;
  about: string;
}

/** What happened in the group, in its order. */
export interface ProblemEventTable {
  groupId: string;
  ordinal: number;
  at: string;
  act: GroupAct;
  studentId: string | null;
  handling: Handling | null;
  orgName: string;
  personName: string;
  opinion: string;
}

/** A handling that was handed in here, under the id of its application in the review engine. */
export interface ProblemHandlingTable {
  id: string;
  recordId: string;
  groupId: string;
  studentId: string;
  reach: ProblemReach;
  handling: Handling;
  note: string;
  state: HandlingState;
  /** Why the hub does not accept it. */
  text: string | null;
  handedInAt: string;
  /** Ids of what was asked of the hub, by which it refuses; null where the group is this province's own. */
  handInAct: string | null;
  carryOutAct: string | null;
  /** 1: the pictures are still to be sent to the hub. */
  evidenceDue: number;
}

/** A piece of a picture that is on its way here. */
export interface ProblemEvidencePartTable {
  groupId: string;
  hash: string;
  index: number;
  count: number;
  bytes: number;
  data: Buffer;
}

/** A key-data change that handles a group of the hub's, whose pictures are still to be sent there. */
export interface ProblemChangeDueTable {
  changeId: string;
  groupId: string;
}

export interface ProblemRecordTables {
  problem_change_due: ProblemChangeDueTable;
  problem_group: ProblemGroupTable;
  problem_record: ProblemRecordTable;
  problem_event: ProblemEventTable;
  problem_handling: ProblemHandlingTable;
  problem_evidence_part: ProblemEvidencePartTable;
}

export async function createProblemChangeDueTable(db: Kysely<any>): Promise<void> {
  await sql`create table problem_change_due (
    "changeId" text primary key, "groupId" text not null
  ) strict, without rowid`.execute(db);
  // What was handed in by key-data changes of one group, when it becomes the hub's.
  await sql`create index key_change_problem on key_change ("problemGroup") where "problemGroup" is not null`.execute(
    db,
  );
  // The reminder of what the hub has refused.
  await sql`create index problem_handling_refused on problem_handling ("recordId") where state = 'refused'`.execute(db);
}

export async function createProblemRecordTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('problem_record')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('studentId', 'text', (c) => c.notNull().references('student.id'))
    .addColumn('schoolId', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('openedAt', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema.createIndex('problem_record_school').on('problem_record').columns(['schoolId', 'state']).execute();
  await db.schema.createIndex('problem_record_student').on('problem_record').column('studentId').execute();
}

/** Problem records become members of groups. */
export async function growProblemRecords(db: Kysely<any>): Promise<void> {
  await sql`create table problem_group (
    "id" text primary key, "owner" text not null, "kind" text not null, "origin" text not null, "state" text not null,
    "revision" integer not null, "turnRecordId" text, "turnSchoolId" text, "turnSince" text not null,
    "openedAt" text not null, "closedAt" text, "arbiterOrgId" text, "arbiterName" text not null,
    "toldRevision" integer not null
  ) strict, without rowid`.execute(db);
  // 处理 and the count of what waits for one school.
  await sql`create index problem_group_turn on problem_group ("turnSchoolId", "turnSince", id, owner)
    where "turnSchoolId" is not null`.execute(db);
  // 仲裁: what waits for one bureau, and what it has decided.
  await sql`create index problem_group_arbiter on problem_group ("arbiterOrgId", state, "turnSince", id)
    where "arbiterOrgId" is not null`.execute(db);
  await sql`create index problem_group_untold on problem_group (id)
    where "toldRevision" < revision and owner <> 'hub'`.execute(db);
  await sql`alter table problem_record rename to problem_record_alone`.execute(db);
  await sql`drop index problem_record_school`.execute(db);
  await sql`drop index problem_record_student`.execute(db);
  await sql`create table problem_record (
    "id" text primary key, "groupId" text not null references problem_group ("id"), "studentId" text not null,
    "province" text not null, "schoolId" text not null, "since" text not null, "claimNo" integer not null,
    "state" text not null, "lost" integer not null, "handling" text, "evidence" text not null, "about" text not null
  ) strict`.execute(db);
  await createProblemIndexes(db);
  await sql`create table problem_event (
    "groupId" text not null references problem_group ("id"), "ordinal" integer not null, "at" text not null,
    "act" text not null, "studentId" text, "handling" text, "orgName" text not null, "personName" text not null,
    "opinion" text not null, primary key ("groupId", "ordinal")
  ) strict, without rowid`.execute(db);
  await createHandlingTables(db);
  await groupWhatIsAlone(db);
}

async function createProblemIndexes(db: Kysely<any>): Promise<void> {
  // The records of one group, each once.
  await sql`create unique index problem_record_group on problem_record ("groupId", "studentId")`.execute(db);
  // Whether a record is a problem record still.
  await sql`create index problem_record_student on problem_record ("studentId", state, "groupId")`.execute(db);
  // 查询 of a school and of all schools below a bureau.
  await sql`create index problem_record_school on problem_record ("schoolId", state, "groupId", id)`.execute(db);
}

async function createHandlingTables(db: Kysely<any>): Promise<void> {
  await sql`create table problem_handling (
    "id" text primary key references application ("id"), "recordId" text not null references problem_record ("id"),
    "groupId" text not null, "studentId" text not null, "reach" text not null, "handling" text not null,
    "note" text not null, "state" text not null, "text" text, "handedInAt" text not null, "handInAct" text,
    "carryOutAct" text, "evidenceDue" integer not null
  ) strict`.execute(db);
  // One at a time on a problem record, whatever the code above does.
  await sql`create unique index problem_handling_open on problem_handling ("recordId")
    where state in ('in-review', 'sent')`.execute(db);
  await sql`create index problem_handling_record on problem_handling ("recordId", "handedInAt")`.execute(db);
  await sql`create index problem_handling_due on problem_handling (id) where "evidenceDue" = 1`.execute(db);
  await sql`create table problem_evidence_part (
    "groupId" text not null, "hash" text not null, "index" integer not null, "count" integer not null,
    "bytes" integer not null, "data" blob not null, primary key ("groupId", "hash", "index")
  ) strict, without rowid`.execute(db);
}

/** Each problem record that there was becomes a group of one, under its own id; the hub is told of them by a job. */
async function groupWhatIsAlone(db: Kysely<any>): Promise<void> {
  const self = `(select case when max(id) is null then 'p-' else 'p-' || substr(max(id), 1, 2) end from org where level = 'province')`;
  await sql`insert into problem_group select id, ${sql.raw(self)}, kind, origin, state, 1,
    case state when 'open' then id end, case state when 'open' then "schoolId" end, "openedAt", "openedAt",
    case state when 'closed' then "openedAt" end, null, '', 0 from problem_record_alone`.execute(db);
  await sql`insert into problem_record select p.id, p.id, p."studentId", ${sql.raw(self)}, p."schoolId", s."createdAt",
    coalesce(s."claimNo", 0), case p.state when 'open' then 'waiting' else 'cleared' end, 0, null, '[]', '{}'
    from problem_record_alone p join student s on s.id = p."studentId"`.execute(db);
  await sql`insert into problem_event select id, 1, "openedAt", 'found', null, null, '系统', '', ''
    from problem_record_alone`.execute(db);
  await sql`drop table problem_record_alone`.execute(db);
}
