import { gradeTitle } from '../../contracts/orgs/org.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { must } from '../../shared/assert.ts';
import type { ReviewedBusiness } from '../../shared/chain/chain.ts';
import type { Application } from '../../shared/chain/rules.ts';
import { isoTime } from '../../shared/clock.ts';
import { tablesOf } from '../../shared/db/tables-of.ts';
import type { Tx } from '../../shared/db/store.ts';
import { findOrg } from '../../shared/org/table.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeStudent } from '../student/change.ts';
import { keepEvents } from '../student/events.ts';
import { inProvinceChains } from './chains.ts';
import { getInProvinceRow, IN_PROVINCE_TRANSFERS } from './table.ts';
import type { InProvinceTransferTable } from './table.ts';
import { tellBothSides } from './told.ts';

/** The decisions of people on either side. Refused, it ends with the opinion; approved by all, the record moves at once. */
export const reviewedInProvince: ReviewedBusiness<Province> = {
  ...inProvinceChains,
  topic: IN_PROVINCE_TRANSFERS,
  refused: 'refuse',
  async onDecided(province, tx, applications) {
    for (const application of applications) await decided(province, tx as Tx<ProvinceDb>, application);
  },
  async namesOf(db, ids) {
    const rows = tablesOf<ProvinceDb>(db)
      .selectFrom('in_province_transfer')
      .select(['id', 'name'])
      .where('id', 'in', ids);
    return new Map((await rows.execute()).map(({ id, name }) => [id, name]));
  },
};

async function decided(province: Province, tx: Tx<ProvinceDb>, { id, state }: Application): Promise<void> {
  const transfer = await getInProvinceRow(tx, id);
  tellBothSides(province, tx, transfer);
  if (state === 'in-review') return;
  await tx.updateTable('in_province_transfer').set({ state }).where('id', '=', id).execute();
  if (state === 'approved') await move(province, tx, transfer);
  else await changeStudent(province, tx, transfer.studentId, { openBusiness: null });
}

/** In the decision of the last approval: the pupil is the other school's, to be given a class (待分班). */
async function move(province: Province, tx: Tx<ProvinceDb>, transfer: InProvinceTransferTable): Promise<void> {
  const { id, studentId, fromSchoolId, toSchoolId, toStage, toCohort, fromStage, fromCohort } = transfer;
  const before = await tx
    .selectFrom('student')
    .select(['schoolId', 'problem'])
    .where('id', '=', studentId)
    .executeTakeFirst();
  if (before?.schoolId !== fromSchoolId)
    throw new Problem('not-approvable', '该生学籍已不在转出学校，不能转入；请审核不通过，由转入学校重新申请');
  if (before.problem === 1)
    throw new Problem(
      'not-approvable',
      '该生已成为问题学籍，处理完毕后才能转入；也可以审核不通过，由转入学校以后重新申请',
    );
  const to = { schoolId: toSchoolId, stage: toStage, cohort: toCohort, classNo: '', status: 'enrolled' as const };
  await changeStudent(province, tx, studentId, { openBusiness: null, to });
  const nameOf = async (schoolId: string): Promise<string> => must(await findOrg(tx, schoolId), 'a school').name;
  const steps = tx.selectFrom('application_step').select(['act', 'orgName', 'personName', 'opinion', 'at']);
  await keepEvents(province, tx, studentId, [
    {
      id,
      act: 'transferred',
      at: isoTime(province.clock.now()),
      provinceName: province.province.name,
      schoolName: await nameOf(fromSchoolId),
      gradeName: gradeTitle(fromStage, fromCohort),
      toProvinceName: province.province.name,
      toSchoolName: await nameOf(toSchoolId),
      toGradeName: gradeTitle(toStage, toCohort),
      steps: await steps.where('applicationId', '=', id).orderBy('ordinal').execute(),
    },
  ]);
}
