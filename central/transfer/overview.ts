import { sql } from 'kysely';
import type { z } from 'zod';
import type { Direction } from '../../contracts/transfer.ts';
import type { transferOverview } from '../../contracts/transfer-monitor.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { isOpen, lateQuery } from './monitor.ts';
import { isLate } from '../../shared/transfer/limits.ts';
import { ofSide, selectTransfers } from './queries.ts';

/** What cannot wait is shown in so many lines; the lists have the rest. */
const ROWS_SHOWN_MAX = 10;
/** What failed is shown for so long, unless somebody applies again. */
const FAILED_SHOWN_MS = 30 * 86_400_000;

/** 统一平台: what the ministry urged, what is late below (features 18.7), and how much is under way on either side. */
export async function overview(hub: Hub, { caller }: Call<HubDb>): Promise<z.input<typeof transferOverview.output>> {
  const [urged, reminded] = [await urgedOf(hub, caller), await remindedOf(hub, caller)];
  const escalated = await escalatedTo(hub, caller);
  const failed = await failedOf(hub, caller);
  const ids = [...urged, ...reminded, ...escalated, ...failed].map(({ id }) => id);
  const rows = await selectTransfers(hub.store.read, [...new Set(ids)], hub.clock.now());
  const rowsOf = (chosen: readonly { id: string }[]) => rows.filter((row) => chosen.some(({ id }) => id === row.id));
  return {
    urged: rowsOf(urged),
    reminded: rowsOf(reminded),
    escalated: rowsOf(escalated),
    failed: rowsOf(failed),
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

/** Waits for the caller, was reminded of since it does, and is not late. */
function remindedOf(hub: Hub, caller: Caller): Promise<{ id: string }[]> {
  return hub.store.read
    .selectFrom('application')
    .select('application.id')
    .where('application.turnOrgId', '=', caller.org.id)
    .where('application.turnRole', '=', caller.role)
    .where(({ not }) => not(isLate('application.turnSince', hub.clock.now())))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('transfer_reminder as r')
          .select('r.stage')
          .whereRef('r.transferId', '=', 'application.id')
          .whereRef('r.turnSince', '=', 'application.turnSince'),
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

/** Of the caller's own school, either side: lately failed, and nobody has applied for the pupil since. */
function failedOf(hub: Hub, { org }: Caller): Promise<{ id: string }[]> {
  return hub.store.read
    .selectFrom('transfer')
    .select('transfer.id')
    .where('transfer.state', '=', 'failed')
    .where('transfer.since', '>=', isoTime(hub.clock.now() - FAILED_SHOWN_MS))
    .where((eb) => eb.or([eb('transfer.toSchoolId', '=', org.id), eb('transfer.fromSchoolId', '=', org.id)]))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('transfer as later')
            .select('later.id')
            .whereRef('later.studentId', '=', 'transfer.studentId')
            .whereRef('later.appliedAt', '>', 'transfer.appliedAt'),
        ),
      ),
    )
    .orderBy('transfer.since', 'desc')
    .limit(ROWS_SHOWN_MAX)
    .execute();
}

async function countsOf(hub: Hub, caller: Caller, direction: Direction) {
  const late = isLate('application.turnSince', hub.clock.now());
  const counts = await hub.store.read
    .selectFrom('transfer')
    .leftJoin('application', 'application.id', 'transfer.id')
    .select(['transfer.kind', sql<number>`count(*)`.as('open')])
    .select(sql<number>`sum(transfer.state = 'in-review' and coalesce(${late}, 0))`.as('late'))
    .where(isOpen)
    .where(ofSide(caller, direction))
    .groupBy('transfer.kind')
    .execute();
  return counts.map((count) => ({ ...count, direction }));
}
