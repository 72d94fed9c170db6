import type { z } from 'zod';
import type { ClaimCategory } from '../../contracts/claim.ts';
import type { claimCounts, listClaims } from '../../contracts/hub-claims.ts';
import { must } from '../../shared/assert.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Call } from '../../shared/http/serve.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Hub } from '../context.ts';
import { provinceNameOf } from '../node/province-name.ts';
import { countWaiting } from '../population-registry/table.ts';
import type { HubDb } from '../schema.ts';
import { categoryCodes, findClaims } from './table.ts';

const categoryByCode = new Map(
  Object.entries(categoryCodes).map(([category, code]) => [code, category as ClaimCategory]),
);

/** 查重动态: the decisions, newest first, each with how its claim stands now. */
export async function listDecisions(
  hub: Hub,
  _call: Call<HubDb>,
  input: z.output<typeof listClaims.input>,
): Promise<z.input<typeof listClaims.output>> {
  let query = hub.store.read.selectFrom('claim_event').selectAll();
  if (input.province) query = query.where('province', '=', input.province);
  if (input.result) query = query.where('result', '=', input.result);
  if (input.from) query = query.where('at', '>=', Date.parse(input.from));
  if (input.until) query = query.where('at', '<=', Date.parse(input.until));
  const page = await pageOf(query, input, { sortable: { at: 'at' }, defaultSort: '-at', unique: 'eventNo' });
  const claims = await findClaims(hub.store.read, page.rows.map((row) => row.claimNo));
  return {
    total: page.total,
    rows: page.rows.map((row) => {
      const claim = claims.get(row.claimNo);
      const { eventNo, result, province, schoolName, maskedName, claimNo, holderProvince, holderSchoolName } = row;
      return {
        ...{ eventNo, result, province, schoolName, maskedName, claimNo },
        at: isoTime(row.at),
        category: must(categoryByCode.get(row.category), 'the category'),
        provinceName: provinceNameOf(province),
        standing: claim ? (claim.studentNumber === null ? 'pending' : 'held') : 'released',
        holder:
          holderProvince === null
            ? null
            : {
                provinceName: provinceNameOf(holderProvince),
                schoolName: must(holderSchoolName, 'the school of the holder'),
              },
      };
    }),
  };
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
    provinces: counts.map(({ day: _, ...count }) => ({ ...count, provinceName: provinceNameOf(count.province) })),
    verification: { waiting: await countWaiting(hub.store.read), link: hub.populationRegistry.link() },
  };
}
