import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import type { SuspectState } from '../../contracts/suspect.ts';
import { insertRows, runSql } from '../../shared/db/bulk.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { HubDb } from '../schema.ts';

/** The topic of `/api/suspects` (`tellPages`). */
export const SUSPECTS = 'suspects';

/** Two records that may be of one pupil; the first has the smaller id. */
export interface SuspectTable {
  id: string;
  firstId: string;
  secondId: string;
  /** Where the records are, for scope and conditions. */
  firstProvince: NodeId;
  secondProvince: NodeId;
  firstSchoolId: string;
  secondSchoolId: string;
  score: number;
  /** JSON of SuspectReason[]. */
  reasons: string;
  foundAt: string;
  state: SuspectState;
  judgedByOrg: string | null;
  judgedBy: string | null;
  judgedBecause: string | null;
  judgedAt: string | null;
}

export interface SuspectTables {
  suspect: SuspectTable;
  /** Records of the index that have changed and are to be compared. Triggers of `national_record` mark them. */
  suspect_due: { studentId: string };
  /** Keyed fingerprints of what records meet by (`blockingKeys`). */
  suspect_key: { key: Uint8Array; studentId: string };
}

export async function createSuspectTables(db: Kysely<any>): Promise<void> {
  await sql`create table suspect (
    "id" text primary key,
    "firstId" text not null,
    "secondId" text not null,
    "firstProvince" text not null,
    "secondProvince" text not null,
    "firstSchoolId" text not null,
    "secondSchoolId" text not null,
    "score" integer not null,
    "reasons" text not null,
    "foundAt" text not null,
    "state" text not null,
    "judgedByOrg" text,
    "judgedBy" text,
    "judgedBecause" text,
    "judgedAt" text,
    unique ("firstId", "secondId")
  ) strict`.execute(db);
  // The list, the likeliest first.
  await sql`create index suspect_state on suspect ("state", "score", "id")`.execute(db);
  await sql`create index suspect_score on suspect ("score", "id")`.execute(db);
  // What a changed record was found with before; the list of a bureau.
  await sql`create index suspect_second on suspect ("secondId")`.execute(db);
  await sql`create index suspect_first_school on suspect ("firstSchoolId")`.execute(db);
  await sql`create index suspect_second_school on suspect ("secondSchoolId")`.execute(db);
  await sql`create table suspect_due ("studentId" text primary key) strict, without rowid`.execute(db);
  await sql`create table suspect_key (
    "key" blob not null check (length("key") = 8),
    "studentId" text not null,
    primary key ("key", "studentId")
  ) strict, without rowid`.execute(db);
  await sql`create index suspect_key_of on suspect_key ("studentId")`.execute(db);
  // Not `or ignore`: what the statement above says of conflicts would hold in the trigger too.
  const mark = `begin insert into suspect_due select new."studentId"
    where not exists (select 1 from suspect_due where "studentId" = new."studentId"); end`;
  await sql.raw(`create trigger national_record_is_new after insert on national_record ${mark}`).execute(db);
  const compared = ['name', 'sex', 'birthDate', 'idType', 'identityFingerprint', 'schoolId', 'status'].map(
    (name) => `"${name}"`,
  );
  const changed = compared.map((name) => `old.${name} is not new.${name}`).join(' or ');
  await sql
    .raw(
      `create trigger national_record_changes after update of ${compared.join(', ')} on national_record when ${changed} ${mark}`,
    )
    .execute(db);
  await sql`insert into suspect_due select "studentId" from national_record`.execute(db);
}

export async function listDue(db: Kysely<HubDb>, most: number): Promise<string[]> {
  const rows = await db.selectFrom('suspect_due').select('studentId').orderBy('studentId').limit(most).execute();
  return rows.map(({ studentId }) => studentId);
}

export async function removeDue(tx: Tx<HubDb>, studentIds: readonly string[]): Promise<void> {
  await tx.deleteFrom('suspect_due').where('studentId', 'in', studentIds).execute();
}

/** The keys of these records, from now on. */
export async function replaceKeys(
  tx: Tx<HubDb>,
  studentIds: readonly string[],
  keys: ReadonlyArray<{ key: Uint8Array; studentId: string }>,
): Promise<void> {
  await tx.deleteFrom('suspect_key').where('studentId', 'in', studentIds).execute();
  await addKeys(tx, keys);
}

export async function addKeys(
  tx: Tx<HubDb>,
  keys: ReadonlyArray<{ key: Uint8Array; studentId: string }>,
): Promise<void> {
  // In their order each page of the tree is looked for once.
  const rows = keys
    .toSorted((one, other) => Buffer.compare(one.key, other.key))
    .map(({ key, studentId }) => [key, studentId]);
  await insertRows(tx, 'suspect_key', ['key', 'studentId'], rows);
}

/** Of records whose keys came all at once: due is who shares one with another. */
export async function dueWhereShared(tx: Tx<HubDb>): Promise<void> {
  await sql`insert into suspect_due select distinct "studentId" from suspect_key
    where "key" in (select "key" from suspect_key group by "key" having count(*) > 1)`.execute(tx);
}

/** Who shares a key, at most so many. */
export async function sharing(tx: Tx<HubDb>, key: Uint8Array, most: number): Promise<string[]> {
  const rows = await runSql<{ studentId: string }>(tx, `select "studentId" from suspect_key where "key" = ? limit ?`, [
    key,
    most,
  ]);
  return rows.map(({ studentId }) => studentId);
}

export async function pairsWith(tx: Tx<HubDb>, studentIds: readonly string[]): Promise<SuspectTable[]> {
  return tx
    .selectFrom('suspect')
    .selectAll()
    .where((eb) => eb.or([eb('firstId', 'in', studentIds), eb('secondId', 'in', studentIds)]))
    .execute();
}

export async function addSuspects(tx: Tx<HubDb>, suspects: readonly SuspectTable[]): Promise<void> {
  for (const suspect of suspects) await tx.insertInto('suspect').values(suspect).execute();
}

export async function removeSuspects(tx: Tx<HubDb>, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.deleteFrom('suspect').where('id', 'in', ids).execute();
}

export async function changeSuspect(
  tx: Tx<HubDb>,
  id: string,
  to: Partial<Omit<SuspectTable, 'id' | 'firstId' | 'secondId'>>,
): Promise<void> {
  await tx.updateTable('suspect').set(to).where('id', '=', id).execute();
}
