import { gradeTitle } from '../../contracts/orgs/org.ts';
import { excludes } from '../../contracts/exclusive-business.ts';
import type { ProblemKind } from '../../contracts/problem-rules.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { findOrg } from '../../shared/org/table.ts';
import type { Kysely } from 'kysely';
import type { Province } from '../context.ts';
import { noteEndedClaim } from '../identity/table.ts';
import { findOpenBusiness } from '../student/open-business.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeStudent } from '../student/change.ts';
import { keepEvents } from '../student/events.ts';
import { actOn } from './act.ts';
import { bySystem } from './change-group.ts';
import { findGroups } from './group.ts';

/** Why a record cannot be deleted now, as Chinese text: what is open on it would lose what it is about. */
export async function reasonAgainstRemoving(db: Kysely<ProvinceDb>, studentId: string): Promise<string | undefined> {
  const student = await db
    .selectFrom('student')
    .select(['custody', 'status'])
    .where('id', '=', studentId)
    .executeTakeFirst();
  if (!student) return '该生学籍已不在本省';
  if (student.status === 'deleted') return '该生学籍已删除';
  if (student.custody !== 'active') return '该生学籍正在调往外省或已调出，不能删除';
  const open = await findOpenBusiness(db, studentId);
  return open && excludes(open.kind, 'problem-delete')
    ? `该生有正在办理的“${open.title}”（${open.schoolName}），请先撤销或办结，再删除学籍`
    : undefined;
}

/**
 * 删除 (features 2.5): the record leaves every list and stays readable by its id, with its history. Its other groups are left as
 * well. `applicationId` is what decided it.
 */
export async function removeRecord(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  applicationId: string,
): Promise<void> {
  const students = tx.selectFrom('student').selectAll().where('id', '=', studentId);
  const { schoolId, stage, cohort, status, claimNo } = must(await students.executeTakeFirst(), 'the record');
  if (status === 'deleted') return;
  await changeStudent(province, tx, studentId, { openBusiness: null, marks: { status: 'deleted', problem: 0 } });
  // The hub ends the claim with the group that it is told; a restored one hears it from here.
  if (claimNo !== null) await noteEndedClaim(tx, { claimNo, studentId });
  const steps = tx.selectFrom('application_step').select(['act', 'orgName', 'personName', 'opinion', 'at']);
  await keepEvents(province, tx, studentId, [
    {
      id: applicationId,
      act: 'deleted',
      at: isoTime(province.clock.now()),
      provinceName: province.province.name,
      schoolName: must(await findOrg(tx, schoolId), 'a school').name,
      gradeName: gradeTitle(stage, cohort),
      toProvinceName: null,
      toSchoolName: null,
      toGradeName: null,
      steps: await steps.where('applicationId', '=', applicationId).orderBy('ordinal').execute(),
    },
  ]);
  await leaveGroups(province, tx, studentId, 'delete', '该学籍已删除');
}

/** What has happened to a record is true for every open group that it is still in. */
export async function leaveGroups(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  handling: 'change' | 'delete',
  opinion: string,
  isLeft: (group: { id: string; kind: ProblemKind }) => boolean = () => true,
): Promise<void> {
  const others = await tx
    .selectFrom('problem_record')
    .innerJoin('problem_group', 'problem_group.id', 'problem_record.groupId')
    .select(['problem_group.id', 'kind'])
    .where('problem_record.studentId', '=', studentId)
    .where('problem_record.state', 'not in', ['changed', 'deleted'])
    .where('problem_group.state', '!=', 'closed')
    .execute();
  const left = others.filter(isLeft).map(({ id }) => id);
  for (const group of (await findGroups(province, tx, left)).values())
    await actOn(province, tx, group, { ...bySystem, act: 'carry-out', studentId, handling, opinion, done: true });
}
