import { RecordSummarised } from '../../contracts/national-index.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import { identityKeyOf } from '../registration/form.ts';
import type { ProvinceDb } from '../schema.ts';
import type { StudentTable } from './table.ts';

/** What the summary says beside the record's own columns. */
export interface ToldBeside {
  form: StudentForm;
  schoolName: string;
  /** Title of the business that is open on the record; absent: none. */
  openBusiness?: string | null;
}

/** The national index hears how the record stands (H.2), in the decision that makes or changes it. */
export function tellIndex(
  province: Province,
  tx: Tx<ProvinceDb>,
  student: StudentTable,
  { form, schoolName, openBusiness = null }: ToldBeside,
): void {
  const { studentNumber, name, sex, birthDate, idType, schoolId, stage, cohort, status, claimNo, version } = student;
  province.outbox.queue(tx, 'hub', RecordSummarised, {
    studentNumber,
    name,
    sex,
    birthDate,
    idType,
    schoolId,
    stage,
    cohort,
    status,
    claimNo,
    version,
    schoolName,
    openBusiness,
    studentId: student.id,
    identityKey: identityKeyOf(form),
    problem: student.problem === 1,
    changedAt: student.changedAt,
  });
}

/** The form at another school: it no longer says a class. */
export function formAtSchool(form: StudentForm, schoolCode: string): StudentForm {
  const { classNo: _class, campusNo: _campus, numberInClass: _number, ...kept } = form;
  return { ...kept, schoolCode };
}
