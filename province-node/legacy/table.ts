import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Tx } from '../../shared/db/store.ts';
import type { ProvinceDb } from '../schema.ts';

/** One file of phase one's data, by what is in it: how far its load is. */
export interface LegacyLoadTable {
  /** SHA-256 of the file, hexadecimal. */
  fileHash: string;
  id: string;
  startedAt: string;
  /** Rows of the file up to this one are dealt with. */
  lastRow: number;
  rows: number;
  loaded: number;
  refused: number;
  problems: number;
  /** Length of the report at the last decision. */
  reportBytes: number;
  finishedAt: string | null;
}

/** Records that were loaded together and that the hub has not been told of; their ids are the ones between. */
export interface UntoldRecordsTable {
  firstId: string;
  lastId: string;
  records: number;
}

export interface LegacyTables {
  legacy_load: LegacyLoadTable;
  untold_records: UntoldRecordsTable;
}

export async function createLegacyTables(db: Kysely<any>): Promise<void> {
  await sql`create table legacy_load (
    "fileHash" text primary key,
    "id" text not null,
    "startedAt" text not null,
    "lastRow" integer not null,
    "rows" integer not null,
    "loaded" integer not null,
    "refused" integer not null,
    "problems" integer not null,
    "reportBytes" integer not null,
    "finishedAt" text
  ) strict, without rowid`.execute(db);
  await sql`create table untold_records (
    "firstId" text primary key,
    "lastId" text not null,
    "records" integer not null
  ) strict, without rowid`.execute(db);
}

export async function findLoad(db: Kysely<ProvinceDb>, fileHash: string): Promise<LegacyLoadTable | undefined> {
  return db.selectFrom('legacy_load').selectAll().where('fileHash', '=', fileHash).executeTakeFirst();
}

export async function saveLoad(tx: Tx<ProvinceDb>, load: LegacyLoadTable): Promise<void> {
  await tx
    .insertInto('legacy_load')
    .values(load)
    .onConflict((oc) => oc.column('fileHash').doUpdateSet(load))
    .execute();
}

export async function addUntold(tx: Tx<ProvinceDb>, groups: readonly UntoldRecordsTable[]): Promise<void> {
  if (groups.length > 0)
    await tx
      .insertInto('untold_records')
      .values([...groups])
      .execute();
}

/** The next records to tell of, oldest first. */
export async function nextUntold(db: Kysely<ProvinceDb>): Promise<UntoldRecordsTable | undefined> {
  return db.selectFrom('untold_records').selectAll().orderBy('firstId').limit(1).executeTakeFirst();
}

export async function removeUntold(tx: Tx<ProvinceDb>, firstId: string): Promise<boolean> {
  const removed = await tx.deleteFrom('untold_records').where('firstId', '=', firstId).executeTakeFirst();
  return removed.numDeletedRows > 0n;
}
