import { sql } from 'kysely';
import type { RawBuilder, SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { Stage } from '../../contracts/orgs/org.ts';
import type { exportStudents } from '../../contracts/student.ts';
import type { Caller } from '../../shared/http/serve.ts';
import { areaOf, inArea, mustNameEnough, NAME_LENGTH_MIN } from '../../shared/org/area.ts';
import type { HasOrg } from '../../shared/org/scope.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Province } from '../context.ts';
import { fingerprintsOfNumber } from '../registration/form.ts';
import type { ProvinceDb } from '../schema.ts';
import type { StudentTable } from './table.ts';

type Conditions = z.output<typeof exportStudents.input>;
type OfStudent = Omit<Conditions, 'orgId'>;
type Query = SelectQueryBuilder<ProvinceDb, 'student', { id: string }>;

const ordering = {
  sortable: { changedAt: 'student.changedAt', name: 'student.name' },
  defaultSort: '-changedAt',
  unique: 'student.id',
};

/**
 * The ids of one page of 学生信息查询, the last changed first. Conditions, count and order are answered from indexes alone
 * (`indexStudentList`): a province has millions of pupils.
 */
export async function matchingStudents(
  province: Province,
  caller: Caller,
  { orgId, ...conditions }: Conditions,
  paging: { page: number; pageSize: number; sort?: string | undefined },
): Promise<Page<{ id: string }>> {
  const area = await areaOf(province.store.read, caller, orgId);
  if (!area) return { rows: [], total: 0 };
  mustNameEnough(area, conditions.name);
  mustNameAreaOfClass(area, conditions);
  const lead = leadOf(area, conditions);
  const ledBy = (leading: Lead): Query =>
    where(province, province.store.read.selectFrom('student').select('student.id'), area, conditions, leading);
  const isOrdered = lead === 'order' || lead === 'exact' || area.org.level === 'school';
  return pageOf(ledBy(lead), paging, ordering, isOrdered ? undefined : ledBy('order'));
}

/** Of a whole province no index holds its classes together, and nobody looks for all 03 classes of it. */
function mustNameAreaOfClass({ org }: HasOrg, { classNo }: OfStudent): void {
  if (classNo && (org.level === 'province' || org.level === 'city'))
    throw new Problem('invalid-input', '查询范围较大，按班级查询时请先在“学校或区域”中选择区县或学校', {
      errors: [{ pointer: '/orgId', detail: '请选择区县或学校' }],
    });
}

/**
 * Which condition a query is answered from: a number; the schools of the area; a beginning of a name; the few on the move, with
 * a problem or without a class, wherever they are; in a whole province a state that few are in, or a grade; otherwise the
 * order of the page.
 */
type Lead = 'exact' | 'schools' | 'name' | 'custody' | 'problem' | 'classNo' | 'status' | 'grade' | 'order';

function leadOf({ org }: HasOrg, given: OfStudent): Lead {
  if (given.idNumber || given.studentNumber) return 'exact';
  if (org.level === 'school') return 'schools';
  if (given.name && [...given.name].length >= NAME_LENGTH_MIN) return 'name';
  if (given.custody && given.custody !== 'active') return 'custody';
  if (given.problem === 'yes') return 'problem';
  if (given.assigned === 'no') return 'classNo';
  if (org.level !== 'province') return 'schools';
  if (given.status && given.status !== 'enrolled') return 'status';
  return given.cohort === undefined ? 'order' : 'grade';
}

/** SQLite has no statistics of ours to choose an index by: `+` keeps every column but the leading one out of the choice. */
function where(province: Province, query: Query, area: HasOrg, given: OfStudent, lead: Lead): Query {
  const column = (of: keyof StudentTable | 'custody', leading: Lead): RawBuilder<unknown> =>
    lead === leading ? sql.ref(`student.${of}`) : sql`+${sql.ref(`student.${of}`)}`;
  const { name, studentNumber, idNumber, stage, cohort, classNo, assigned, status, custody, problem } = given;
  // What was deleted is found by its id alone.
  const conditions: RawBuilder<boolean>[] = [
    inArea('student.schoolId', area, lead === 'schools'),
    sql`+student.status <> 'deleted'`,
  ];
  const add = (condition: RawBuilder<boolean>): void => void conditions.push(condition);
  if (name) add(sql`${column('name', 'name')} >= ${name} and ${column('name', 'name')} < ${`${name}\uffff`}`);
  if (studentNumber) add(sql`student."studentNumber" = ${studentNumber}`);
  if (idNumber) {
    const prints = sql.join(fingerprintsOfNumber(province.vault, idNumber));
    // One number is looked up by its index; the other is compared.
    add(studentNumber ? sql`+student."idFingerprint" in (${prints})` : sql`student."idFingerprint" in (${prints})`);
  }
  if (stage) add(sql`${column('stage', 'grade')} = ${stage}`);
  else if (lead === 'grade') add(sql`student.stage in (${sql.join(Stage.options)})`);
  if (cohort !== undefined) add(sql`${column('cohort', 'grade')} = ${cohort}`);
  if (classNo) add(sql`+student."classNo" = ${classNo}`);
  if (assigned === 'yes') add(sql`+student."classNo" <> ''`);
  if (assigned === 'no') add(sql`${column('classNo', 'classNo')} = ''`);
  if (problem) add(sql`${column('problem', 'problem')} = ${sql.lit(problem === 'yes' ? 1 : 0)}`);
  // Literals let SQLite see that the index of the few holds what is asked for.
  if (status) add(sql`${column('status', 'status')} = ${sql.lit(status)}`);
  if (lead === 'status') add(sql`student.status <> 'enrolled'`);
  if (custody) add(sql`${column('custody', 'custody')} = ${sql.lit(custody)}`);
  if (lead === 'custody') add(sql`student.custody <> 'active'`);
  return conditions.reduce((narrower, condition) => narrower.where(condition), query);
}
