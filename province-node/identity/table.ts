import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Tx } from '../../shared/db/store.ts';
import type { ProvinceDb } from '../schema.ts';

/** Claims of records that this province has ended (`changeIdentity`): a restored hub is told so. */
export interface EndedClaimTable {
  claimNo: number;
  studentId: string;
}

/** A recount of claims that a restored hub has asked for: how far the answer is. */
export interface OwedRecountTable {
  recount: string;
  /** Claims with a higher number are told. */
  afterNo: number;
  /** The highest that has been told. */
  highestNo: number;
  /** Records up to this one have been told. */
  afterStudent: string;
}

/** One row, made by the migration (awaited-recount.ts). */
export interface AwaitedRecountTable {
  id: number;
  /** 1: this node was restored, and has not heard that the hub knows everything again. */
  restored: number;
  /** The newest incarnation of the hub whose recount is known to be over. */
  countedIncarnation: number;
}

export interface IdentityTables {
  awaited_recount: AwaitedRecountTable;
  ended_claim: EndedClaimTable;
  owed_recount: OwedRecountTable;
}

/** Asked once more, such as after a restore of this node, it is answered from the beginning. */
export async function oweRecount(tx: Tx<ProvinceDb>, owed: OwedRecountTable): Promise<void> {
  await tx
    .insertInto('owed_recount')
    .values(owed)
    .onConflict((oc) => oc.column('recount').doUpdateSet(owed))
    .execute();
}

export function nextOwedRecount(db: Kysely<ProvinceDb>): Promise<OwedRecountTable | undefined> {
  return db.selectFrom('owed_recount').selectAll().orderBy('recount').limit(1).executeTakeFirst();
}

export async function owedNoLonger(tx: Tx<ProvinceDb>, recount: string): Promise<void> {
  await tx.deleteFrom('owed_recount').where('recount', '=', recount).execute();
}

export async function noteEndedClaim(tx: Tx<ProvinceDb>, ended: EndedClaimTable): Promise<void> {
  await tx
    .insertInto('ended_claim')
    .values(ended)
    .onConflict((oc) => oc.doNothing())
    .execute();
}

/** Which of these claims were ended. */
export async function endedOf(
  db: Kysely<ProvinceDb>,
  claimNos: ReadonlyArray<number | null>,
): Promise<ReadonlySet<number>> {
  const asked = claimNos.filter((claimNo) => claimNo !== null);
  if (asked.length === 0) return new Set();
  const rows = await db.selectFrom('ended_claim').select('claimNo').where('claimNo', 'in', asked).execute();
  return new Set(rows.map(({ claimNo }) => claimNo));
}

export async function createOwedRecountTable(db: Kysely<any>): Promise<void> {
  await sql`create table owed_recount (
    "recount" text primary key, "afterNo" integer not null, "highestNo" integer not null, "afterStudent" text not null
  ) strict, without rowid`.execute(db);
}

export async function createEndedClaimTable(db: Kysely<any>): Promise<void> {
  await sql`create table ended_claim (
    "claimNo" integer primary key, "studentId" text not null
  ) strict`.execute(db);
}

export async function createAwaitedRecountTable(db: Kysely<any>): Promise<void> {
  await sql`create table awaited_recount (
    "id" integer primary key check (id = 1), "restored" integer not null, "countedIncarnation" integer not null
  ) strict`.execute(db);
  await sql`insert into awaited_recount values (1, 0, 0)`.execute(db);
}
