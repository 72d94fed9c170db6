import type { Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import { runSql, upsertOwn } from '../../shared/db/bulk.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { HubDb } from '../schema.ts';
import { claimColumns } from './claim-columns.ts';
import type { IdentityClaim, IdentityClaimTable } from './table.ts';

/** Of a restored hub: a province that has not yet told its claims. No row: nothing is waited for. */
export interface ClaimRecountTable {
  province: NodeId;
  /** The order whose answer counts. */
  recount: string;
  /** Claims with a higher number are asked for. */
  afterNo: number;
  since: string;
}

/** A claim as its province told it, until all have answered. */
export interface RestatedClaimTable extends IdentityClaimTable {
  /** 0 or 1: it was let go. */
  ended: number;
}
export type RestatedClaim = RestatedClaimTable;

export interface RecountTables {
  claim_recount: ClaimRecountTable;
  restated_claim: RestatedClaimTable;
}

/** Whether provinces are still to tell their claims. Asked for every message about claims. */
export async function isRecounting(tx: Tx<HubDb>): Promise<boolean> {
  return (await runSql(tx, 'select 1 from claim_recount limit 1', [])).length > 0;
}

export async function listAwaited(db: Kysely<HubDb>): Promise<ClaimRecountTable[]> {
  return db.selectFrom('claim_recount').selectAll().orderBy('province').execute();
}

/** From now on these are waited for, and nobody else. */
export async function awaitRecount(tx: Tx<HubDb>, rows: readonly ClaimRecountTable[]): Promise<void> {
  await tx.deleteFrom('claim_recount').execute();
  if (rows.length > 0) await tx.insertInto('claim_recount').values(rows).execute();
}

/** The province is waited for no longer; with `recount`, only if it answers that order. */
export async function awaitNoLonger(tx: Tx<HubDb>, province: NodeId, recount?: string): Promise<void> {
  const row = tx.deleteFrom('claim_recount').where('province', '=', province);
  await (recount === undefined ? row : row.where('recount', '=', recount)).execute();
}

const restatedColumns = [...claimColumns, 'ended'] as const;

/**
 * Told twice, the newest stays: a hub that is restored to the midst of a recount still has what was told then, and the claim
 * may have been let go since. Of a claim that another province told nothing is changed.
 */
export async function saveRestated(tx: Tx<HubDb>, claims: readonly RestatedClaim[]): Promise<void> {
  const rows = claims.map((claim) => restatedColumns.map((column) => claim[column]));
  await upsertOwn(tx, 'restated_claim', { key: 'claimNo', owner: 'province' }, restatedColumns, rows);
}

/** No number up to this one is given again. */
export async function raiseCounter(tx: Tx<HubDb>, to: number): Promise<void> {
  await runSql(tx, 'update claim_counter set "lastClaimNo" = max("lastClaimNo", ?) returning 1', [to]);
}

const columns = claimColumns.map((column) => `"${column}"`).join(', ');
const endedColumns = claimColumns.filter((column) => column !== 'studentNumber').map((column) => `"${column}"`);

/** A claim that the hub knows as ended stays so: its province was restored too, and hears of it by its own words. */
const standing = `told.ended = 0
  and not exists (select 1 from identity_claim_ended as gone where gone."claimNo" = told."claimNo")`;

/**
 * What provinces told becomes the hub's again, in the order of the numbers; the unique index decides as ever. Answers
 * the claims that found their identity taken by another.
 */
export async function takeRestated(tx: Tx<HubDb>, nowMs: number): Promise<IdentityClaim[]> {
  const ended = endedColumns.join(', ');
  await runSql(
    tx,
    `insert into identity_claim_ended (${ended}, "endedAt") select ${ended}, ? from restated_claim as told
     where told.ended = 1 and not exists (select 1 from identity_claim as live where live."claimNo" = told."claimNo")
     order by "claimNo" on conflict do nothing returning 1`,
    [nowMs],
  );
  await runSql(
    tx,
    `insert into identity_claim (${columns}) select ${columns} from restated_claim as told where ${standing}
     order by "claimNo" on conflict do nothing returning 1`,
    [],
  );
  await runSql(
    tx,
    `update identity_claim set "studentNumber" = told."studentNumber" from restated_claim as told
     where told."claimNo" = identity_claim."claimNo" and identity_claim."studentNumber" is null
     and told."studentNumber" is not null returning 1`,
    [],
  );
  const lost = await runSql<IdentityClaim>(
    tx,
    `select ${columns} from restated_claim as told where ${standing}
     and not exists (select 1 from identity_claim as live where live."claimNo" = told."claimNo") order by "claimNo"`,
    [],
  );
  await tx.deleteFrom('restated_claim').execute();
  return lost;
}
