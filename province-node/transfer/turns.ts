import { sql } from 'kysely';
import type { Kysely, NotNull } from 'kysely';
import type { z } from 'zod';
import type { ReminderStage } from '../../contracts/transfer-limit.ts';
import type { countTransferTurns, FailedTransfer } from '../../contracts/transfer-turn.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { dueOnOf, isDueSoon, isLate } from '../../shared/transfer/limits.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';

/** What failed is shown for so long, unless somebody applies again; and so many of them. */
const FAILED_SHOWN_MS = 30 * 86_400_000;
const FAILED_SHOWN_MAX = 10;

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
    failed: await failedAt(store.read, caller, clock.now()),
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

/** Of the caller's own school, either side: lately failed, and nobody has applied for the pupil since. Registrars can mend it. */
async function failedAt(db: Kysely<ProvinceDb>, { org, role }: Caller, nowMs: number): Promise<FailedTransfer[]> {
  if (role !== 'school-registrar') return [];
  const rows = await db
    .selectFrom('transfer_case')
    .select(['transfer', 'kind', 'name', 'fault'])
    .where(sql<boolean>`state = 'failed'`)
    .where((eb) => eb.or([eb('toSchoolId', '=', org.id), eb('fromSchoolId', '=', org.id)]))
    .where('turnSince', '>=', isoTime(nowMs - FAILED_SHOWN_MS))
    .where('fault', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('transfer_case as later')
            .select('later.transfer')
            .whereRef('later.studentId', '=', 'transfer_case.studentId')
            .whereRef('later.appliedAt', '>', 'transfer_case.appliedAt'),
        ),
      ),
    )
    .orderBy('turnSince', 'desc')
    .limit(FAILED_SHOWN_MAX)
    .$narrowType<{ fault: NotNull }>()
    .execute();
  return rows;
}
