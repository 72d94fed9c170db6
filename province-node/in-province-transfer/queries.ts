import { gradeTitle } from '../../contracts/orgs/org.ts';
import { sql } from 'kysely';
import type { SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import type { ChainStep } from '../../contracts/application.ts';
import type { Page, PageInput } from '../../contracts/core/page.ts';
import type {
  getInProvince,
  InProvinceDetail,
  InProvinceRow,
  listInProvince,
} from '../../contracts/in-province-transfer.ts';
import { IN_PROVINCE_TRANSFER } from '../../contracts/in-province-transfer.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { canonicaliseName, maskStudentNumber } from '../../contracts/people/names.ts';
import { shownValue } from '../../contracts/student-rules.ts';
import { must } from '../../shared/assert.ts';
import { getApplication } from '../../shared/chain/chain.ts';
import { viewApplication } from '../../shared/chain/inbox.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { withinScope } from '../../shared/org/scope.ts';
import { inOrderOf } from '../../shared/query/in-order.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { selectStudents } from '../student/queries.ts';

type Query = SelectQueryBuilder<ProvinceDb, 'in_province_transfer', object>;

/** 省内转学查询: of both sides, newest first. */
export function findTransfers(
  province: Province,
  { caller }: Call<ProvinceDb>,
  { direction, state, name, studentNumber, ...paging }: z.output<typeof listInProvince.input>,
): Promise<Page<{ id: string }>> {
  let query: Query = province.store.read.selectFrom('in_province_transfer').where(ofSide(caller, direction));
  if (state) query = query.where('in_province_transfer.state', '=', state);
  if (name) query = query.where('in_province_transfer.name', '=', canonicaliseName(name));
  if (studentNumber) query = query.where('in_province_transfer.studentNumber', '=', studentNumber);
  return pageOfIds(query, paging, '-appliedAt');
}

/** What waits for the caller, the one that was applied for first, first. */
export function findWaiting(
  province: Province,
  { caller }: Call<ProvinceDb>,
  paging: PageInput,
): Promise<Page<{ id: string }>> {
  const waiting = province.store.read
    .selectFrom('in_province_transfer')
    .where(({ eb, selectFrom }) =>
      eb(
        'in_province_transfer.id',
        'in',
        selectFrom('application')
          .select('application.id')
          .where('turnOrgId', '=', caller.org.id)
          .where('turnRole', '=', caller.role)
          .where('kind', '=', IN_PROVINCE_TRANSFER),
      ),
    );
  return pageOfIds(waiting, paging, 'appliedAt');
}

/** Either side in the caller's subtree, or one of them. */
function ofSide(caller: Caller, direction: 'in' | 'out' | undefined) {
  const [to, from] = [withinScope('toSchoolId', caller), withinScope('fromSchoolId', caller)];
  if (direction === 'in') return to;
  if (direction === 'out') return from;
  return sql<boolean>`(${to} or ${from})`;
}

function pageOfIds(query: Query, paging: PageInput, defaultSort: string): Promise<Page<{ id: string }>> {
  const sortable = { appliedAt: 'in_province_transfer.appliedAt', name: 'in_province_transfer.name' };
  const ordering = { sortable, defaultSort, unique: 'in_province_transfer.id' };
  return pageOf(query.select('in_province_transfer.id'), paging, ordering);
}

export async function showTransfers(
  province: Province,
  rows: readonly { id: string }[],
  caller: Caller,
): Promise<InProvinceRow[]> {
  const ids = rows.map(({ id }) => id);
  const found = await selectTransfers(province).where('transfer.id', 'in', ids).execute();
  return inOrderOf(ids, found).map((row) => rowOf(row, caller));
}

function selectTransfers({ store }: Province) {
  return store.read
    .selectFrom('in_province_transfer as transfer')
    .innerJoin('application', 'application.id', 'transfer.id')
    .innerJoin('org as fromSchool', 'fromSchool.id', 'transfer.fromSchoolId')
    .innerJoin('org as toSchool', 'toSchool.id', 'transfer.toSchoolId')
    .selectAll('transfer')
    .select(['fromSchool.name as fromSchoolName', 'toSchool.name as toSchoolName'])
    .select(['application.chain', 'application.position', 'application.turnAct', 'application.turnSince']);
}
type Selected = Awaited<ReturnType<ReturnType<typeof selectTransfers>['execute']>>[number];

function rowOf(row: Selected, caller: Caller): InProvinceRow {
  const { id, studentId, name, fromSchoolName, toSchoolName, appliedAt, state, turnAct, turnSince } = row;
  const step = state === 'in-review' ? (JSON.parse(row.chain) as ChainStep[])[row.position] : undefined;
  return {
    id,
    studentId,
    name,
    fromSchoolName,
    toSchoolName,
    appliedAt,
    state,
    turnAct,
    turnSince,
    studentNumber: maskStudentNumber(row.studentNumber),
    fromGradeName: gradeTitle(row.fromStage, row.fromCohort),
    toGradeName: gradeTitle(row.toStage, row.toCohort),
    turnOrgName: step?.orgName ?? null,
    mine: row.toSchoolId === caller.org.id,
  };
}

export async function detail(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof getInProvince.input>,
): Promise<InProvinceDetail> {
  const { read } = province.store;
  const found = await selectTransfers(province)
    .where('transfer.id', '=', id)
    .where(ofSide(call.caller, undefined))
    .executeTakeFirst();
  if (!found) throw new Problem('not-found', '没有这项省内转学申请');
  await call.decide(async (_tx, note) => note(id, '查看省内转学'));
  const selected = selectStudents(read).where('student.id', '=', found.studentId);
  const pupil = pupilOf(must(await selected.executeTakeFirst(), 'the pupil of a transfer'));
  // The school that they left does not follow them from here on.
  const left = { schoolName: found.fromSchoolName, gradeName: gradeTitle(found.fromStage, found.fromCohort) };
  return {
    transfer: rowOf(found, call.caller),
    pupil: { ...pupil, ...left },
    reason: found.reason,
    note: found.note,
    application: await viewApplication(read, await getApplication(read, id), call.caller),
  };
}

/** The pupil as either side may see them: the document masked. */
export function pupilOf(found: Awaited<ReturnType<ReturnType<typeof selectStudents>['execute']>>[number]) {
  const { name, birthDate, schoolName, status, stage, cohort, idNumberMasked } = found;
  return {
    name,
    birthDate,
    schoolName,
    status,
    studentNumber: maskStudentNumber(found.studentNumber),
    sex: shownValue('sex', found.sex),
    idType: shownValue('idType', found.idType),
    maskedIdNumber: idNumberMasked || null,
    gradeName: gradeTitle(stage, cohort),
  };
}
