import type { Kysely } from 'kysely';
import type { OpenKind } from '../../contracts/exclusive-business.ts';
import { IN_PROVINCE_TITLE } from '../../contracts/in-province-transfer.ts';
import { KEY_CHANGE_TITLE } from '../../contracts/key-change-kind.ts';
import type { ProvinceDb } from '../schema.ts';

/** 在办业务 of a pupil: while one is open nothing else begins, and the record is not handed over (domain.md §1.6). */
export interface OpenBusiness {
  kind: OpenKind;
  title: string;
  /** Who has applied for it, and can take it back. */
  schoolName: string;
}

/** The one that is open at this province. A returned change is open until it is handed in again or withdrawn. */
export async function findOpenBusiness(db: Kysely<ProvinceDb>, studentId: string): Promise<OpenBusiness | undefined> {
  const transfer = await db
    .selectFrom('in_province_transfer')
    .innerJoin('org', 'org.id', 'toSchoolId')
    .select('org.name as schoolName')
    .where('studentId', '=', studentId)
    .where('in_province_transfer.state', '=', 'in-review')
    .executeTakeFirst();
  if (transfer) return { ...transfer, kind: 'in-province-transfer', title: IN_PROVINCE_TITLE };
  const change = await db
    .selectFrom('key_change')
    .innerJoin('org', 'org.id', 'key_change.schoolId')
    .select('org.name as schoolName')
    .where('studentId', '=', studentId)
    .where('key_change.state', 'in', ['in-review', 'returned'])
    .executeTakeFirst();
  if (change) return { ...change, kind: 'key-change', title: KEY_CHANGE_TITLE };
  const handling = await db
    .selectFrom('problem_handling')
    .innerJoin('student', 'student.id', 'problem_handling.studentId')
    .innerJoin('org', 'org.id', 'student.schoolId')
    .select('org.name as schoolName')
    .where('problem_handling.studentId', '=', studentId)
    .where('problem_handling.state', 'in', ['in-review', 'sent'])
    .executeTakeFirst();
  return handling && { ...handling, kind: 'problem-handling', title: '问题学籍处理' };
}
