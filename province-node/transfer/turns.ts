import { sql } from 'kysely';
import type { z } from 'zod';
import { REMIND_WORKING_DAYS, REVIEW_WORKING_DAYS } from '../../contracts/application.ts';
import type { countTransferTurns } from '../../contracts/transfer-turn.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Call } from '../../shared/http/serve.ts';
import { dueBefore, lateBefore, workingDayAfter } from '../../shared/working-days.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';

/** What waits for the caller on the unified platform, by kind, what has waited longest first; from `transfer_case_turn` alone. */
export async function turnsOf(
  { store, clock }: Province,
  { caller }: Call<ProvinceDb>,
): Promise<z.input<typeof countTransferTurns.output>> {
  const late = isoTime(lateBefore(clock.now(), REVIEW_WORKING_DAYS));
  const soon = isoTime(dueBefore(clock.now(), REVIEW_WORKING_DAYS, REMIND_WORKING_DAYS));
  const counted = await store.read
    .selectFrom('transfer_case')
    .select(({ fn }) => [
      'kind',
      fn.countAll<number>().as('total'),
      fn.min('turnSince').as('oldestSince'),
      sql<number>`sum("turnSince" < ${late})`.as('late'),
      sql<number>`sum("turnSince" >= ${late} and "turnSince" < ${soon})`.as('dueSoon'),
    ])
    .where('turnOrgId', '=', caller.org.id)
    .where('turnRole', '=', caller.role)
    .groupBy('kind')
    .orderBy('oldestSince')
    .execute();
  return {
    rows: counted.map((row) => ({
      ...row,
      act: 'review' as const,
      checking: 0,
      checkFailed: 0,
      oldestDueOn: workingDayAfter(chinaDate(Date.parse(row.oldestSince)), REVIEW_WORKING_DAYS),
    })),
  };
}
