import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { ApplicationState } from '../../contracts/application.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { KeyValues } from '../../contracts/key-data.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import type { IdCategory } from '../../contracts/people/id-document.ts';
import type { CheckState } from '../../contracts/registration.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import type { ProvinceDb } from '../schema.ts';

/** The topic of `/api/key-changes` (`tellPages`). */
export const KEY_CHANGES = 'key-changes';

/** One application, under the id of its application in the review engine; the pupil as at the application. */
export interface KeyChangeTable {
  id: string;
  studentId: string;
  schoolId: string;
  name: string;
  studentNumber: string;
  /** Of the document as it is to be. */
  idNumberMasked: string;
  stage: Stage;
  cohort: number;
  /** What changes (JSON of KeyField[]). */
  fields: string;
  /** As it is to be. */
  category: IdCategory;
  /** What it asks the hub about comes back with the answer under this mark; null when it asks nothing. */
  mark: string | null;
  /** The identity that it holds inside the province while it is open; null when it is the record's own, or none. */
  openFingerprint: Buffer | null;
  checkState: CheckState;
  checkedAt: string | null;
  /** The claim that was granted; the record's own when the identity stays. */
  claimNo: number | null;
  /** The claim of the record when it was applied for. */
  claimBefore: number | null;
  /** The last claim of it that was let go, as a restored node knows by its own words. */
  releasedNo: number | null;
  /** Who holds the identity, as the hub told (JSON of ClaimHolder); only when dedup failed. */
  holder: string | null;
  verification: string | null;
  /** The student number that the approval gave, when it gave another. */
  numberAfter: string | null;
  /** Of a problem record that is handled by this change. */
  problemGroup: string | null;
  problemRevision: number | null;
  /** As its application's: a pupil has one that is open. */
  state: ApplicationState;
  appliedAt: string;
}

/** What was typed: all key data as they were and as they are to be, sealed. Read with `openValues`. */
export interface KeyChangeFormTable {
  keyChangeId: string;
  form: Buffer;
}

/** A pupil who was looked up, or a returned change that is being mended, with what was typed so far. */
export interface KeyChangeDraftTable {
  id: string;
  studentId: string;
  schoolId: string;
  revision: number;
  /** Sealed JSON of Typed. */
  form: Buffer;
  at: string;
}

export interface KeyChangeTables {
  key_change: KeyChangeTable;
  key_change_form: KeyChangeFormTable;
  key_change_draft: KeyChangeDraftTable;
}

export interface Typed {
  values: KeyValues;
  note: string;
}

export interface ChangeValues {
  before: KeyValues;
  after: KeyValues;
  note: string;
}

export function findKeyChange(db: Kysely<ProvinceDb>, id: string): Promise<KeyChangeTable | undefined> {
  return db.selectFrom('key_change').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function getKeyChangeRow(db: Kysely<ProvinceDb>, id: string): Promise<KeyChangeTable> {
  const found = await findKeyChange(db, id);
  if (!found) throw new Problem('not-found', '没有这项关键数据变更申请');
  return found;
}

export async function openValues(db: Kysely<ProvinceDb>, vault: Vault, id: string): Promise<ChangeValues> {
  const forms = db.selectFrom('key_change_form').select('form').where('keyChangeId', '=', id);
  return JSON.parse(vault.open((await forms.executeTakeFirstOrThrow()).form)) as ChangeValues;
}

/** The claim that the change itself made at the hub; null when it has none, or stands under that of the record. */
export function ownClaim({ claimNo, claimBefore }: Pick<KeyChangeTable, 'claimNo' | 'claimBefore'>): number | null {
  return claimNo === claimBefore ? null : claimNo;
}

export async function createKeyChangeTables(db: Kysely<any>): Promise<void> {
  await sql`create table key_change (
    "id" text primary key references application ("id"), "studentId" text not null references student ("id"),
    "schoolId" text not null references org ("id"), "name" text not null, "studentNumber" text not null,
    "idNumberMasked" text not null, "stage" text not null, "cohort" integer not null, "fields" text not null,
    "category" text not null, "mark" text, "openFingerprint" blob, "checkState" text not null, "checkedAt" text,
    "claimNo" integer, "claimBefore" integer, "releasedNo" integer, "holder" text, "verification" text,
    "numberAfter" text, "problemGroup" text, "problemRevision" integer, "state" text not null, "appliedAt" text not null
  ) strict`.execute(db);
  // A pupil has one at a time, and one identity is asked for once, whatever the code above does.
  await sql`create unique index key_change_open on key_change ("studentId")
    where state in ('in-review', 'returned')`.execute(db);
  await sql`create unique index key_change_identity on key_change ("openFingerprint")
    where "openFingerprint" is not null`.execute(db);
  // The history of one pupil, with the pictures.
  await sql`create index key_change_student on key_change ("studentId", state)`.execute(db);
  // 关键数据变更查询 of a school, newest first; what a restored hub asks for; the job that ends failed ones.
  await sql`create index key_change_school on key_change ("schoolId", "appliedAt", id, state, "checkState")`.execute(
    db,
  );
  await sql`create index key_change_claim on key_change ("claimNo") where "claimNo" is not null`.execute(db);
  await sql`create index key_change_failed on key_change ("checkedAt") where "checkState" = 'dedup-failed'`.execute(db);
  await sql`create table key_change_form (
    "keyChangeId" text primary key references key_change ("id"), "form" blob not null
  ) strict`.execute(db);
  await sql`create table key_change_draft (
    "id" text primary key, "studentId" text not null, "schoolId" text not null, "revision" integer not null,
    "form" blob not null, "at" text not null
  ) strict, without rowid`.execute(db);
  // What was typed is found again; those that came to nothing are removed, the oldest first.
  await sql`create unique index key_change_draft_of on key_change_draft ("studentId", "schoolId")`.execute(db);
  await sql`create index key_change_draft_at on key_change_draft ("at")`.execute(db);
}
