import type { Sex } from '../../contracts/codes/sex.ts';
import { ConfirmClaim, ReleaseClaim } from '../../contracts/claim.ts';
import { RecordSummarised } from '../../contracts/national-index.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import { formalNumber, nextTemporarySerial, temporaryNumber } from '../../contracts/people/student-number.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Application } from '../../shared/chain/rules.ts';
import { isoTime } from '../../shared/clock.ts';
import { must } from '../../shared/assert.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import { openProblemRecords } from '../problem-record/table.ts';
import type { ProblemKind } from '../problem-record/table.ts';
import type { ProvinceDb } from '../schema.ts';
import { insertStudent, takeTemporarySerial } from '../student/table.ts';
import type { StudentTable } from '../student/table.ts';
import { deservesFormalNumber } from './rules.ts';
import { identityKeyOf } from './form.ts';
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
  const at = isoTime(province.clock.now());
  const ids = applications.map((application) => application.id);
  const registrations = await tx.selectFrom('registration').selectAll().where('id', 'in', ids).execute();
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
  for (const registration of registrations) {
    const school = must(schoolOf.get(registration.schoolId), 'school of a registration');
    const form = JSON.parse(province.vault.open(registration.form)) as StudentForm;
    const studentNumber = await assignNumber(tx, registration, school.regionCode, form);
    const student = studentOf(registration, studentNumber, at);
    await insertStudent(tx, student);
    await tx
      .updateTable('registration')
      .set({ studentNumber, openFingerprint: null })
      .where('id', '=', registration.id)
      .execute();
    tellHub(province, tx, registration, student, school.name, form);
  }
  await openProblemRecords(
    tx,
    registrations
      .filter((registration) => registration.checkState === 'verification-failed')
      .map(({ studentId, schoolId, verification }) => ({
        id: province.ids.next(),
        studentId,
        schoolId,
        kind: verification as ProblemKind,
        origin: 'new' as const,
        openedAt: at,
      })),
  );
}

/** The application ended without a record: the identity is free again, here and at the hub. */
export function releaseClaim(
  province: Province,
  tx: Tx<ProvinceDb>,
  registration: Pick<RegistrationTable, 'id' | 'claimNo'>,
): void {
  if (registration.claimNo !== null)
    province.outbox.queue(tx, 'hub', ReleaseClaim, { claimNo: registration.claimNo, application: registration.id });
}

async function assignNumber(
  tx: Tx<ProvinceDb>,
  registration: RegistrationTable,
  regionCode: string,
  form: StudentForm,
): Promise<string> {
  if (deservesFormalNumber(registration.category, registration.checkState))
    return formalNumber(must(form.idNumber, 'id number of a verified pupil'));
  const { birthDate, sex } = registration;
  const serial = await takeTemporarySerial(tx, { regionCode, birthDate, sex }, (last) =>
    nextTemporarySerial(last, sex as Sex),
  );
  return temporaryNumber(regionCode, birthDate, serial);
}

function studentOf(registration: RegistrationTable, studentNumber: string, at: string): StudentTable {
  const { name, sex, birthDate, idType, idNumberMasked, idFingerprint, form, schoolId, cohort, classNo } = registration;
  return {
    name,
    sex,
    birthDate,
    idType,
    idNumberMasked,
    idFingerprint,
    form,
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

function tellHub(
  province: Province,
  tx: Tx<ProvinceDb>,
  registration: RegistrationTable,
  student: StudentTable,
  schoolName: string,
  form: StudentForm,
): void {
  const { studentNumber, name, sex, birthDate, idType, schoolId, stage, cohort, status, claimNo, version } = student;
  if (claimNo !== null)
    province.outbox.queue(tx, 'hub', ConfirmClaim, { claimNo, application: registration.id, studentNumber });
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
    studentId: student.id,
    identityKey: identityKeyOf(form),
    problem: student.problem === 1,
    changedAt: student.changedAt,
  });
}
