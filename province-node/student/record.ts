import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import { IN_PROVINCE_TITLE } from '../../contracts/in-province-transfer.ts';
import { recordStatusTitles } from '../../contracts/national-index.ts';
import type { StudentEvent } from '../../contracts/packed-record.ts';
import { problemErrorTitles } from '../../contracts/problem-rules.ts';
import type { getStudentRecord, revealNumbers, StudentRecord, StudentRow } from '../../contracts/student.ts';
import { studentFieldTitles, studentSections } from '../../contracts/student-form.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { shownValue } from '../../contracts/student-rules.ts';
import { must } from '../../shared/assert.ts';
import type { Call } from '../../shared/http/serve.ts';
import { withinScope } from '../../shared/org/scope.ts';
import type { Province } from '../context.ts';
import { problemsOf } from '../problem-record/marks.ts';
import { casesOf, decidedOn } from '../transfer/table.ts';
import type { ProvinceDb } from '../schema.ts';
import { departuresOf } from './departures.ts';
import { eventsOf } from './events.ts';
import { findOpenBusiness } from './open-business.ts';
import { rowOf, selectStudents } from './queries.ts';

/** The page of one record: of a pupil who has left too, as they were when they left. Every look is entered in the audit log. */
export async function recordOf(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof getStudentRecord.input>,
): Promise<StudentRecord> {
  const { read } = province.store;
  const found = await findWithin(province, call, id);
  await call.decide(async (_tx, note) => note(id, `查看学籍 ${recordStatusTitles[found.status]}`));
  const departures = found.custody === 'active' ? new Map() : await departuresOf(read, [id]);
  const student = rowOf(found, departures.get(id));
  const form = await formOf(province, id);
  return {
    student,
    createdAt: found.createdAt,
    problems: (await problemsOf(read, id)).map(({ kind, ...problem }) => ({
      ...problem,
      title: problemErrorTitles[kind],
    })),
    openBusiness: await openBusinessOf(province, id),
    sections: sectionsOf(form, false),
    family: sectionsOf(form, true),
    events: (await eventsShown(province, student)).toReversed(),
    cases: await casesOf(read, id),
  };
}

async function openBusinessOf({ store }: Province, studentId: string): Promise<string | null> {
  const open = await findOpenBusiness(store.read, studentId);
  if (!open) return null;
  return open.title === IN_PROVINCE_TITLE ? `${open.title}（转入${open.schoolName}）` : open.title;
}

export async function numbersOf(
  province: Province,
  call: Call<ProvinceDb>,
  { id, reason }: z.output<typeof revealNumbers.input>,
): Promise<z.input<typeof revealNumbers.output>> {
  const { studentNumber } = await findWithin(province, call, id);
  await call.decide(async (_tx, note) => note(id, `查看完整号码，原因：${reason}`));
  return { studentNumber, idNumber: (await formOf(province, id)).idNumber ?? null };
}

async function findWithin({ store }: Province, { caller }: Call<ProvinceDb>, id: string) {
  const found = await selectStudents(store.read)
    .where('student.id', '=', id)
    .where(withinScope('student.schoolId', caller))
    .executeTakeFirst();
  if (!found) throw new Problem('not-found', '没有这名学生，或该生不在本单位的管理范围内');
  return found;
}

async function formOf({ store, vault }: Province, studentId: string): Promise<StudentForm> {
  const forms = store.read.selectFrom('student_form').select('form').where('studentId', '=', studentId);
  return JSON.parse(vault.open(must(await forms.executeTakeFirst(), 'the form of a record').form)) as StudentForm;
}

/** Items that were left empty are not shown, nor sections that are all empty. */
function sectionsOf(form: StudentForm, ofFamily: boolean): StudentRecord['sections'] {
  return studentSections
    .filter(({ fields }) => fields.every((field) => field.startsWith('member')) === ofFamily)
    .map(({ title, fields }) => ({
      title,
      items: fields.flatMap((field) => {
        const value = form[field];
        return value === undefined ? [] : [{ title: itemTitle(field, ofFamily), value: shownValue(field, value) }];
      }),
    }))
    .filter(({ items }) => items.length > 0);
}

/** Under 家庭成员1 nobody needs 成员1姓名. */
function itemTitle(field: keyof typeof studentFieldTitles, ofFamily: boolean): string {
  const title = studentFieldTitles[field];
  return ofFamily ? title.replace(/^成员\d/, '') : title;
}

/**
 * 学籍变动情况. The move itself is written into the record that leaves; of the copy that stays it is told from what is known of the
 * hand-over.
 */
async function eventsShown(province: Province, student: StudentRow): Promise<StudentEvent[]> {
  const { id, departure, custody, schoolName, gradeName } = student;
  const events = await eventsOf(province, id);
  if (custody !== 'moved-out' || !departure || events.some((event) => event.id === departure.transfer)) return events;
  const left: StudentEvent = {
    id: departure.transfer,
    act: 'transferred',
    at: departure.at,
    provinceName: province.province.name,
    schoolName,
    gradeName,
    toProvinceName: departure.provinceName,
    toSchoolName: departure.schoolName,
    toGradeName: departure.gradeName,
    ...(await decidedOn(province.store.read, departure.transfer)),
  };
  return [...events, left];
}
