import type { Tx } from '../../shared/db/store.ts';
import { chinaDate } from '../../shared/clock.ts';
import { insertRows, runSql } from '../../shared/db/bulk.ts';
import type { ClaimResult } from '../../contracts/hub-claims.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';

/** One decision on a claim, for 查重动态. Names are masked before they come here. */
export interface ClaimEventTable {
  /** Milliseconds since 1970 × `EVENTS_PER_MS`, plus one for each more in the same instant: number, order and time in one. */
  eventNo: number;
  province: NodeId;
  result: ClaimResult;
  /** The claim that has the identity: the new one when granted, the other pupil's when refused. */
  claimNo: number;
  /** Who asked in vain; null when granted, for then the claim says it. */
  schoolName: string | null;
  maskedName: string | null;
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

/** 2^53 event numbers last until the year 2255. */
const EVENTS_PER_MS = 1_000;

/** The first event number of an instant. */
export function firstEventNo(atMs: number): number {
  return atMs * EVENTS_PER_MS;
}

export function timeOfEvent(eventNo: number): number {
  return Math.floor(eventNo / EVENTS_PER_MS);
}

const eventColumns = [
  'eventNo',
  'province',
  'result',
  'claimNo',
  'schoolName',
  'maskedName',
] as const satisfies ReadonlyArray<keyof ClaimEventTable>;

/** The claims that were granted say themselves what their events are: one statement makes them, rows in between cost five times as much. */
const saveGranted = `insert into claim_event (${eventColumns.map((column) => `"${column}"`).join(', ')})
  select "claimNo" + ?, "province", 'granted', "claimNo", null, null from identity_claim where "claimNo" between ? and ?`;

/**
 * The decisions on one message, whose items took `count` numbers from `firstNo` on: what has a claim under its number now
 * was granted. `refused` are told with the place of their item.
 */
export async function saveClaimEvents(
  tx: Tx<HubDb>,
  nowMs: number,
  { firstNo, count }: { firstNo: number; count: number },
  refused: ReadonlyArray<Omit<ClaimEventTable, 'eventNo' | 'result'> & { place: number }>,
): Promise<void> {
  const [newest] = await runSql<{ last: number | null }>(tx, 'select max("eventNo") as last from claim_event', []);
  const firstEvent = Math.max(firstEventNo(nowMs), (newest?.last ?? 0) + 1);
  await runSql(tx, saveGranted, [firstEvent - firstNo, firstNo, firstNo + count - 1]);
  const rows = refused.map(({ place, ...event }): ClaimEventTable => {
    return { ...event, result: 'refused', eventNo: firstEvent + place };
  });
  const values = rows.map((row) => eventColumns.map((column) => row[column]));
  await insertRows(tx, 'claim_event', eventColumns, values);
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
  const sql = `insert into claim_count ("day", "province", "granted", "refused", "confirmed", "released")
    values (?, ?, ?, ?, ?, ?) on conflict ("day", "province") do update set
      "granted" = claim_count."granted" + excluded."granted", "refused" = claim_count."refused" + excluded."refused",
      "confirmed" = claim_count."confirmed" + excluded."confirmed", "released" = claim_count."released" + excluded."released"`;
  await runSql(tx, sql, [chinaDate(nowMs), province, granted, refused, confirmed, released]);
}

/** Events older than this are pruned: the page shows what is going on, the claims themselves are the record. */
const EVENTS_KEPT_MS = 7 * 86_400_000;
/** Rows a decision, so that pruning never holds up claims for long. */
const EVENTS_PRUNED_AT_ONCE_MAX = 5_000;

/** Job: forgets old events. */
export async function pruneClaimEvents(hub: Hub): Promise<void> {
  const before = firstEventNo(hub.clock.now() - EVENTS_KEPT_MS);
  for (let deleted = EVENTS_PRUNED_AT_ONCE_MAX; deleted === EVENTS_PRUNED_AT_ONCE_MAX;) {
    deleted = await hub.store.decide(async (tx) => {
      const old = tx
        .selectFrom('claim_event')
        .select('eventNo')
        .where('eventNo', '<', before)
        .orderBy('eventNo')
        .limit(EVENTS_PRUNED_AT_ONCE_MAX);
      const result = await tx.deleteFrom('claim_event').where('eventNo', 'in', old).executeTakeFirst();
      return Number(result.numDeletedRows);
    });
  }
}
