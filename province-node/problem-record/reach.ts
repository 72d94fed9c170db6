import type { Kysely } from 'kysely';
import { Problem } from '../../contracts/core/problems.ts';
import type { Caller } from '../../shared/http/serve.ts';
import { withinScope } from '../../shared/org/scope.ts';
import type { ProvinceDb } from '../schema.ts';

/** The record is, or was when it was settled, of a school in the caller's subtree; else it is not there. */
export async function mustReachRecord(db: Kysely<ProvinceDb>, recordId: string, caller: Caller): Promise<void> {
  const found = await db
    .selectFrom('problem_record')
    .innerJoin('student', 'student.id', 'problem_record.studentId')
    .select('problem_record.id')
    .where('problem_record.id', '=', recordId)
    .where((eb) => eb.or([withinScope('problem_record.schoolId', caller), withinScope('student.schoolId', caller)]))
    .executeTakeFirst();
  if (!found) throw new Problem('not-found', '没有这条问题学籍，或不在本单位的管理范围内');
}
