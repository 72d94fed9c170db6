import { Problem } from '../../contracts/core/problems.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import { findOrg } from '../../shared/org/table.ts';
import { mustHaveAgreed } from '../agreed.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { STUDENTS } from './table.ts';
import type { StudentTable } from './table.ts';
import { formAtSchool, tellIndex } from './tell-index.ts';

export interface StudentChange {
  /** Title of the business that is open on the record from now on; null: none. */
  openBusiness: string | null;
  /** Where the pupil is from now on. What said which class they were in goes with it. */
  to?: Pick<StudentTable, 'schoolId' | 'stage' | 'cohort' | 'classNo' | 'status'>;
}

/** The next version of a record that is in custody here, and the national index hears of it in the same decision. */
export async function changeStudent(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  { openBusiness, to }: StudentChange,
): Promise<void> {
  mustHaveAgreed(province);
  const before = await tx.selectFrom('student').selectAll().where('id', '=', studentId).executeTakeFirst();
  if (before?.custody !== 'active')
    throw new Problem('illegal-move', '该生学籍正在调往外省或已调出，现在不能办理，请核对后再试');
  const [version, changedAt] = [before.version + 1, isoTime(province.clock.now())];
  const after = { ...before, ...to, version, changedAt };
  await tx
    .updateTable('student')
    .set({ ...to, version, changedAt })
    .where('id', '=', studentId)
    .execute();
  const form = await changeForm(province, tx, studentId, to?.schoolId);
  const { name: schoolName } = must(await findOrg(tx, after.schoolId), 'the school of a record');
  tellIndex(province, tx, after, { form, schoolName, openBusiness });
  tellPages(province, tx, STUDENTS, new Set([before.schoolId, after.schoolId]));
}

/**
 * After a restore: so the record stood, by this node's own word to the hub. What the node does not remember of it is entered again by
 * people; the version goes on from there, so that no number says two things (invariant I09).
 */
export async function bringUpTo(
  tx: Tx<ProvinceDb>,
  studentId: string,
  {
    version,
    schoolId,
    stage,
    cohort,
    status,
    changedAt,
  }: Pick<StudentTable, 'version' | 'schoolId' | 'stage' | 'cohort' | 'status' | 'changedAt'>,
): Promise<void> {
  const changed = await tx
    .updateTable('student')
    .set({ version, schoolId, stage, cohort, status, changedAt })
    .set((eb) => ({
      classNo: eb.case().when('schoolId', '=', schoolId).then(eb.ref('classNo')).else('').end(),
    }))
    .where('id', '=', studentId)
    .where('custody', '=', 'active')
    .where('version', '<', version)
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) return;
  await tx
    .insertInto('recalled_record')
    .values({ studentId })
    .onConflict((oc) => oc.doNothing())
    .execute();
}

/** The hub is being told how this record stands: nothing more is to be told of the restore. */
export async function takeRecalled(tx: Tx<ProvinceDb>, studentId: string): Promise<void> {
  await tx.deleteFrom('recalled_record').where('studentId', '=', studentId).execute();
}

/** The national index hears once more how the record stands, without a change: it had not heard, or has lost it. */
export async function tellAgain(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  openBusiness: string | null,
): Promise<void> {
  const student = await tx.selectFrom('student').selectAll().where('id', '=', studentId).executeTakeFirstOrThrow();
  const form = await formOf(province, tx, studentId);
  const { name: schoolName } = must(await findOrg(tx, student.schoolId), 'the school of a record');
  tellIndex(province, tx, student, { form, schoolName, openBusiness });
}

async function formOf({ vault }: Province, tx: Tx<ProvinceDb>, studentId: string): Promise<StudentForm> {
  const forms = tx.selectFrom('student_form').select('form').where('studentId', '=', studentId);
  return JSON.parse(vault.open(must(await forms.executeTakeFirst(), 'the form').form)) as StudentForm;
}

/** The form as it is from now on: of another school it no longer says a class. */
async function changeForm(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  schoolCode: string | undefined,
): Promise<StudentForm> {
  const before = await formOf(province, tx, studentId);
  if (schoolCode === undefined) return before;
  const after = formAtSchool(before, schoolCode);
  await tx
    .updateTable('student_form')
    .set({ form: province.vault.seal(JSON.stringify(after)) })
    .where('studentId', '=', studentId)
    .execute();
  return after;
}
