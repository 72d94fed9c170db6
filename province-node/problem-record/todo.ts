import { sql } from 'kysely';
import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import { REMIND_WORKING_DAYS, REVIEW_WORKING_DAYS } from '../../contracts/application.ts';
import type { countProblemTurns, ProblemTodoRow } from '../../contracts/problem-record.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Call } from '../../shared/http/serve.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import { dueBefore, lateBefore, workingDayAfter } from '../../shared/working-days.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { isFree } from './queries.ts';

/**
 * 待办 beside the reviews: turns of the caller's school, and arbitrations of their bureau; with who has urged, and what the hub has
 * refused. Counted from the indexes of the turns.
 */
export async function todoOf(
  province: Province,
  { caller }: Call<ProvinceDb>,
): Promise<z.input<typeof countProblemTurns.output>> {
  const { read } = province.store;
  const nowMs = province.clock.now();
  if (caller.role === 'bureau-registrar') {
    const waiting = read
      .selectFrom('problem_group')
      .where('arbiterOrgId', '=', caller.org.id)
      .where('state', '=', 'arbitration');
    return { rows: await counted('arbitration', waiting, nowMs), ...nothingRefused };
  }
  if (caller.role !== 'school-registrar') return { rows: [], ...nothingRefused };
  const turns = read
    .selectFrom('problem_group')
    .innerJoin('problem_record', 'problem_record.id', 'problem_group.turnRecordId')
    .where('turnSchoolId', '=', caller.org.id)
    .where(isFree());
  return {
    ...(await refusedAt(read, caller.org.id)),
    rows: [
      ...(await counted('in-province', turns.where('owner', '!=', HUB), nowMs)),
      ...(await counted('cross-province', turns.where('owner', '=', HUB), nowMs)),
    ],
  };
}

const nothingRefused = { refused: 0, refusedRecord: null };

/** What was handed in last of a record of the school and came too late for the hub. */
async function refusedAt(db: Kysely<ProvinceDb>, schoolId: string) {
  const rows = await db
    .selectFrom('problem_handling as handling')
    .innerJoin('problem_record', 'problem_record.id', 'handling.recordId')
    .innerJoin('problem_group', 'problem_group.id', 'problem_record.groupId')
    .select('handling.recordId')
    .where('handling.state', '=', 'refused')
    .where('problem_record.schoolId', '=', schoolId)
    .where('problem_record.state', '=', 'waiting')
    .where('problem_group.state', '!=', 'closed')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('problem_handling as later')
            .select('later.id')
            .whereRef('later.recordId', '=', 'handling.recordId')
            .whereRef('later.handedInAt', '>', 'handling.handedInAt'),
        ),
      ),
    )
    .orderBy('handling.handedInAt')
    .execute();
  return { refused: rows.length, refusedRecord: rows[0]?.recordId ?? null };
}

/** Nothing when none waits. */
async function counted(
  what: ProblemTodoRow['what'],
  query: SelectQueryBuilder<ProvinceDb, 'problem_group', object>,
  nowMs: number,
): Promise<ProblemTodoRow[]> {
  const late = isoTime(lateBefore(nowMs, REVIEW_WORKING_DAYS));
  const soon = isoTime(dueBefore(nowMs, REVIEW_WORKING_DAYS, REMIND_WORKING_DAYS));
  const row = await query
    .select(({ fn }) => [
      fn.countAll<number>().as('total'),
      fn.min('problem_group.turnSince').as('oldestSince'),
      sql<number>`coalesce(sum("turnSince" < ${late}), 0)`.as('late'),
      sql<number>`coalesce(sum(exists (select 1 from problem_event as event where event."groupId" = problem_group.id
        and event.act = 'urge' and event.at >= "turnSince")), 0)`.as('urged'),
      sql<number>`coalesce(sum("turnSince" >= ${late} and "turnSince" < ${soon}), 0)`.as('dueSoon'),
    ])
    .executeTakeFirstOrThrow();
  if (row.total === 0) return [];
  const oldestDueOn = workingDayAfter(chinaDate(Date.parse(row.oldestSince)), REVIEW_WORKING_DAYS);
  return [{ ...row, what, oldestDueOn }];
}
