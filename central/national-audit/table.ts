import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import type {
  AuditCause,
  AuditPhase,
  AuditProvinceState,
  DifferenceKind,
  RepairFix,
  RepairState,
} from '../../contracts/national-audit.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { HubDb } from '../schema.ts';

/** One run. At most one has not ended, whatever the code does. */
export interface AuditRunTable {
  id: string;
  cause: AuditCause;
  /** Account, or the user of the machine; empty by schedule. */
  startedBy: string;
  startedAt: string;
  phase: AuditPhase;
  endedAt: string | null;
  /** Null until the index has been checked. */
  records: number | null;
  claims: number | null;
  /** When something was suspected last: the second look waits a while after it. */
  suspectedAt: string | null;
  lookedAt: string | null;
  found: number;
  repaired: number;
  isCapped: number;
}

export interface AuditProvinceTable {
  run: string;
  province: NodeId;
  state: AuditProvinceState;
  schools: number;
  pupils: number;
  differingSchools: number;
  /** Of its last sign of life in the run. */
  heardAt: string;
  answeredAt: string | null;
  fault: string | null;
}

/** A school of a run: as its province told it, until it is compared; then only where it differs, until its records have come. */
export interface AuditSchoolTable {
  run: string;
  province: NodeId;
  schoolId: string;
  records: number;
  digest: string;
  movedDigest: string | null;
  state: 'told' | 'differs' | 'asked';
}

/** A record of a school that differs, as its province listed it. */
export interface AuditListedTable {
  run: string;
  province: NodeId;
  schoolId: string;
  studentId: string;
  line: string;
}

export interface AuditSuspectTable {
  run: string;
  studentId: string;
  claimNo: number | null;
}

/** That a province has listed, or should have, a suspected pupil; and what it answered at the second look. */
export interface AuditAnswerTable {
  run: string;
  studentId: string;
  province: NodeId;
  /** JSON of `Answer`; null until it has come. */
  answer: string | null;
}

export interface AuditFindingTable {
  run: string;
  province: NodeId;
  kind: DifferenceKind;
  found: number;
}

/** A difference, with what is proposed and what became of it (修复单). */
export interface RepairTable {
  id: string;
  studentId: string;
  kind: DifferenceKind;
  province: NodeId;
  fix: RepairFix;
  state: RepairState;
  revision: number;
  /** JSON of `Suspicion`, and its hash: a dismissed difference is opened again only when it is another. */
  evidence: string;
  evidenceHash: string;
  studentNumber: string;
  maskedName: string;
  schoolName: string;
  firstFoundAt: string;
  foundAt: string;
  lastRun: string;
  timesFound: number;
  decidedBy: string | null;
  decidedAt: string | null;
  opinion: string | null;
  outcome: string | null;
}

export interface NationalAuditTables {
  audit_run: AuditRunTable;
  audit_province: AuditProvinceTable;
  audit_school: AuditSchoolTable;
  audit_listed: AuditListedTable;
  audit_suspect: AuditSuspectTable;
  audit_answer: AuditAnswerTable;
  audit_finding: AuditFindingTable;
  custody_repair: RepairTable;
}

/** The run that has not ended. */
export function findCurrentRun(db: Kysely<HubDb>): Promise<AuditRunTable | undefined> {
  return db.selectFrom('audit_run').selectAll().where('endedAt', 'is', null).executeTakeFirst();
}

export async function setRun(tx: Tx<HubDb>, id: string, changes: Partial<AuditRunTable>): Promise<void> {
  await tx.updateTable('audit_run').set(changes).where('id', '=', id).execute();
}

export function findProvince(
  db: Kysely<HubDb>,
  run: string,
  province: NodeId,
): Promise<AuditProvinceTable | undefined> {
  return db
    .selectFrom('audit_province')
    .selectAll()
    .where('run', '=', run)
    .where('province', '=', province)
    .executeTakeFirst();
}

export async function setProvince(
  tx: Tx<HubDb>,
  run: string,
  province: NodeId,
  changes: Partial<AuditProvinceTable>,
): Promise<void> {
  await tx.updateTable('audit_province').set(changes).where('run', '=', run).where('province', '=', province).execute();
}

/** Suspected once, and asked of each of these provinces. */
export async function addSuspects(
  tx: Tx<HubDb>,
  run: string,
  suspects: ReadonlyArray<{ studentId: string; claimNo: number | null; provinces: readonly NodeId[] }>,
): Promise<void> {
  for (const { studentId, claimNo, provinces } of suspects) {
    await tx
      .insertInto('audit_suspect')
      .values({ run, studentId, claimNo })
      .onConflict((oc) =>
        oc.columns(['run', 'studentId']).doUpdateSet((eb) => ({
          claimNo: eb.fn.coalesce('audit_suspect.claimNo', 'excluded.claimNo'),
        })),
      )
      .execute();
    for (const province of provinces)
      await tx
        .insertInto('audit_answer')
        .values({ run, studentId, province, answer: null })
        .onConflict((oc) => oc.doNothing())
        .execute();
  }
}

/** What a run needed on its way; what it found stays. */
export async function clearRun(tx: Tx<HubDb>, run: string): Promise<void> {
  await tx.deleteFrom('audit_school').where('run', '=', run).execute();
  await tx.deleteFrom('audit_listed').where('run', '=', run).execute();
  await tx.deleteFrom('audit_answer').where('run', '=', run).execute();
  await tx.deleteFrom('audit_suspect').where('run', '=', run).execute();
}

export async function createAuditTables(db: Kysely<any>): Promise<void> {
  await sql`create table audit_run (
    "id" text primary key, "cause" text not null, "startedBy" text not null, "startedAt" text not null,
    "phase" text not null, "endedAt" text, "records" integer, "claims" integer, "suspectedAt" text, "lookedAt" text,
    "found" integer not null, "repaired" integer not null, "isCapped" integer not null
  ) strict`.execute(db);
  // One run at a time, whoever starts it.
  await sql`create unique index audit_run_current on audit_run ((1)) where "endedAt" is null`.execute(db);
  // The history of runs, newest first.
  await sql`create index audit_run_started on audit_run ("startedAt", "id", "cause")`.execute(db);
  await sql`create table audit_province (
    "run" text not null references audit_run ("id"), "province" text not null, "state" text not null,
    "schools" integer not null, "pupils" integer not null, "differingSchools" integer not null,
    "heardAt" text not null, "answeredAt" text, "fault" text, primary key ("run", "province")
  ) strict, without rowid`.execute(db);
  await sql`create table audit_school (
    "run" text not null, "province" text not null, "schoolId" text not null, "records" integer not null,
    "digest" text not null, "movedDigest" text, "state" text not null, primary key ("run", "province", "schoolId")
  ) strict, without rowid`.execute(db);
  await sql`create table audit_listed (
    "run" text not null, "province" text not null, "schoolId" text not null, "studentId" text not null,
    "line" text not null, primary key ("run", "province", "schoolId", "studentId")
  ) strict, without rowid`.execute(db);
  await sql`create table audit_suspect (
    "run" text not null, "studentId" text not null, "claimNo" integer, primary key ("run", "studentId")
  ) strict, without rowid`.execute(db);
  await sql`create table audit_answer (
    "run" text not null, "studentId" text not null, "province" text not null, "answer" text,
    primary key ("run", "studentId", "province")
  ) strict, without rowid`.execute(db);
  await sql`create table audit_finding (
    "run" text not null references audit_run ("id"), "province" text not null, "kind" text not null,
    "found" integer not null, primary key ("run", "province", "kind")
  ) strict, without rowid`.execute(db);
  await sql`create table custody_repair (
    "id" text primary key, "studentId" text not null, "kind" text not null, "province" text not null, "fix" text not null,
    "state" text not null, "revision" integer not null, "evidence" text not null, "evidenceHash" text not null,
    "studentNumber" text not null, "maskedName" text not null, "schoolName" text not null, "firstFoundAt" text not null,
    "foundAt" text not null, "lastRun" text not null, "timesFound" integer not null, "decidedBy" text, "decidedAt" text,
    "opinion" text, "outcome" text
  ) strict`.execute(db);
  // One repair of a difference at a time, whatever the code above does.
  await sql`create unique index custody_repair_current on custody_repair ("studentId", "kind", "province")
    where state in ('open', 'ordered', 'repaired')`.execute(db);
  // The list of repairs, newest first; by state.
  await sql`create index custody_repair_found on custody_repair ("foundAt", "id", "state", "kind", "province")`.execute(
    db,
  );
  await sql`create index custody_repair_state on custody_repair ("state", "foundAt", "id", "kind", "province")`.execute(
    db,
  );
  // What was dismissed before, of one pupil.
  await sql`create index custody_repair_student on custody_repair ("studentId", "kind", "province", "state")`.execute(
    db,
  );
}
