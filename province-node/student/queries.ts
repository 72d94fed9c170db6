import { sql } from 'kysely';
import { gradeTitle } from '../../contracts/orgs/org.ts';
import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import type { countMovingStudents, Departure, listStudents, StudentRow } from '../../contracts/student.ts';
import { shownValue } from '../../contracts/student-rules.ts';
import type { Call } from '../../shared/http/serve.ts';
import { withinScope } from '../../shared/org/scope.ts';
import { inOrderOf } from '../../shared/query/in-order.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { departuresOf } from './departures.ts';
import { matchingStudents } from './matching.ts';

/** 学生信息查询 (features 15.1), the last changed first: who is found, and how they are shown. */
export function findStudents(
  province: Province,
  { caller }: Call<ProvinceDb>,
  { page, pageSize, sort, ...conditions }: z.output<typeof listStudents.input>,
): Promise<Page<{ id: string }>> {
  return matchingStudents(province, caller, conditions, { page, pageSize, sort });
}

export async function showStudents({ store }: Province, rows: readonly { id: string }[]): Promise<StudentRow[]> {
  const ids = rows.map(({ id }) => id);
  const found = await selectStudents(store.read).where('student.id', 'in', ids).execute();
  const away = found.filter(({ custody }) => custody !== 'active').map(({ id }) => id);
  const departures = await departuresOf(store.read, away);
  return inOrderOf(ids, found).map((row) => rowOf(row, departures.get(row.id)));
}

export function selectStudents(db: Province['store']['read']) {
  return db
    .selectFrom('student')
    .innerJoin('org', 'org.id', 'student.schoolId')
    .select(['student.id', 'studentNumber', 'student.name', 'sex', 'birthDate', 'idType', 'idNumberMasked'])
    .select(['schoolId', 'org.name as schoolName', 'stage', 'cohort', 'classNo', 'status', 'problem', 'custody'])
    .select(['student.createdAt', 'student.changedAt'])
    .select(sql<number>`student."idFingerprint" is not null and student."claimNo" is null`.as('awaitsDedup'));
}
type Selected = Awaited<ReturnType<ReturnType<typeof selectStudents>['execute']>>[number];

export function rowOf(selected: Selected, departure: Departure | undefined): StudentRow {
  const { id, name, birthDate, schoolId, schoolName, status, custody, changedAt, classNo } = selected;
  const gradeName = gradeTitle(selected.stage, selected.cohort);
  return {
    id,
    name,
    birthDate,
    schoolId,
    schoolName,
    gradeName,
    status,
    custody,
    changedAt,
    studentNumber: maskStudentNumber(selected.studentNumber),
    sex: shownValue('sex', selected.sex),
    idType: shownValue('idType', selected.idType),
    idNumber: selected.idNumberMasked,
    className: classNo === '' ? null : `${gradeName}${Number(classNo)}班`,
    problem: selected.problem === 1,
    departure: departure ?? null,
  };
}

/** Of the caller's school, from its index alone. */
export async function movingOf(
  { store }: Province,
  { caller }: Call<ProvinceDb>,
): Promise<z.input<typeof countMovingStudents.output>> {
  const counted = await store.read
    .selectFrom('student')
    .select(({ fn, eb }) => [
      fn
        .countAll<number>()
        .filterWhere(eb('classNo', '=', ''))
        .filterWhere('custody', '=', 'active')
        .filterWhere('status', '!=', 'deleted')
        .as('unassigned'),
      fn.countAll<number>().filterWhere('custody', '=', 'sealed').as('sealed'),
    ])
    .where(withinScope('schoolId', caller))
    .executeTakeFirstOrThrow();
  return counted;
}
