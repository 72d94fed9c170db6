import type { Kysely } from 'kysely';
import type { MemberState, ProblemKind } from '../../contracts/problem-rules.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import { inSlices } from '../../shared/slices.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import { findOpenBusiness } from '../student/open-business.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeStudent } from '../student/change.ts';

/** Where a record stands in a group that makes it a problem record: neither cleared nor gone. */
const standing = ['waiting', 'in-review', 'attested'] as const;

/** Those of the records that an open group holds. */
async function problemsAmong(db: Kysely<ProvinceDb>, studentIds: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('problem_record')
    .innerJoin('problem_group', 'problem_group.id', 'problem_record.groupId')
    .select('problem_record.studentId')
    .where('problem_record.studentId', 'in', studentIds)
    .where('problem_record.state', 'in', standing)
    .where('problem_group.state', '!=', 'closed')
    .execute();
  return new Set(rows.map(({ studentId }) => studentId));
}

/** The groups that hold a record or held it, those first that make it a problem record. */
export async function problemsOf(
  db: Kysely<ProvinceDb>,
  studentId: string,
): Promise<{ recordId: string; kind: ProblemKind; isOpen: boolean }[]> {
  const rows = await db
    .selectFrom('problem_record')
    .innerJoin('problem_group', 'problem_group.id', 'problem_record.groupId')
    .select(['problem_record.id as recordId', 'kind', 'problem_record.state', 'problem_group.state as groupState'])
    .where('problem_record.studentId', '=', studentId)
    .orderBy('openedAt')
    .execute();
  const isStanding = (state: MemberState): boolean => standing.some((one) => one === state);
  return rows
    .map(({ recordId, kind, state, groupState }) => {
      return { recordId, kind, isOpen: groupState !== 'closed' && isStanding(state) };
    })
    .toSorted((a, b) => Number(b.isOpen) - Number(a.isOpen));
}

/**
 * 是否问题学籍 of these records follows the groups that they are in, here and in the national index. What cannot be written now,
 * because the record is on its way or this node has not agreed with the hub yet, is written by `markAgain`.
 */
export async function markProblems(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentIds: readonly string[],
): Promise<void> {
  if (!province.messaging.hasAgreed(HUB)) return;
  for (const slice of inSlices(studentIds, MARKED_PER_STATEMENT)) {
    const students = await tx
      .selectFrom('student')
      .select(['id', 'problem'])
      .where('id', 'in', slice)
      .where('custody', '=', 'active')
      // Its deletion is the next word on it: the claim has ended, and the index would refuse any other.
      .where(({ eb, or, not, exists, selectFrom }) =>
        or([
          eb('status', '=', 'deleted'),
          not(
            exists(
              selectFrom('problem_record')
                .select('problem_record.id')
                .whereRef('problem_record.studentId', '=', 'student.id')
                .where('problem_record.state', '=', 'deleted'),
            ),
          ),
        ]),
      )
      .execute();
    const held = await problemsAmong(tx, slice);
    for (const { id, problem } of students) {
      const mark = held.has(id) ? 1 : 0;
      if (mark === problem) continue;
      const open = await findOpenBusiness(tx, id);
      await changeStudent(province, tx, id, {
        openBusiness: open?.title ?? null,
        marks: { problem: mark },
      });
    }
  }
}

const MARKED_PER_STATEMENT = 200;

/** Records whose mark does not say what the groups say. */
export async function markAgain(province: Province): Promise<void> {
  if (!province.messaging.hasAgreed(HUB)) return;
  const { read } = province.store;
  const unmarked = await read
    .selectFrom('problem_record')
    .innerJoin('problem_group', 'problem_group.id', 'problem_record.groupId')
    .innerJoin('student', 'student.id', 'problem_record.studentId')
    .select('student.id')
    .where('problem_record.state', 'in', standing)
    .where('problem_group.state', '!=', 'closed')
    .where('student.problem', '=', 0)
    .where('student.custody', '=', 'active')
    .limit(MARKED_PER_STATEMENT)
    .execute();
  const marked = await read
    .selectFrom('student')
    .select('student.id')
    .where('student.problem', '=', 1)
    .where('student.custody', '=', 'active')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('problem_record')
            .innerJoin('problem_group', 'problem_group.id', 'problem_record.groupId')
            .select('problem_record.id')
            .whereRef('problem_record.studentId', '=', 'student.id')
            .where('problem_record.state', 'in', standing)
            .where('problem_group.state', '!=', 'closed'),
        ),
      ),
    )
    .limit(MARKED_PER_STATEMENT)
    .execute();
  const ids = [...unmarked, ...marked].map(({ id }) => id);
  if (ids.length > 0) await province.store.decide((tx) => markProblems(province, tx, ids));
}
