import { sql } from 'kysely';
import type { z } from 'zod';
import type { ReminderStage } from '../../contracts/transfer-limit.ts';
import type { countTransferTurns } from '../../contracts/transfer-turn.ts';
import type { Call } from '../../shared/http/serve.ts';
import { dueOnOf, isDueSoon, isLate } from '../../shared/transfer/limits.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';

/**
 * What waits for the caller on the unified platform, by kind, what has waited longest first; from `transfer_case_turn` alone. What the
 * hub has reminded of at four fifths of its days is not named once more as due soon.
 */
export async function turnsOf(
  { store, clock }: Province,
  { caller }: Call<ProvinceDb>,
): Promise<z.input<typeof countTransferTurns.output>> {
  const late = isLate('turnSince', clock.now());
  const soon = isDueSoon('turnSince', clock.now());
  const remindedAt = (stage: ReminderStage) =>
    sql<number>`sum(not ${late} and coalesce("reminded" = ${stage}, 0))`.as(stage);
  const counted = await store.read
    .selectFrom('transfer_case')
    .select(({ fn }) => [
      'kind',
      fn.countAll<number>().as('total'),
      fn.min('turnSince').as('oldestSince'),
      sql<number>`sum(${late})`.as('late'),
      sql<number>`sum(not ${late} and ${soon} and coalesce("reminded" <> 'four-fifths', 1))`.as('dueSoon'),
      remindedAt('half'),
      remindedAt('four-fifths'),
    ])
    .where('turnOrgId', '=', caller.org.id)
    .where('turnRole', '=', caller.role)
    .groupBy('kind')
    .orderBy('oldestSince')
    .execute();
  return {
    rows: counted.map(({ half, 'four-fifths': fourFifths, ...row }) => ({
      ...row,
      act: 'review' as const,
      checking: 0,
      checkFailed: 0,
      oldestDueOn: dueOnOf(row.oldestSince),
      reminded: { half, 'four-fifths': fourFifths },
    })),
  };
}
