import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import type { HandOverFault } from '../../contracts/hand-over-fault.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { ProvinceDb } from '../schema.ts';

/**
 * One hand-over as this node sees it, by its transfer. It stays for good: an order that comes late, or once more, meets the
 * state in which it ended (docs/PROTOCOL.md, "Hand-over").
 * Origin: `sealed` → `moved` | `undone`, or `refused`; a moved one may be packed once more (docs/PROTOCOL.md, "Recount"). Destination: `receiving` → `staged` → `admitted` | `discarded`, or `failed`.
 */
export interface HandOverTable {
  transfer: string;
  side: 'origin' | 'destination';
  state: 'sealed' | 'moved' | 'undone' | 'refused' | 'receiving' | 'staged' | 'admitted' | 'discarded' | 'failed';
  studentId: string;
  /** The other province. */
  peer: NodeId;
  peerSchoolName: string;
  /** Of the origin: the last attempt that was ordered, and the last that was packed. */
  attempt: number;
  packed: number;
  fault: HandOverFault | null;
  /** Of the origin: the epoch of the record at the seal. */
  epoch: number;
  /** Of the destination, from here on. */
  schoolId: string | null;
  stage: Stage | null;
  cohort: number | null;
  manifest: string | null;
  /** Of the destination: JSON of what the hub had been told of the record; null: the order did not say. */
  promised: string | null;
  /** The record as it came, sealed; from `staged` until it is admitted. */
  record: Buffer | null;
  at: string;
}

/** A part as it came, until the package is put together. */
export interface ReceivedPartTable {
  transfer: string;
  package: string;
  index: number;
  sealed: string;
}

/** A part of a picture that a transfer was decided on, until it is whole. */
export interface ReceivedPictureTable {
  id: string;
  index: number;
  of: number;
  studentId: string;
  /** JSON of what is known of it. */
  about: string;
  sealed: Buffer;
}

export interface HandOverTables {
  hand_over: HandOverTable;
  received_part: ReceivedPartTable;
  received_picture: ReceivedPictureTable;
}

/** The kinds under which a hand-over owns pictures until the record is admitted. Nobody sees them. */
export const HAND_OVER_EVIDENCE = 'hand-over';
export const HAND_OVER_PHOTO = 'hand-over-photo';

export function findHandOver(db: Kysely<ProvinceDb>, transfer: string): Promise<HandOverTable | undefined> {
  return db.selectFrom('hand_over').selectAll().where('transfer', '=', transfer).executeTakeFirst();
}

/** Writes what is known now of a hand-over: the first thing known makes its row. */
export async function saveHandOver(
  tx: Tx<ProvinceDb>,
  known: Pick<HandOverTable, 'transfer' | 'side' | 'studentId' | 'state' | 'at'> & Partial<HandOverTable>,
): Promise<void> {
  const nothing = { peer: 'hub' as const, peerSchoolName: '', attempt: 0, packed: 0, fault: null, epoch: 0 };
  const noDestination = { schoolId: null, stage: null, cohort: null, manifest: null, promised: null, record: null };
  await tx
    .insertInto('hand_over')
    .values({ ...nothing, ...noDestination, ...known })
    .onConflict((oc) => oc.column('transfer').doUpdateSet(known))
    .execute();
}

/** Whether the record has left this province, or is about to: then nothing makes it anew (invariant I02). */
export async function hasLeft(db: Kysely<ProvinceDb>, studentIds: readonly string[]): Promise<Set<string>> {
  if (studentIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('hand_over')
    .select('studentId')
    .where('studentId', 'in', studentIds)
    .where('side', '=', 'origin')
    .where('state', 'in', ['sealed', 'moved'])
    .execute();
  return new Set(rows.map(({ studentId }) => studentId));
}

/**
 * The first hand-over that took the record away from here at this epoch or a later one: after a restore its own words, and orders that
 * come once more, tell so before the order that brings it here does.
 */
export async function departureSince(
  db: Kysely<ProvinceDb>,
  studentId: string,
  epoch: number,
): Promise<Pick<HandOverTable, 'state' | 'epoch'> | undefined> {
  return db
    .selectFrom('hand_over')
    .select(['state', 'epoch'])
    .where('studentId', '=', studentId)
    .where('side', '=', 'origin')
    .where('state', 'in', ['sealed', 'moved'])
    .where('epoch', '>=', epoch)
    .orderBy('epoch')
    .executeTakeFirst();
}

/** Hand-overs of the pupil that the hub knows nothing of any more: by its order the record is here, or is gone. */
export async function endSealed(tx: Tx<ProvinceDb>, studentId: string, state: 'undone' | 'moved'): Promise<void> {
  await tx
    .updateTable('hand_over')
    .set({ state })
    .where('studentId', '=', studentId)
    .where('side', '=', 'origin')
    .where('state', '=', 'sealed')
    .execute();
}

export async function dropParts(tx: Tx<ProvinceDb>, transfer: string): Promise<void> {
  await tx.deleteFrom('received_part').where('transfer', '=', transfer).execute();
}

export async function createHandOverTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('hand_over')
    .addColumn('transfer', 'text', (c) => c.primaryKey())
    .addColumn('side', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('studentId', 'text', (c) => c.notNull())
    .addColumn('peer', 'text', (c) => c.notNull())
    .addColumn('peerSchoolName', 'text', (c) => c.notNull())
    .addColumn('attempt', 'integer', (c) => c.notNull())
    .addColumn('packed', 'integer', (c) => c.notNull())
    .addColumn('fault', 'text')
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('schoolId', 'text')
    .addColumn('stage', 'text')
    .addColumn('cohort', 'integer')
    .addColumn('manifest', 'text')
    .addColumn('record', 'blob')
    .addColumn('at', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  // The hand-overs of one pupil.
  await db.schema.createIndex('hand_over_student').on('hand_over').columns(['studentId', 'side', 'state']).execute();
  // What is still to be packed or put together.
  await sql`create index hand_over_to_do on hand_over (state, transfer) where state in ('sealed', 'receiving')`.execute(
    db,
  );
  await db.schema
    .createTable('received_part')
    .addColumn('transfer', 'text', (c) => c.notNull())
    .addColumn('package', 'text', (c) => c.notNull())
    .addColumn('index', 'integer', (c) => c.notNull())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('received_part_key', ['transfer', 'package', 'index'])
    .modifyEnd(sql`strict`)
    .execute();
}

export async function createReceivedPictureTable(db: Kysely<any>): Promise<void> {
  await sql`create table received_picture (
    "id" text not null, "index" integer not null, "of" integer not null, "studentId" text not null, "about" text not null,
    "sealed" blob not null, primary key ("id", "index")
  ) strict`.execute(db);
}

export async function keepPromises(db: Kysely<any>): Promise<void> {
  await sql`alter table hand_over add column "promised" text`.execute(db);
}
