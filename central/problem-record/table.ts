import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import type { GroupEvent, GroupMember, ProblemGroup } from '../../contracts/problem-group.ts';
import type { GroupState, Handling, MemberState, ProblemKind, ProblemOrigin } from '../../contracts/problem-rules.ts';

/** A problem group (问题学籍) of the nation: its own, of which the hub decides, or a province's as it told it. */
export interface ProblemGroupTable {
  id: string;
  /** `hub` or the province's node. */
  owner: NodeId;
  kind: ProblemKind;
  origin: ProblemOrigin;
  state: GroupState;
  /** Rises with every change, also of the history alone. */
  revision: number;
  /** The revision of the last change of anybody's standing: who saw this one or a later one saw how it stands. */
  standingRevision: number;
  /** The identity that they stand against one another for; null where the hub knows none. */
  fingerprint: Uint8Array | null;
  openedAt: string;
  turnSince: string;
  closedAt: string | null;
  arbiterOrgId: string | null;
  arbiterName: string;
  /** Whose turn it is, and where; null in arbitration and when it has ended. */
  turnStudentId: string | null;
  turnProvince: NodeId | null;
  /** How many provinces have a member: more than one is 跨省. */
  provinces: number;
  /** The `turnSince` for which those who are late were reminded. */
  remindedFor: string | null;
}

/** What a member is beside its standing, as it was known when the group last changed. */
export type MemberFacts = Omit<
  GroupMember,
  'studentId' | 'since' | 'claimNo' | 'state' | 'lost' | 'handling' | 'evidence'
>;

export interface ProblemMemberTable {
  groupId: string;
  studentId: string;
  /** In the order in which they came. */
  place: number;
  province: NodeId;
  name: string;
  studentNumber: string;
  since: string;
  claimNo: number;
  state: MemberState;
  lost: number;
  handling: Handling | null;
  /** `MemberFacts`, as JSON. */
  facts: string;
  /** `HandlingEvidence[]`, as JSON. */
  evidence: string;
}

export interface ProblemEventTable extends GroupEvent {
  groupId: string;
  no: number;
}

/** An act of a province that was decided: said again it has no second effect. */
export interface ProblemActTable {
  id: string;
  groupId: string;
  at: string;
  /** Why it did not count; null: it did. */
  refused: string | null;
}

/** What an arbitrator proposes for a group, and what a second one made of it (跨省问题学籍仲裁). */
export interface ProblemProposalTable {
  id: string;
  groupId: string;
  /** The revision that the proposer saw. */
  revision: number;
  winner: string;
  /** What each side is told, as JSON: `{studentId, opinion}[]`. */
  opinions: string;
  /** In what the records agreed (`likenessOf`): similar decisions are found by it. */
  likeness: string;
  account: string;
  personName: string;
  at: string;
  state: 'proposed' | 'confirmed' | 'returned';
  decidedBy: string | null;
  decidedByName: string | null;
  decidedAt: string | null;
  reason: string;
}

/** A piece of a picture on its way; sealed, and gone when the picture is whole. */
export interface ProblemPieceTable {
  groupId: string;
  hash: string;
  index: number;
  count: number;
  bytes: number;
  sealed: Uint8Array;
}

/** A picture that is whole: its bytes are evidence of the group (`shared/evidence`). */
export interface ProblemPictureTable {
  groupId: string;
  hash: string;
  fileId: string | null;
  /** What came is not the picture that was handed in. */
  fault: string | null;
}

export interface ProblemTables {
  problem_group: ProblemGroupTable;
  problem_member: ProblemMemberTable;
  problem_event: ProblemEventTable;
  problem_act: ProblemActTable;
  problem_proposal: ProblemProposalTable;
  problem_piece: ProblemPieceTable;
  problem_picture: ProblemPictureTable;
}

/** A group as it is told, with what only the hub keeps of it. */
export interface HeldGroup extends ProblemGroup {
  owner: NodeId;
  standingRevision: number;
  fingerprint: Uint8Array | null;
}

/** The topic of `/api/problem-groups`. */
export const PROBLEM_GROUPS = 'problem-groups';

export async function createProblemTables(db: Kysely<any>): Promise<void> {
  await sql`create table problem_group (
    "id" text primary key, "owner" text not null, "kind" text not null, "origin" text not null, "state" text not null,
    "revision" integer not null, "standingRevision" integer not null, "fingerprint" blob, "openedAt" text not null,
    "turnSince" text not null, "closedAt" text, "arbiterOrgId" text, "arbiterName" text not null, "turnStudentId" text,
    "turnProvince" text, "provinces" integer not null, "remindedFor" text
  ) strict, without rowid`.execute(db);
  // One open group an identity, whatever the code above does.
  await sql`create unique index problem_group_identity on problem_group ("fingerprint")
    where "fingerprint" is not null and state <> 'closed'`.execute(db);
  // 问题学籍联动: the newest turn first; what is late, in the bench and for reminders.
  await sql`create index problem_group_turn on problem_group ("turnSince", "id")`.execute(db);
  await sql`create index problem_group_open on problem_group ("state", "turnSince", "id") where state <> 'closed'`.execute(
    db,
  );
  await sql`create table problem_member (
    "groupId" text not null references problem_group ("id"), "studentId" text not null, "place" integer not null,
    "province" text not null, "name" text not null, "studentNumber" text not null, "since" text not null,
    "claimNo" integer not null, "state" text not null, "lost" integer not null, "handling" text, "facts" text not null,
    "evidence" text not null, primary key ("groupId", "studentId")
  ) strict, without rowid`.execute(db);
  // Whether a record is in a group; groups of a name, a number, a province.
  await sql`create index problem_member_student on problem_member ("studentId", "groupId")`.execute(db);
  await sql`create index problem_member_name on problem_member ("name", "groupId")`.execute(db);
  await sql`create index problem_member_number on problem_member ("studentNumber", "groupId")`.execute(db);
  await sql`create index problem_member_province on problem_member ("province", "groupId")`.execute(db);
  await sql`create table problem_event (
    "groupId" text not null references problem_group ("id"), "no" integer not null, "at" text not null,
    "act" text not null, "studentId" text, "handling" text, "orgName" text not null, "personName" text not null,
    "opinion" text not null, primary key ("groupId", "no")
  ) strict, without rowid`.execute(db);
  await sql`create table problem_act (
    "id" text primary key, "groupId" text not null, "at" text not null, "refused" text
  ) strict, without rowid`.execute(db);
  await createArbitrationTables(db);
}

async function createArbitrationTables(db: Kysely<any>): Promise<void> {
  // Two people, whatever the code above does.
  await sql`create table problem_proposal (
    "id" text primary key, "groupId" text not null references problem_group ("id"), "revision" integer not null,
    "winner" text not null, "opinions" text not null, "likeness" text not null,
    "account" text not null, "personName" text not null, "at" text not null, "state" text not null,
    "decidedBy" text, "decidedByName" text, "decidedAt" text, "reason" text not null,
    check ("state" <> 'confirmed' or ("decidedBy" is not null and "decidedBy" <> "account"))
  ) strict, without rowid`.execute(db);
  await sql`create unique index problem_proposal_open on problem_proposal ("groupId") where state = 'proposed'`.execute(
    db,
  );
  await sql`create index problem_proposal_group on problem_proposal ("groupId", "at")`.execute(db);
  // 同类仲裁: decided before, of records that agreed in the same.
  await sql`create index problem_proposal_likeness on problem_proposal ("likeness", "decidedAt")
    where state = 'confirmed'`.execute(db);
  await sql`create table problem_piece (
    "groupId" text not null, "hash" text not null, "index" integer not null, "count" integer not null,
    "bytes" integer not null, "sealed" blob not null, primary key ("groupId", "hash", "index")
  ) strict`.execute(db);
  await sql`create table problem_picture (
    "groupId" text not null references problem_group ("id"), "hash" text not null, "fileId" text, "fault" text,
    primary key ("groupId", "hash")
  ) strict, without rowid`.execute(db);
}
