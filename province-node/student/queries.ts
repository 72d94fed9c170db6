import { sql } from 'kysely';
import { gradeTitle } from '../../contracts/orgs/org.ts';
import type { z } from 'zod';
import { ROWS_REACHABLE_MAX } from '../../contracts/core/page.ts';
import type { Page } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import type {
  countMovingStudents,
  Departure,
  exportStudents,
  listStudents,
  StudentRow,
} from '../../contracts/student.ts';
import { shownValue } from '../../contracts/student-rules.ts';
import { chinaDate, nextTurn } from '../../shared/clock.ts';
import type { Call, DownloadFile } from '../../shared/http/serve.ts';
import { withinScope } from '../../shared/org/scope.ts';
import { inSlices } from '../../shared/slices.ts';
import { XLSX } from '../../shared/spreadsheet/content-type.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { departuresOf } from './departures.ts';
import { matchingStudents } from './matching.ts';
import { lineOf, studentsSheet } from './sheet.ts';

/** 学生信息查询 (features 15.1), the last changed first. */
export async function studentsOf(
  province: Province,
  call: Call<ProvinceDb>,
  { page, pageSize, sort, ...conditions }: z.output<typeof listStudents.input>,
): Promise<Page<StudentRow>> {
  const found = await matchingStudents(province, call.caller, conditions, { page, pageSize, sort });
  const ids = found.rows.map(({ id }) => id);
  return { total: found.total, rows: await rowsById(province, ids) };
}

/** In the order of the ids. */
async function rowsById({ store }: Province, ids: readonly string[]): Promise<StudentRow[]> {
  const found = await selectStudents(store.read).where('student.id', 'in', ids).execute();
  const away = found.filter(({ custody }) => custody !== 'active').map(({ id }) => id);
  const departures = await departuresOf(store.read, away);
  const byId = new Map(found.map((row) => [row.id, rowOf(row, departures.get(row.id))]));
  return ids.flatMap((id) => byId.get(id) ?? []);
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

/** Rows read between two turns of the event loop. */
const ROWS_PER_TURN = 200;

/** Everything that the conditions select, or nothing: half a school would pass for the whole. */
export async function exportList(
  province: Province,
  call: Call<ProvinceDb>,
  conditions: z.output<typeof exportStudents.input>,
): Promise<DownloadFile> {
  const reachable = { page: 1, pageSize: ROWS_REACHABLE_MAX };
  const { rows, total } = await matchingStudents(province, call.caller, conditions, reachable);
  if (total >= ROWS_REACHABLE_MAX)
    throw new Problem('invalid-input', `一次导出须少于 ${ROWS_REACHABLE_MAX} 人，请按学校或年级分次查询后导出`);
  await call.decide(async (_tx, note) => note(conditions.orgId ?? call.caller.org.id, `导出学生信息 ${total} 人`));
  async function* lines() {
    for (const slice of inSlices(rows, ROWS_PER_TURN)) {
      const ids = slice.map(({ id }) => id);
      for (const row of await rowsById(province, ids)) yield lineOf(row);
      await nextTurn();
    }
  }
  return {
    fileName: `${studentsSheet.title} ${chinaDate(province.clock.now())}.xlsx`,
    contentType: XLSX,
    body: province.spreadsheets.export(studentsSheet, lines()),
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
