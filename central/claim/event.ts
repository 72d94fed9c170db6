import type { Generated } from 'kysely';
import type { Tx } from '../../shared/db/store.ts';
import { chinaDate } from '../../shared/clock.ts';
import { insertRows } from '../../shared/db/bulk.ts';
import type { ClaimResult } from '../../contracts/hub-claims.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';

/** One decision on a claim, for 查重动态. Names are masked before they come here. */
export interface ClaimEventTable {
  /** SQLite gives the next number by itself. */
  eventNo: Generated<number>;
  at: number;
  result: ClaimResult;
  category: number;
  province: NodeId;
  schoolName: string;
  maskedName: string;
  claimNo: number;
  holderProvince: NodeId | null;
  holderSchoolName: string | null;
}

/** What happened to claims, by day in China and province; kept when the events are pruned. */
export interface ClaimCountTable {
  day: string;
  province: NodeId;
  granted: number;
  refused: number;
  confirmed: number;
  released: number;
}

export interface ClaimEventTables {
  claim_event: ClaimEventTable;
  claim_count: ClaimCountTable;
}

const eventColumns = [
  'at',
  'result',
  'category',
  'province',
  'schoolName',
  'maskedName',
  'claimNo',
  'holderProvince',
  'holderSchoolName',
] as const satisfies ReadonlyArray<keyof ClaimEventTable>;

export async function saveClaimEvents(
  tx: Tx<HubDb>,
  events: ReadonlyArray<Omit<ClaimEventTable, 'eventNo'>>,
): Promise<void> {
  const rows = events.map((event) => eventColumns.map((column) => event[column]));
  await insertRows(tx, 'claim_event', eventColumns, rows);
}

/** Adds to today's counts of the province. */
export async function countClaims(
  tx: Tx<HubDb>,
  nowMs: number,
  province: NodeId,
  more: Partial<Omit<ClaimCountTable, 'day' | 'province'>>,
): Promise<void> {
  const { granted = 0, refused = 0, confirmed = 0, released = 0 } = more;
  if (granted + refused + confirmed + released === 0) return;
  await tx
    .insertInto('claim_count')
    .values({ day: chinaDate(nowMs), province, granted, refused, confirmed, released })
    .onConflict((conflict) =>
      conflict.columns(['day', 'province']).doUpdateSet((eb) => ({
        granted: eb('claim_count.granted', '+', granted),
        refused: eb('claim_count.refused', '+', refused),
        confirmed: eb('claim_count.confirmed', '+', confirmed),
        released: eb('claim_count.released', '+', released),
      })),
    )
    .execute();
}

/** Events older than this are pruned: the page shows what is going on, the claims themselves are the record. */
const EVENTS_KEPT_MS = 7 * 86_400_000;
/** Rows a decision, so that pruning never holds up claims for long. */
const EVENTS_PRUNED_AT_ONCE_MAX = 5_000;

/** Job: forgets old events. */
export async function pruneClaimEvents(hub: Hub): Promise<void> {
  const before = hub.clock.now() - EVENTS_KEPT_MS;
  for (let deleted = EVENTS_PRUNED_AT_ONCE_MAX; deleted === EVENTS_PRUNED_AT_ONCE_MAX; ) {
    deleted = await hub.store.decide(async (tx) => {
      const old = tx
        .selectFrom('claim_event')
        .select('eventNo')
        .where('at', '<', before)
        .orderBy('at')
        .limit(EVENTS_PRUNED_AT_ONCE_MAX);
      const result = await tx.deleteFrom('claim_event').where('eventNo', 'in', old).executeTakeFirst();
      return Number(result.numDeletedRows);
    });
  }
}
