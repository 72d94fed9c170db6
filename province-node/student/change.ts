import { Problem } from '../../contracts/core/problems.ts';
import type { IdType } from '../../contracts/codes/id-type.ts';
import { idCategoryOf } from '../../contracts/people/id-document.ts';
import { maskIdNumber } from '../../contracts/people/names.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import { findOrg } from '../../shared/org/table.ts';
import { mustHaveAgreed } from '../agreed.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { findOpenBusiness } from './open-business.ts';
import { STUDENTS } from './table.ts';
import type { StudentTable } from './table.ts';
import { formAtSchool, tellIndex } from './tell-index.ts';

export interface StudentChange {
  /** Title of the business that is open on the record from now on; null: none. */
  openBusiness: string | null;
  /** Where the pupil is from now on. What said which class they were in goes with it. */
  to?: Pick<StudentTable, 'schoolId' | 'stage' | 'cohort' | 'classNo' | 'status'>;
  /** 是否问题学籍; 已删除. */
  marks?: Partial<Pick<StudentTable, 'problem' | 'status'>>;
  /** Other key data (关键数据) than before, with the whole form that says them. */
  key?: { columns: Partial<KeyColumns>; form: StudentForm };
}

/** What a key-data change can change of a record. */
export type KeyColumns = Pick<
  StudentTable,
  | 'studentNumber'
  | 'name'
  | 'sex'
  | 'birthDate'
  | 'idType'
  | 'idCategory'
  | 'idNumberMasked'
  | 'idFingerprint'
  | 'cohort'
  | 'classNo'
  | 'claimNo'
>;

/** The next version of a record that is in custody here, and the national index hears of it in the same decision. */
export async function changeStudent(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  { openBusiness, to, marks, key }: StudentChange,
): Promise<void> {
  await mustHaveAgreed(province, tx);
  const before = await tx.selectFrom('student').selectAll().where('id', '=', studentId).executeTakeFirst();
  if (before?.custody !== 'active')
    throw new Problem('illegal-move', '该生学籍正在调往外省或已调出，现在不能办理，请核对后再试');
  const [version, changedAt] = [before.version + 1, isoTime(province.clock.now())];
  const after = { ...before, ...to, ...marks, ...key?.columns, version, changedAt };
  await tx
    .updateTable('student')
    .set({ ...to, ...marks, ...key?.columns, version, changedAt })
    .where('id', '=', studentId)
    .execute();
  const formBefore = key?.form ?? (await openedForm(province, tx, studentId));
  const form = to ? formAtSchool(formBefore, to.schoolId) : formBefore;
  if (to || key) await saveForm(province, tx, studentId, form);
  const { name: schoolName } = must(await findOrg(tx, after.schoolId), 'the school of a record');
  tellIndex(province, tx, after, { form, schoolName, openBusiness });
  tellPages(province, tx, STUDENTS, new Set([before.schoolId, after.schoolId]));
}

/**
 * After a restore: so the record stood, by this node's own word to the hub. What the node does not remember of it is entered again by
 * people; the version goes on from there, so that no number says two things (invariant I09).
 */
export async function bringUpTo(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  { version, schoolId, stage, cohort, status, changedAt, ...told }: Recalled,
): Promise<void> {
  const { studentNumber, name, sex, birthDate, idType, claimNo, identityKey } = told;
  const changed = await tx
    .updateTable('student')
    .set({ version, schoolId, stage, cohort, status, changedAt })
    .set({ studentNumber, name, sex, birthDate, idType, claimNo })
    .set((eb) => ({
      classNo: eb.case().when('schoolId', '=', schoolId).then(eb.ref('classNo')).else('').end(),
    }))
    .where('id', '=', studentId)
    .where('custody', '=', 'active')
    .where('version', '<', version)
    .returning('idFingerprint as before')
    .executeTakeFirst();
  if (!changed) return;
  await tx
    .insertInto('recalled_record')
    .values({ studentId })
    .onConflict((oc) => oc.doNothing())
    .execute();
  const { idNumber: numberBefore, ...form } = await openedForm(province, tx, studentId);
  const fingerprint = identityKey === null ? null : province.vault.fingerprint(identityKey);
  const isSame = fingerprint === null ? changed.before === null : changed.before?.equals(fingerprint);
  // Of another document the key says the number, in its canonical form.
  const idNumber = isSame ? numberBefore : identityKey?.slice(identityKey.lastIndexOf(':') + 1);
  await tx
    .updateTable('student')
    .set({ idFingerprint: fingerprint, idNumberMasked: maskIdNumber(idNumber ?? '') })
    .set({ idCategory: idCategoryOf(idType as IdType) })
    .where('id', '=', studentId)
    .execute();
  const known = { ...form, name, sex, birthDate, idType, ...(idNumber === undefined ? {} : { idNumber }) };
  await saveForm(province, tx, studentId, known);
}

type Recalled = Pick<StudentTable, 'version' | 'schoolId' | 'stage' | 'cohort' | 'status' | 'changedAt'> &
  Pick<StudentTable, 'studentNumber' | 'name' | 'sex' | 'birthDate' | 'idType' | 'claimNo'> & {
    identityKey: string | null;
  };

/** A restore has set this record back, and the hub has not been told yet how it stands since. */
export async function isRecalled(tx: Tx<ProvinceDb>, studentId: string): Promise<boolean> {
  const recalled = tx.selectFrom('recalled_record').select('studentId').where('studentId', '=', studentId);
  return (await recalled.executeTakeFirst()) !== undefined;
}

/** How such a record stands is told as its next version. While it is sealed that waits; of another province's nothing is told. */
export async function restate(province: Province, tx: Tx<ProvinceDb>, studentId: string): Promise<void> {
  const students = tx.selectFrom('student').select('custody').where('id', '=', studentId);
  const custody = (await students.executeTakeFirst())?.custody;
  if (custody === 'sealed') return;
  await tx.deleteFrom('recalled_record').where('studentId', '=', studentId).execute();
  if (custody !== 'active') return;
  const open = await findOpenBusiness(tx, studentId);
  await changeStudent(province, tx, studentId, { openBusiness: open?.title ?? null });
}

/** The national index hears once more how the record stands, without a change: it had not heard, or has lost it. */
export async function tellAgain(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  openBusiness: string | null,
): Promise<void> {
  const student = await tx.selectFrom('student').selectAll().where('id', '=', studentId).executeTakeFirstOrThrow();
  const form = await openedForm(province, tx, studentId);
  const { name: schoolName } = must(await findOrg(tx, student.schoolId), 'the school of a record');
  tellIndex(province, tx, student, { form, schoolName, openBusiness });
}

export async function openedForm({ vault }: Province, tx: Tx<ProvinceDb>, studentId: string): Promise<StudentForm> {
  const forms = tx.selectFrom('student_form').select('form').where('studentId', '=', studentId);
  return JSON.parse(vault.open(must(await forms.executeTakeFirst(), 'the form of a record').form)) as StudentForm;
}

async function saveForm({ vault }: Province, tx: Tx<ProvinceDb>, studentId: string, form: StudentForm): Promise<void> {
  await tx
    .updateTable('student_form')
    .set({ form: vault.seal(JSON.stringify(form)) })
    .where('studentId', '=', studentId)
    .execute();
}
