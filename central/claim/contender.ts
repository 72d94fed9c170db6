import type { Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import { insertIgnoring, insertRows } from '../../shared/db/bulk.ts';
import { groupBy } from '../../shared/group-by.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { HubDb } from '../schema.ts';
import { claimColumns } from './claim-columns.ts';
import type { IdentityClaim, IdentityClaimTable } from './claim-columns.ts';

/**
 * A record that has an identity which another holds (features 2.1, 2.10): it has its place in the order of all claims, and becomes
 * the claim when the holder leaves or loses. Only records contend; an application is refused.
 */
export interface IdentityContenderTable extends IdentityClaimTable {
  studentNumber: string;
}

export interface ContenderTables {
  identity_contender: IdentityContenderTable;
}

const rowOf = (claim: IdentityClaim) => claimColumns.map((column) => claim[column]);

/** Each once an identity and record: said again, the row that is there stays. */
export async function saveContenders(tx: Tx<HubDb>, claims: readonly IdentityClaim[]): Promise<void> {
  await insertIgnoring(tx, 'identity_contender', 'claimNo', claimColumns, claims.map(rowOf));
}

/** The earliest first. */
export async function listContendersOn(
  db: Kysely<HubDb>,
  fingerprints: readonly Uint8Array[],
): Promise<IdentityContenderTable[]> {
  if (fingerprints.length === 0) return [];
  return db
    .selectFrom('identity_contender')
    .selectAll()
    .where('fingerprint', 'in', fingerprints)
    .orderBy('claimNo')
    .execute();
}

export async function findContenders(
  db: Kysely<HubDb>,
  numbers: readonly number[],
): Promise<Map<number, IdentityContenderTable>> {
  if (numbers.length === 0) return new Map();
  const rows = await db.selectFrom('identity_contender').selectAll().where('claimNo', 'in', numbers).execute();
  return new Map(rows.map((row) => [row.claimNo, row]));
}

/** The identities of these claims on which more than one record stands. */
export async function listContestedOf(db: Kysely<HubDb>, numbers: readonly number[]): Promise<Uint8Array[]> {
  if (numbers.length === 0) return [];
  const rows = await db
    .selectFrom('identity_contender')
    .select('fingerprint')
    .where('claimNo', 'in', numbers)
    .union(
      db
        .selectFrom('identity_claim as held')
        .innerJoin('identity_contender as other', 'other.fingerprint', 'held.fingerprint')
        .select('other.fingerprint')
        .where('held.claimNo', 'in', numbers),
    )
    .execute();
  return rows.map(({ fingerprint }) => fingerprint);
}

/** Fingerprints as keys of a map. */
export function identityOf({ fingerprint }: Pick<IdentityClaim, 'fingerprint'>): string {
  return Buffer.from(fingerprint).toString('base64');
}

/** Of each of these identities that nobody holds now, the earliest contender has it (invariant I07: the order is that of the numbers). */
export async function promoteContenders(tx: Tx<HubDb>, fingerprints: readonly Uint8Array[]): Promise<void> {
  const contending = groupBy(await listContendersOn(tx, fingerprints), identityOf);
  if (contending.size === 0) return;
  const held = await tx
    .selectFrom('identity_claim')
    .select('fingerprint')
    .where('fingerprint', 'in', fingerprints)
    .execute();
  for (const { fingerprint } of held) contending.delete(identityOf({ fingerprint }));
  for (const [earliest] of contending.values()) if (earliest) await becomeClaim(tx, earliest);
}

/** The contender has the identity from now on, with its own number; the holder of before, a record, contends. */
export async function passClaim(tx: Tx<HubDb>, to: IdentityContenderTable): Promise<void> {
  const holder = await tx
    .selectFrom('identity_claim')
    .selectAll()
    .where('fingerprint', '=', to.fingerprint)
    .executeTakeFirst();
  // An application has no record that could contend: it keeps what it was granted, until it ends.
  if (holder?.studentNumber === null) return;
  if (holder) {
    await tx.deleteFrom('identity_claim').where('claimNo', '=', holder.claimNo).execute();
    await saveContenders(tx, [holder]);
  }
  await becomeClaim(tx, to);
}

async function becomeClaim(tx: Tx<HubDb>, contender: IdentityContenderTable): Promise<void> {
  await tx.deleteFrom('identity_contender').where('claimNo', '=', contender.claimNo).execute();
  await insertRows(tx, 'identity_claim', claimColumns, [rowOf(contender)]);
}

export async function dropContenders(tx: Tx<HubDb>, numbers: readonly number[]): Promise<void> {
  await tx.deleteFrom('identity_contender').where('claimNo', 'in', numbers).execute();
}

/** A contender goes with its record to another province, as a claim does. */
export async function moveContender(
  tx: Tx<HubDb>,
  claimNo: number,
  to: { province: NodeId; schoolId: string; schoolName: string },
): Promise<void> {
  await tx.updateTable('identity_contender').set(to).where('claimNo', '=', claimNo).execute();
}
