import type { z } from 'zod';
import type { Sex } from '../../contracts/codes/sex.ts';
import { gradeTitle } from '../../contracts/orgs/org.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import { nextTemporarySerial, temporaryNumber } from '../../contracts/people/student-number.ts';
import type { RenumberRecord } from '../../contracts/problem-group.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { findOrg } from '../../shared/org/table.ts';
import type { Province } from '../context.ts';
import { changeIdentity } from '../identity/change.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeStudent, openedForm } from '../student/change.ts';
import { keepEvents } from '../student/events.ts';
import { findOpenBusiness } from '../student/open-business.ts';
import { takeTemporarySerial } from '../student/table.ts';
import type { StudentTable } from '../student/table.ts';

/**
 * The numbers of these records are other pupils', who were there first (features 2.1): each is given a temporary one, as a load gives it
 * inside the province (number.ts). What came twice, or late, finds another number and changes nothing; a record that is on its way to
 * another province is left to the audit.
 */
export async function numbersTaken(
  province: Province,
  tx: Tx<ProvinceDb>,
  orders: ReadonlyArray<z.output<typeof RenumberRecord.item>>,
): Promise<void> {
  for (const { studentId, studentNumber } of orders) {
    const student = await tx.selectFrom('student').selectAll().where('id', '=', studentId).executeTakeFirst();
    if (student?.studentNumber !== studentNumber || student.custody !== 'active') continue;
    await renumber(province, tx, student);
  }
}

async function renumber(province: Province, tx: Tx<ProvinceDb>, student: StudentTable): Promise<void> {
  const { id: studentId, name, schoolId, birthDate, sex, claimNo, stage, cohort, studentNumber: before } = student;
  const school = must(await findOrg(tx, schoolId), 'the school of a record');
  const key = { regionCode: school.regionCode, birthDate, sex };
  const serial = await takeTemporarySerial(tx, key, (last) => nextTemporarySerial(last, sex as Sex));
  const studentNumber = temporaryNumber(school.regionCode, birthDate, serial);
  const id = province.ids.next();
  await changeIdentity(province, tx, { studentId, studentNumber, claimNo, application: id, before: claimNo, name });
  await changeStudent(province, tx, studentId, {
    openBusiness: (await findOpenBusiness(tx, studentId))?.title ?? null,
    key: { columns: { studentNumber }, form: await openedForm(province, tx, studentId) },
  });
  const at = isoTime(province.clock.now());
  const opinion = `原学籍号 ${maskStudentNumber(before)} 已属于另一名学生`;
  await keepEvents(province, tx, studentId, [
    {
      id,
      at,
      act: 'renumbered',
      provinceName: province.province.name,
      schoolName: school.name,
      gradeName: gradeTitle(stage, cohort),
      toProvinceName: null,
      toSchoolName: null,
      toGradeName: null,
      steps: [{ act: 'approve', orgName: '教育部', personName: '系统', opinion, at }],
    },
  ]);
}
