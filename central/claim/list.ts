import type { z } from 'zod';
import type { ClaimCategory } from '../../contracts/claim.ts';
import type { Page } from '../../contracts/core/page.ts';
import type { claimCounts, ClaimEvent, listClaims } from '../../contracts/hub-claims.ts';
import { must } from '../../shared/assert.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Call } from '../../shared/http/serve.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Hub } from '../context.ts';
import { nodeName } from '../../contracts/node-name.ts';
import { countWaiting } from '../population-registry/table.ts';
import type { HubDb } from '../schema.ts';
import { firstEventNo, timeOfEvent } from './event.ts';
import type { ClaimEventTable } from './event.ts';
import { categoryCodes, findClaims, findEndedClaims } from './table.ts';

const categoryByCode = new Map(
  Object.entries(categoryCodes).map(([category, code]) => [code, category as ClaimCategory]),
);

/** 查重动态: the decisions, newest first. */
export function findDecisions(
  hub: Hub,
  _call: Call<HubDb>,
  input: z.output<typeof listClaims.input>,
): Promise<Page<ClaimEventTable>> {
  let query = hub.store.read.selectFrom('claim_event').selectAll();
  if (input.province) query = query.where('province', '=', input.province);
  if (input.result) query = query.where('result', '=', input.result);
  if (input.from) query = query.where('eventNo', '>=', firstEventNo(Date.parse(input.from)));
  if (input.until) query = query.where('eventNo', '<', firstEventNo(Date.parse(input.until) + 1));
  return pageOf(query, input, { sortable: { at: 'eventNo' }, defaultSort: '-at', unique: 'eventNo' });
}

/** Each with how its claim stands now. */
export async function showDecisions(hub: Hub, found: readonly ClaimEventTable[]): Promise<ClaimEvent[]> {
  const numbers = found.map((row) => row.claimNo);
  const live = await findClaims(hub.store.read, numbers);
  const ended = await findEndedClaims(hub.store.read, numbers);
  return found.map(({ eventNo, result, province, schoolName, maskedName, claimNo }) => {
    const alive = live.get(claimNo);
    const claim = must(alive ?? ended.get(claimNo), 'the claim of the decision');
    const provinceName = nodeName(claim.province);
    return {
      eventNo,
      result,
      province,
      claimNo,
      at: isoTime(timeOfEvent(eventNo)),
      category: must(categoryByCode.get(claim.category), 'the category'),
      provinceName: nodeName(province),
      schoolName: schoolName ?? claim.schoolName,
      maskedName: maskedName ?? claim.maskedName,
      standing: alive ? (alive.studentNumber === null ? 'pending' : 'held') : 'released',
      holder: result === 'granted' ? null : { provinceName, schoolName: claim.schoolName },
    };
  });
}

/** The counts of one day by province, and how verification stands. */
export async function countDecisions(
  hub: Hub,
  _call: Call<HubDb>,
  input: z.output<typeof claimCounts.input>,
): Promise<z.input<typeof claimCounts.output>> {
  const day = input.day ?? chinaDate(hub.clock.now());
  const counts = await hub.store.read
    .selectFrom('claim_count')
    .selectAll()
    .where('day', '=', day)
    .orderBy('province')
    .execute();
  return {
    day,
    provinces: counts.map(({ day: _, ...count }) => ({ ...count, provinceName: nodeName(count.province) })),
    verification: { waiting: await countWaiting(hub.store.read), link: hub.populationRegistry.link() },
  };
}
