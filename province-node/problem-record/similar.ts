import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { maskName } from '../../contracts/people/names.ts';
import type { SimilarDecision } from '../../contracts/problem-handling.ts';
import { groupBy } from '../../shared/group-by.ts';
import type { Caller } from '../../shared/http/serve.ts';
import { withinScope } from '../../shared/org/scope.ts';
import type { ProvinceDb } from '../schema.ts';
import type { KeptGroup } from './group.ts';

/** As many as an arbiter reads. */
const SIMILAR_MAX = 5;

/** The latest decisions on groups of the same kind in the caller's area: a pupil's name is nobody's business any more, so it is masked. */
export async function similarDecisions(
  db: Kysely<ProvinceDb>,
  { id, kind }: KeptGroup,
  caller: Caller,
): Promise<SimilarDecision[]> {
  const groups = await db
    .selectFrom('problem_group')
    .select(['id', 'arbiterName', 'turnSince'])
    .where('kind', '=', kind)
    .where('id', '!=', id)
    .where(withinScope('arbiterOrgId', caller))
    .where(sql<boolean>`exists (select 1 from problem_event where "groupId" = problem_group.id and act = 'arbitrate')`)
    .orderBy('turnSince', 'desc')
    .limit(SIMILAR_MAX)
    .execute();
  const decided = await db
    .selectFrom('problem_event')
    .innerJoin('problem_record', (join) =>
      join
        .onRef('problem_record.groupId', '=', 'problem_event.groupId')
        .onRef('problem_record.studentId', '=', 'problem_event.studentId'),
    )
    .innerJoin('student', 'student.id', 'problem_record.studentId')
    .innerJoin('org', 'org.id', 'problem_record.schoolId')
    .select(['problem_event.groupId', 'at', 'opinion', 'lost', 'student.name', 'org.name as schoolName'])
    .where('act', '=', 'arbitrate')
    .where(
      'problem_event.groupId',
      'in',
      groups.map((group) => group.id),
    )
    .orderBy('ordinal')
    .execute();
  const ofGroup = groupBy(decided, ({ groupId }) => groupId);
  return groups.flatMap((group) => {
    const sides = ofGroup.get(group.id) ?? [];
    const winner = sides.find(({ lost }) => lost === 0);
    if (!winner) return [];
    const said = (one: { name: string; schoolName: string }): string => `${maskName(one.name)}（${one.schoolName}）`;
    const losers = sides.filter(({ lost }) => lost === 1).map(said);
    const { at, opinion } = winner;
    return [{ groupId: group.id, at, arbiterName: group.arbiterName, winner: said(winner), losers, opinion }];
  });
}
