import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { ClaimCategory } from '../../contracts/claim.ts';
import { insertIgnoring, insertRows, runSql, updateRows } from '../../shared/db/bulk.ts';
import type { Tx } from '../../shared/db/store.ts';
import { must } from '../../shared/assert.ts';
import type { HubDb } from '../schema.ts';
import { claimColumns } from './claim-columns.ts';
import type { IdentityClaim, IdentityClaimTable } from './claim-columns.ts';
import { dropContenders, findContenders, moveContender, promoteContenders } from './contender.ts';

export type { IdentityClaim, IdentityClaimTable } from './claim-columns.ts';

/** A released claim, kept for the trail; its number is never given again. */
export interface IdentityClaimEndedTable extends Omit<IdentityClaimTable, 'studentNumber'> {
  endedAt: number;
}

export interface ClaimTables {
  identity_claim: IdentityClaimTable;
  identity_claim_ended: IdentityClaimEndedTable;
  /** One row: the highest claim number given so far, also of claims that ended. */
  claim_counter: { only: number; lastClaimNo: number };
}

export const categoryCodes: Record<ClaimCategory, number> = { resident: 1, 'hmt-foreign': 2 };

/** Takes `count` claim numbers; answers the first. They rise strictly, and one that is not used is lost (invariant I07). */
export async function takeClaimNumbers(tx: Tx<HubDb>, count: number): Promise<number> {
  const raise = 'update claim_counter set "lastClaimNo" = "lastClaimNo" + ? returning "lastClaimNo"';
  const [counter] = await runSql<{ lastClaimNo: number }>(tx, raise, [count]);
  return must(counter, 'the counter').lastClaimNo - count + 1;
}

/** The highest number given so far. */
export async function lastClaimNumber(tx: Tx<HubDb>): Promise<number> {
  const { lastClaimNo } = await tx.selectFrom('claim_counter').select('lastClaimNo').executeTakeFirstOrThrow();
  return lastClaimNo;
}

/**
 * As the index has them, of one identity the lower number first. The first four bytes nearly always decide, and comparing numbers
 * takes a fifth of the time of comparing bytes.
 */
export function sortedByFingerprint(claims: readonly IdentityClaim[]): IdentityClaim[] {
  const keyed = claims.map((claim) => ({ claim, head: Buffer.from(claim.fingerprint).readUInt32BE() }));
  keyed.sort(
    (a, b) =>
      a.head - b.head || Buffer.compare(a.claim.fingerprint, b.claim.fingerprint) || a.claim.claimNo - b.claim.claimNo,
  );
  return keyed.map(({ claim }) => claim);
}

/** Saves the claims whose identity nobody holds; answers for each whether it was saved. The unique index decides. */
export async function saveNewClaims(tx: Tx<HubDb>, claims: readonly IdentityClaim[]): Promise<boolean[]> {
  const rows = claims.map((claim) => claimColumns.map((column) => claim[column]));
  return insertIgnoring(tx, 'identity_claim', 'fingerprint', claimColumns, rows);
}

export async function listClaimsOn(db: Kysely<HubDb>, fingerprints: readonly Uint8Array[]): Promise<IdentityClaim[]> {
  if (fingerprints.length === 0) return [];
  return db.selectFrom('identity_claim').selectAll().where('fingerprint', 'in', fingerprints).execute();
}

/** Claims that are alive, also those of records that contend for an identity (`contender.ts`). */
export async function findClaims(db: Kysely<HubDb>, numbers: readonly number[]): Promise<Map<number, IdentityClaim>> {
  if (numbers.length === 0) return new Map();
  const rows = await db.selectFrom('identity_claim').selectAll().where('claimNo', 'in', numbers).execute();
  const claims = new Map(rows.map((row) => [row.claimNo, row]));
  const others = await findContenders(
    db,
    numbers.filter((number) => !claims.has(number)),
  );
  return new Map([...claims, ...others]);
}

/** Released claims, by number. */
export async function findEndedClaims(
  db: Kysely<HubDb>,
  numbers: readonly number[],
): Promise<Map<number, IdentityClaimEndedTable>> {
  if (numbers.length === 0) return new Map();
  const rows = await db.selectFrom('identity_claim_ended').selectAll().where('claimNo', 'in', numbers).execute();
  return new Map(rows.map((row) => [row.claimNo, row]));
}

/** What these records have let go. */
export async function listEndedOf(
  db: Kysely<HubDb>,
  studentIds: readonly string[],
): Promise<IdentityClaimEndedTable[]> {
  if (studentIds.length === 0) return [];
  return db.selectFrom('identity_claim_ended').selectAll().where('studentId', 'in', studentIds).execute();
}

export async function saveHolders(
  tx: Tx<HubDb>,
  confirmed: ReadonlyArray<{ claimNo: number; studentNumber: string }>,
): Promise<void> {
  const rows = confirmed.map(({ claimNo, studentNumber }) => [studentNumber, claimNo]);
  await updateRows(tx, 'identity_claim', 'claimNo', ['studentNumber'], rows);
}

/** The record that has the claim has another number or name since. */
export async function saveChanged(
  tx: Tx<HubDb>,
  { claimNo, studentNumber, maskedName }: Pick<IdentityClaim, 'claimNo' | 'studentNumber' | 'maskedName'>,
): Promise<void> {
  await tx.updateTable('identity_claim').set({ studentNumber, maskedName }).where('claimNo', '=', claimNo).execute();
}

/** Where a record contends for an identity that is let go, it has it with the same decision. */
export async function endClaims(tx: Tx<HubDb>, claims: readonly IdentityClaim[], nowMs: number): Promise<void> {
  if (claims.length === 0) return;
  const kept = claimColumns.filter((column) => column !== 'studentNumber');
  const rows = claims.map((claim) => [...kept.map((column) => must(claim[column], column)), nowMs]);
  await insertRows(tx, 'identity_claim_ended', [...kept, 'endedAt'], rows);
  const numbers = claims.map((claim) => claim.claimNo);
  await tx.deleteFrom('identity_claim').where('claimNo', 'in', numbers).execute();
  await dropContenders(tx, numbers);
  await promoteContenders(
    tx,
    claims.map((claim) => claim.fingerprint),
  );
}

/** A claim goes with its record to another province. */
export async function moveClaim(
  tx: Tx<HubDb>,
  claimNo: number,
  to: Pick<IdentityClaim, 'province' | 'schoolId' | 'schoolName'>,
): Promise<void> {
  await tx
    .updateTable('identity_claim')
    .set(to)
    .where('claimNo', '=', claimNo)
    .where('province', '!=', to.province)
    .execute();
  await moveContender(tx, claimNo, to);
}

/** Of contenders (`contender.ts`). */
export async function createContenderTable(db: Kysely<any>): Promise<void> {
  await sql`create table identity_contender (
    "claimNo" integer primary key,
    "fingerprint" blob not null check (length("fingerprint") = 16),
    "category" integer not null,
    "province" text not null,
    "studentId" text not null,
    "application" text not null,
    "schoolId" text not null,
    "schoolName" text not null,
    "maskedName" text not null,
    "at" integer not null,
    "studentNumber" text not null
  ) strict`.execute(db);
  // Who contends for an identity, and that nobody does twice.
  await sql`create unique index identity_contender_once on identity_contender ("fingerprint", "studentId")`.execute(db);
}
