import type { Sex } from '../../contracts/codes/sex.ts';
import type { IdType } from '../../contracts/codes/id-type.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { concernsIdentity, identityKeyOfValues, laidOver, numberAfter } from '../../contracts/key-change-rules.ts';
import { changedFields, keyValuesOf, shownChanges } from '../../contracts/key-data.ts';
import type { KeyValues } from '../../contracts/key-data.ts';
import { gradeTitle } from '../../contracts/orgs/org.ts';
import { idCategoryOf } from '../../contracts/people/id-document.ts';
import { maskIdNumber, maskName } from '../../contracts/people/names.ts';
import { formalNumber, nextTemporarySerial, temporaryNumber } from '../../contracts/people/student-number.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { findOrg } from '../../shared/org/table.ts';
import { changeIdentity } from '../identity/change.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeStudent, openedForm } from '../student/change.ts';
import { keepEvents } from '../student/events.ts';
import { findByStudentNumber, takeTemporarySerial } from '../student/table.ts';
import type { StudentTable } from '../student/table.ts';
import { formWith } from './rules.ts';

/** What was approved, by whichever business: the new values, and what the hub has granted and verified of them. */
export interface ApprovedChange {
  /** The application that was approved. */
  id: string;
  studentId: string;
  /** Only what changes, or all key data. */
  values: KeyValues;
  /** The claim of the new identity, the record's own when it stays; null without a document, or when nothing was asked. */
  claimNo: number | null;
  /** Whether the population registry knows name and number together. */
  isVerified: boolean;
}

/**
 * The record as it is from now on, in the approving decision (features 6.4): number, form, version and summary follow, the hub
 * exchanges the identities, and 学籍变动情况 tells it. Done once more after a restore it changes nothing else. Answers the student
 * number. Throws `number-taken`, `illegal-move` for a record that is not in custody.
 */
export async function applyKeyChange(
  province: Province,
  tx: Tx<ProvinceDb>,
  approved: ApprovedChange,
): Promise<string> {
  const { id, studentId, claimNo, isVerified } = approved;
  const student = await tx.selectFrom('student').selectAll().where('id', '=', studentId).executeTakeFirstOrThrow();
  const formBefore = await openedForm(province, tx, studentId);
  const before = keyValuesOf(formBefore, student);
  const after = laidOver(before, approved.values);
  const ofIdentity = concernsIdentity(changedFields(before, after)) || claimNo !== null;
  const studentNumber = await numberOf(tx, student, after, isVerified);
  const columns = { ...columnsOf(province, after), studentNumber };
  const settled = ofIdentity ? { claimNo } : {};
  const form = formWith(formBefore, after);
  if (ofIdentity)
    await changeIdentity(province, tx, {
      studentId,
      studentNumber,
      claimNo,
      application: id,
      before: student.claimNo,
      name: columns.name,
    });
  await changeStudent(province, tx, studentId, {
    openBusiness: null,
    key: { columns: { ...columns, ...settled }, form },
  });
  await keepEvent(province, tx, id, student, before, after);
  return studentNumber;
}

function columnsOf({ vault }: Province, after: KeyValues) {
  const key = identityKeyOfValues(after);
  const idType = must(after.idType, 'id type') as IdType;
  return {
    name: must(after.name, 'name'),
    sex: must(after.sex, 'sex'),
    birthDate: must(after.birthDate, 'birth date'),
    idType,
    idCategory: idCategoryOf(idType),
    idNumberMasked: maskIdNumber(after.idNumber ?? ''),
    idFingerprint: key === null ? null : vault.fingerprint(key),
    cohort: Number(after.cohort),
    classNo: after.classNo ?? '',
  };
}

async function numberOf(
  tx: Tx<ProvinceDb>,
  { studentNumber, schoolId }: StudentTable,
  { idType, idNumber, birthDate, sex }: KeyValues,
  isVerified: boolean,
): Promise<string> {
  const what = numberAfter(studentNumber, idCategoryOf(idType as IdType), isVerified);
  if (what === 'keep') return studentNumber;
  if (what === 'formal') {
    const number = formalNumber(must(idNumber, 'id number of a verified pupil'));
    await mustBeFree(tx, number);
    return number;
  }
  const { regionCode } = must(await findOrg(tx, schoolId), 'the school of a record');
  const key = { regionCode, birthDate: must(birthDate, 'birth date'), sex: must(sex, 'sex') };
  const serial = await takeTemporarySerial(tx, key, (last) => nextTemporarySerial(last, key.sex as Sex));
  return temporaryNumber(regionCode, key.birthDate, serial);
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

async function keepEvent(
  province: Province,
  tx: Tx<ProvinceDb>,
  id: string,
  { id: studentId, schoolId, stage, cohort }: StudentTable,
  before: KeyValues,
  after: KeyValues,
): Promise<void> {
  const steps = tx.selectFrom('application_step').select(['act', 'orgName', 'personName', 'opinion', 'at']);
  await keepEvents(province, tx, studentId, [
    {
      id,
      act: 'key-changed',
      at: isoTime(province.clock.now()),
      provinceName: province.province.name,
      schoolName: must(await findOrg(tx, schoolId), 'the school of a record').name,
      gradeName: gradeTitle(stage, cohort),
      toProvinceName: null,
      toSchoolName: null,
      toGradeName: null,
      changes: shownChanges(before, after, stage),
      steps: await steps.where('applicationId', '=', id).orderBy('ordinal').execute(),
    },
  ]);
}
