import type { Sex } from '../../contracts/codes/sex.ts';
import { ConfirmClaim, ReleaseClaim } from '../../contracts/claim.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import { formalNumber, nextTemporarySerial, temporaryNumber } from '../../contracts/people/student-number.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { endApplication, getApplications } from '../../shared/chain/chain.ts';
import { turnOf } from '../../shared/chain/rules.ts';
import type { Application } from '../../shared/chain/rules.ts';
import { isoTime } from '../../shared/clock.ts';
import { tellPages } from '../../shared/http/news.ts';
import { must } from '../../shared/assert.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { maskName } from '../../contracts/people/names.ts';
import type { Tx } from '../../shared/db/store.ts';
import { mustHaveAgreed } from '../agreed.ts';
import type { Province } from '../context.ts';
import { hasLeft } from '../hand-over/table.ts';
import { findSamePersons, openGroups } from '../problem-record/open.ts';
import type { ProblemKind } from '../../contracts/problem-rules.ts';
import type { ProvinceDb } from '../schema.ts';
import { findByStudentNumber, insertStudents, STUDENTS, takeTemporarySerial } from '../student/table.ts';
import type { StudentTable } from '../student/table.ts';
import { tellIndex } from '../student/tell-index.ts';
import { deservesFormalNumber } from './rules.ts';
import { forgottenOf, takeForgottenRecord } from './forgotten.ts';
import { openForm } from './form.ts';
import { REGISTRATIONS, selectWithForms } from './table.ts';
import type { RegistrationTable } from './table.ts';

/**
 * The last approval (features 1.13): the pupil gets a number and a record, the claim is confirmed, the national index
 * hears of it, and where the population registry disagreed a problem record is opened. All in the approving decision.
 */
export async function registrationsApproved(
  province: Province,
  tx: Tx<ProvinceDb>,
  applications: readonly Application[],
): Promise<void> {
  await mustHaveAgreed(province, tx);
  const at = isoTime(province.clock.now());
  const ids = applications.map((application) => application.id);
  const registrations = await selectWithForms(tx).where('id', 'in', ids).execute();
  await mustNotHaveLeft(tx, registrations);
  const schools = await tx
    .selectFrom('org')
    .select(['id', 'name', 'regionCode'])
    .where(
      'id',
      'in',
      registrations.map((registration) => registration.schoolId),
    )
    .execute();
  const schoolOf = new Map(schools.map((school) => [school.id, school]));
  const made: { id: string; student: StudentTable }[] = [];
  for (const registration of registrations) {
    const school = must(schoolOf.get(registration.schoolId), 'school of a registration');
    const form = openForm(province.vault, registration);
    const before = await takeForgottenRecord(tx, registration.studentId);
    const studentNumber = before?.studentNumber ?? (await assignNumber(tx, registration, school.regionCode, form));
    const student = { ...studentOf(registration, studentNumber, at), version: (before?.version ?? 0) + 1 };
    await insertStudents(tx, [{ student, form: province.vault.seal(JSON.stringify(form)) }]);
    await tx
      .updateTable('registration')
      .set({ studentNumber, openFingerprint: null, state: 'approved' })
      .where('id', '=', registration.id)
      .execute();
    made.push({ id: registration.id, student });
    confirmClaim(province, tx, registration, studentNumber);
    tellIndex(province, tx, student, { form, schoolName: school.name });
  }
  tellPages(province, tx, STUDENTS, new Set(schoolOf.keys()));
  await openGroups(
    province,
    tx,
    registrations
      .filter((registration) => registration.checkState === 'verification-failed')
      .map(({ id, studentId, verification, claimNo }) => ({
        id,
        kind: verification as ProblemKind,
        origin: 'new' as const,
        members: [{ studentId, since: at, claimNo }],
      })),
  );
  for (const { id, student } of made) await findSamePersons(province, tx, student, { groupId: id, origin: 'new' });
}

/**
 * Refused (features 1.10): the registrar mends the pupil's row and uploads it again, as a new registration. So the
 * identity is free again, here and at the hub; otherwise the school's own returned one would stand in its way.
 */
export async function registrationsReturned(
  province: Province,
  tx: Tx<ProvinceDb>,
  applications: readonly Application[],
): Promise<void> {
  const ids = applications.map((application) => application.id);
  const registrations = await tx.selectFrom('registration').select(['id', 'claimNo']).where('id', 'in', ids).execute();
  await tx
    .updateTable('registration')
    .set((eb) => ({ openFingerprint: null, state: 'returned', releasedNo: eb.fn.coalesce('claimNo', 'releasedNo') }))
    .where('id', 'in', ids)
    .execute();
  const forgotten = await forgottenOf(tx, ids);
  for (const { id, claimNo } of registrations)
    // The claim of a record that was made before stays for the pupil.
    if (claimNo !== null && !forgotten.get(id)?.studentNumber)
      province.outbox.queue(tx, 'hub', ReleaseClaim, { claimNo, application: id });
}

/**
 * After a restore a pupil's record may come back from another province while the registration that had made it stands in review again: it
 * is as it was before the restore, approved.
 */
export async function approvedBefore(
  province: Province,
  tx: Tx<ProvinceDb>,
  { id: studentId, studentNumber }: Pick<StudentTable, 'id' | 'studentNumber'>,
): Promise<void> {
  const open = await tx
    .updateTable('registration')
    .set({ studentNumber, openFingerprint: null, state: 'approved' })
    .where('studentId', '=', studentId)
    .where('openFingerprint', 'is not', null)
    .returning(['id', 'schoolId'])
    .execute();
  if (open.length === 0) return;
  const ids = open.map(({ id }) => id);
  for (const application of await getApplications(tx, ids))
    if (turnOf(application))
      await endApplication(province, tx, application, '该注册在本省节点恢复之前已审核通过，该生学籍已在本省');
  tellPages(province, tx, REGISTRATIONS, new Set(open.map(({ schoolId }) => schoolId)));
}

async function assignNumber(
  tx: Tx<ProvinceDb>,
  registration: RegistrationTable,
  regionCode: string,
  form: StudentForm,
): Promise<string> {
  if (deservesFormalNumber(registration.category, registration.checkState)) {
    const number = formalNumber(must(form.idNumber, 'id number of a verified pupil'));
    await mustBeFree(tx, number);
    return number;
  }
  const { birthDate, sex } = registration;
  const serial = await takeTemporarySerial(tx, { regionCode, birthDate, sex }, (last) =>
    nextTemporarySerial(last, sex as Sex),
  );
  return temporaryNumber(regionCode, birthDate, serial);
}

/** After a restore: the record that this would make anew was made before, and has gone to another province since. */
async function mustNotHaveLeft(tx: Tx<ProvinceDb>, registrations: readonly RegistrationTable[]): Promise<void> {
  const left = await hasLeft(
    tx,
    registrations.map(({ studentId }) => studentId),
  );
  if (left.size > 0)
    throw new Problem('not-approvable', '该生学籍此前已建立，并已调档至外省，不能再次建立；请退回该学籍注册');
}

/** A number stays with its pupil although the id in it has changed since (MoE FAQ 2016): then it cannot be given again. */
async function mustBeFree(tx: Tx<ProvinceDb>, number: string): Promise<void> {
  const holder = await findByStudentNumber(tx, number);
  if (holder)
    throw new Problem(
      'number-taken',
      `该身份证件号对应的正式学籍号已由${holder.schoolName} ${maskName(holder.name)}使用，请先与该校核对`,
    );
}

export function studentOf(registration: RegistrationTable, studentNumber: string, at: string): StudentTable {
  const { name, sex, birthDate, idType, idNumberMasked, idFingerprint, schoolId, cohort, classNo } = registration;
  return {
    name,
    sex,
    birthDate,
    idType,
    idNumberMasked,
    idFingerprint,
    schoolId,
    cohort,
    classNo,
    id: registration.studentId,
    studentNumber,
    idCategory: registration.category,
    stage: registration.stage as Stage,
    status: 'enrolled',
    problem: registration.checkState === 'verification-failed' ? 1 : 0,
    claimNo: registration.claimNo,
    version: 1,
    createdAt: at,
    changedAt: at,
  };
}

function confirmClaim(
  province: Province,
  tx: Tx<ProvinceDb>,
  { id, claimNo }: RegistrationTable,
  studentNumber: string,
): void {
  if (claimNo !== null) province.outbox.queue(tx, 'hub', ConfirmClaim, { claimNo, application: id, studentNumber });
}
