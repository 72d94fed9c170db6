import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { endedTransferStates } from '../../contracts/transfer.ts';
import { AgeBucket } from '../../contracts/transfer-monitor.ts';
import type {
  LateTransferRow,
  listLateTransfers,
  monitorTransfers,
  ProvincePair,
  WaitingUnit,
} from '../../contracts/transfer-monitor.ts';
import type { TransferKind } from '../../contracts/transfer-rules.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Call } from '../../shared/http/serve.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import { isLate } from '../../shared/transfer/limits.ts';
import type { Hub } from '../context.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import { medianOf } from './monitor-rules.ts';
import { showTransfers } from './queries.ts';
import { reasonAgainstUrging } from './urge.ts';

const DAY_MS = 86_400_000;
/** Units that are shown: the ministry telephones the slowest, not all of them. */
const UNITS_SHOWN_MAX = 10;

/** The words of the partial index `transfer_open`: with parameters in them SQLite would not know it again. */
export const isOpen = sql<boolean>`transfer.state not in (${sql.join(endedTransferStates.map((state) => sql.lit(state)))})`;

/** 跨省转学监控 (features 18.7): how many stand where, how long, and who is slow. */
export async function monitor(
  hub: Hub,
  _call: Call<HubDb>,
  { kind, period }: z.output<typeof monitorTransfers.input>,
): Promise<z.input<typeof monitorTransfers.output>> {
  const db = hub.store.read;
  const nowMs = hub.clock.now();
  const since = isoTime(nowMs - Number(period) * DAY_MS);
  const pairs = await pairsOf(db, kind, since, nowMs);
  return {
    states: await statesOf(db, kind, since),
    ages: await agesOf(db, kind, nowMs),
    late: pairs.reduce((sum, { late }) => sum + late, 0),
    pairs,
    units: await unitsOf(db, kind, nowMs),
  };
}

const openOf = (db: Kysely<HubDb>, kind: TransferKind | undefined) =>
  db
    .selectFrom('transfer')
    .where(isOpen)
    .$if(kind !== undefined, (q) => q.where('transfer.kind', '=', kind!));

async function statesOf(db: Kysely<HubDb>, kind: TransferKind | undefined, since: string) {
  const count = sql<number>`count(*)`.as('total');
  const open = openOf(db, kind).select(['transfer.state', count]).groupBy('transfer.state');
  const ended = db
    .selectFrom('transfer')
    .select(['state', count])
    .where('state', 'in', [...endedTransferStates])
    .where('since', '>=', since)
    .$if(kind !== undefined, (q) => q.where('kind', '=', kind!))
    .groupBy('state');
  return [...(await open.execute()), ...(await ended.execute())];
}

async function agesOf(db: Kysely<HubDb>, kind: TransferKind | undefined, nowMs: number) {
  const limits = AgeBucket.options.map((bucket) => (bucket === 'more' ? '' : isoTime(nowMs - Number(bucket) * DAY_MS)));
  // Each counts what is younger than its limit; what is in the buckets before it is taken off again.
  const younger = await openOf(db, kind)
    .select(limits.map((limit, index) => sql<number>`coalesce(sum("appliedAt" >= ${limit}), 0)`.as(`b${index}`)))
    .executeTakeFirstOrThrow();
  const counts = AgeBucket.options.map((_, index) => (younger as unknown as Record<string, number>)[`b${index}`] ?? 0);
  return AgeBucket.options.map((bucket, index) => ({ bucket, total: counts[index]! - (counts[index - 1] ?? 0) }));
}

async function pairsOf(
  db: Kysely<HubDb>,
  kind: TransferKind | undefined,
  since: string,
  nowMs: number,
): Promise<ProvincePair[]> {
  const late = isLate('application.turnSince', nowMs);
  const open = await openOf(db, kind)
    .leftJoin('application', 'application.id', 'transfer.id')
    .select(['fromProvince', 'toProvince', sql<number>`count(*)`.as('open')])
    .select(sql<number>`sum(transfer.state = 'in-review' and coalesce(${late}, 0))`.as('late'))
    .groupBy(['fromProvince', 'toProvince'])
    .execute();
  const done = await db
    .selectFrom('transfer')
    .select(['fromProvince', 'toProvince', sql<number>`count(*)`.as('total')])
    .select(sql<number>`cast(julianday(since) - julianday("appliedAt") as integer)`.as('value'))
    .where(sql<boolean>`state = 'closed'`)
    .where('since', '>=', since)
    .$if(kind !== undefined, (q) => q.where('kind', '=', kind!))
    .groupBy(['fromProvince', 'toProvince', 'value'])
    .execute();
  const keyOf = (pair: { fromProvince: NodeId; toProvince: NodeId }): string =>
    `${pair.fromProvince} ${pair.toProvince}`;
  return [...new Set([...open, ...done].map(keyOf))].toSorted().map((key) => {
    const [from, to] = key.split(' ') as [NodeId, NodeId];
    const now = open.find((pair) => keyOf(pair) === key);
    const ended = done.filter((pair) => keyOf(pair) === key);
    return {
      from,
      to,
      fromName: nodeName(from),
      toName: nodeName(to),
      open: now?.open ?? 0,
      late: now?.late ?? 0,
      done: ended.reduce((sum, { total }) => sum + total, 0),
      medianDays: medianOf(ended),
    };
  });
}

/** Whose turn it is, who has waited longest first. */
async function unitsOf(db: Kysely<HubDb>, kind: TransferKind | undefined, nowMs: number): Promise<WaitingUnit[]> {
  const late = isLate('application.turnSince', nowMs);
  const units = await db
    .selectFrom('application')
    .innerJoin('org', 'org.id', 'application.turnOrgId')
    .select(['org.id as orgId', 'org.name as orgName', 'org.path', sql<number>`count(*)`.as('waiting')])
    .select(sql<number>`sum(${late})`.as('late'))
    .select((eb) => eb.fn.min('turnSince').as('oldestSince'))
    .where('turnOrgId', 'is not', null)
    .$if(kind !== undefined, (q) => q.where('application.kind', '=', kind!))
    .groupBy('org.id')
    .orderBy('oldestSince')
    .orderBy('org.id')
    .limit(UNITS_SHOWN_MAX)
    .execute();
  return units.map(({ path, ...unit }) => ({
    ...unit,
    provinceName: nodeName(`p-${path.slice(0, 2)}` as NodeId),
  }));
}

/** What is late, the latest first. */
export function findLate(
  { store, clock }: Hub,
  _call: Call<HubDb>,
  input: z.output<typeof listLateTransfers.input>,
): Promise<Page<{ id: string }>> {
  const query = lateQuery(store.read, clock.now()).$if(input.kind !== undefined, (q) =>
    q.where('application.kind', '=', input.kind!),
  );
  const sortable = { turnSince: 'application.turnSince' };
  return pageOf(query, input, { sortable, defaultSort: 'turnSince', unique: 'application.id' });
}

export async function showLate(hub: Hub, found: readonly { id: string }[]): Promise<LateTransferRow[]> {
  const nowMs = hub.clock.now();
  const rows = await showTransfers(hub, found);
  const urges = await latestUrges(
    hub.store.read,
    rows.map(({ id }) => id),
  );
  const latest = new Map(urges.map((one) => [one.transferId, one]));
  return rows.map((row) => {
    const before = latest.get(row.id);
    const day = before && { day: must(before.day, 'a day'), orgName: before.orgName };
    return { ...row, reasonAgainstUrging: reasonAgainstUrging(row.state, day, nowMs) };
  });
}

/** Of each the one of the newest day; with `max`, the other columns are of its row. */
function latestUrges(db: Kysely<HubDb>, ids: readonly string[]) {
  return db
    .selectFrom('transfer_urge')
    .select(['transferId', 'orgName'])
    .select((eb) => eb.fn.max('day').as('day'))
    .where('transferId', 'in', ids)
    .groupBy('transferId')
    .execute();
}

/** Late wherever it is: read from the index `application_waiting`. */
export function lateQuery(db: Kysely<HubDb>, nowMs: number) {
  return db
    .selectFrom('application')
    .select('application.id')
    .where('application.turnOrgId', 'is not', null)
    .where(isLate('application.turnSince', nowMs));
}
