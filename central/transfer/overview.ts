import { sql } from 'kysely';
import type { z } from 'zod';
import type { Direction } from '../../contracts/transfer.ts';
import type { transferOverview } from '../../contracts/transfer-monitor.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { isOpen, lateQuery, lateSince } from './monitor.ts';
import { ofSide, selectTransfers } from './queries.ts';

/** What cannot wait is shown in so many lines; the lists have the rest. */
const ROWS_SHOWN_MAX = 10;

/** 统一平台: what the ministry urged, what is late below (features 18.7), and how much is under way on either side. */
export async function overview(hub: Hub, { caller }: Call<HubDb>): Promise<z.input<typeof transferOverview.output>> {
  const [urged, escalated] = [await urgedOf(hub, caller), await escalatedTo(hub, caller)];
  const ids = [...urged, ...escalated].map(({ id }) => id);
  const rows = await selectTransfers(hub.store.read, [...new Set(ids)], hub.clock.now());
  const rowsOf = (chosen: readonly { id: string }[]) => rows.filter((row) => chosen.some(({ id }) => id === row.id));
  return {
    urged: rowsOf(urged),
    escalated: rowsOf(escalated),
    counts: [...(await countsOf(hub, caller, 'in')), ...(await countsOf(hub, caller, 'out'))],
  };
}

/** Waits for the caller, and was urged since it does. */
function urgedOf(hub: Hub, caller: Caller): Promise<{ id: string }[]> {
  return hub.store.read
    .selectFrom('application')
    .select('application.id')
    .where('application.turnOrgId', '=', caller.org.id)
    .where('application.turnRole', '=', caller.role)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('transfer_urge as u')
          .select('u.day')
          .whereRef('u.transferId', '=', 'application.id')
          .whereRef('u.at', '>=', 'application.turnSince'),
      ),
    )
    .orderBy('application.turnSince')
    .limit(ROWS_SHOWN_MAX)
    .execute();
}

/** Late at a unit that the caller's is right above. */
function escalatedTo(hub: Hub, caller: Caller): Promise<{ id: string }[]> {
  return lateQuery(hub.store.read, hub.clock.now())
    .where('application.turnOrgId', 'in', (eb) =>
      eb.selectFrom('org').select('org.id').where('org.parentId', '=', caller.org.id),
    )
    .orderBy('application.turnSince')
    .limit(ROWS_SHOWN_MAX)
    .execute();
}

async function countsOf(hub: Hub, caller: Caller, direction: Direction) {
  const late = lateSince(hub.clock.now());
  const counts = await hub.store.read
    .selectFrom('transfer')
    .leftJoin('application', 'application.id', 'transfer.id')
    .select(['transfer.kind', sql<number>`count(*)`.as('open')])
    .select(
      sql<number>`sum(transfer.state = 'in-review' and coalesce(application."turnSince" < ${late}, 0))`.as('late'),
    )
    .where(isOpen)
    .where(ofSide(caller, direction))
    .groupBy('transfer.kind')
    .execute();
  return counts.map((count) => ({ ...count, direction }));
}
