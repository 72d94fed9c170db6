import type { SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import type { ChainStep } from '../../contracts/application.ts';
import type { ClaimHolder } from '../../contracts/claim.ts';
import type { Page, PageInput } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type {
  exportKeyChanges,
  getKeyChange,
  KeyChangeDetail,
  KeyChangeRow,
  listKeyChanges,
  listWaitingKeyChanges,
  revealKeyChange,
} from '../../contracts/key-change.ts';
import { KEY_CHANGE } from '../../contracts/key-change-kind.ts';
import { keyFieldTitles, shownChanges } from '../../contracts/key-data.ts';
import type { KeyField } from '../../contracts/key-data.ts';
import { gradeTitle } from '../../contracts/orgs/org.ts';
import { canonicaliseName, maskStudentNumber } from '../../contracts/people/names.ts';
import { must } from '../../shared/assert.ts';
import { getApplication } from '../../shared/chain/chain.ts';
import { viewApplication } from '../../shared/chain/inbox.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { areaOf, inArea } from '../../shared/org/area.ts';
import { withinScope } from '../../shared/org/scope.ts';
import { inOrderOf } from '../../shared/query/in-order.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Province } from '../context.ts';
import { pupilOf } from '../in-province-transfer/queries.ts';
import type { ProvinceDb } from '../schema.ts';
import { selectStudents } from '../student/queries.ts';
import { deniedByRegistry } from './review.ts';
import { openValues } from './table.ts';

type Conditions = z.output<typeof exportKeyChanges.input>;
type Query = SelectQueryBuilder<ProvinceDb, 'key_change', object>;

/** 关键数据变更查询, newest first. */
export function findChanges(
  province: Province,
  { caller }: Call<ProvinceDb>,
  { page, pageSize, sort, ...conditions }: z.output<typeof listKeyChanges.input>,
): Promise<Page<{ id: string }>> {
  return matching(province, caller, conditions, { page, pageSize, sort }, '-appliedAt');
}

/** What waits for the caller, the one that was applied for first, first. */
export function findWaiting(
  province: Province,
  { caller }: Call<ProvinceDb>,
  { page, pageSize, sort, act, ...conditions }: z.output<typeof listWaitingKeyChanges.input>,
): Promise<Page<{ id: string }>> {
  const waits = (query: Query): Query =>
    query.where(({ eb, selectFrom }) =>
      eb(
        'key_change.id',
        'in',
        selectFrom('application')
          .select('application.id')
          .where('turnOrgId', '=', caller.org.id)
          .where('turnRole', '=', caller.role)
          .where('kind', '=', KEY_CHANGE)
          .where('turnAct', '=', act),
      ),
    );
  return matching(province, caller, conditions, { page, pageSize, sort }, 'appliedAt', waits);
}

async function matching(
  province: Province,
  caller: Caller,
  { orgId, name, studentNumber, checkState, state }: Conditions,
  paging: PageInput,
  defaultSort: string,
  also: (query: Query) => Query = (query) => query,
): Promise<Page<{ id: string }>> {
  const area = await areaOf(province.store.read, caller, orgId);
  if (!area) return { rows: [], total: 0 };
  const all = province.store.read.selectFrom('key_change').where(inArea('key_change.schoolId', area, true));
  let query = also(all);
  if (name) query = query.where('key_change.name', '=', canonicaliseName(name));
  if (studentNumber) query = query.where('key_change.studentNumber', '=', studentNumber);
  if (checkState) query = query.where('key_change.checkState', '=', checkState);
  if (state) query = query.where('key_change.state', '=', state);
  const sortable = { appliedAt: 'key_change.appliedAt', name: 'key_change.name' };
  return pageOf(query.select('key_change.id'), paging, { sortable, defaultSort, unique: 'key_change.id' });
}

export async function showChanges(
  province: Province,
  rows: readonly { id: string }[],
  caller: Caller,
): Promise<KeyChangeRow[]> {
  const ids = rows.map(({ id }) => id);
  const found = await selectChanges(province).where('change.id', 'in', ids).execute();
  return inOrderOf(ids, found).map((row) => rowOf(row, caller));
}

function selectChanges({ store }: Province) {
  return store.read
    .selectFrom('key_change as change')
    .innerJoin('application', 'application.id', 'change.id')
    .innerJoin('org', 'org.id', 'change.schoolId')
    .selectAll('change')
    .select(['org.name as schoolName', 'application.blocked', 'application.chain', 'application.position'])
    .select(['application.turnAct', 'application.turnSince'])
    .select((eb) =>
      eb
        .selectFrom('application_step')
        .select('opinion')
        .whereRef('applicationId', '=', 'change.id')
        .where('act', '=', 'return')
        .orderBy('ordinal', 'desc')
        .limit(1)
        .as('returnedWith'),
    );
}
type Selected = Awaited<ReturnType<ReturnType<typeof selectChanges>['execute']>>[number];

function rowOf(row: Selected, caller: Caller): KeyChangeRow {
  const { id, studentId, name, schoolId, schoolName, checkState, state, turnAct, turnSince, appliedAt } = row;
  const step = state === 'in-review' ? (JSON.parse(row.chain) as ChainStep[])[row.position] : undefined;
  return {
    id,
    studentId,
    name,
    schoolId,
    schoolName,
    checkState,
    state,
    turnAct,
    turnSince,
    appliedAt,
    studentNumber: maskStudentNumber(row.studentNumber),
    idNumber: row.idNumberMasked,
    gradeName: gradeTitle(row.stage, row.cohort),
    items: (JSON.parse(row.fields) as KeyField[]).map((field) => keyFieldTitles[field]).join('、'),
    holder: row.holder === null ? null : (JSON.parse(row.holder) as ClaimHolder),
    blocked: state === 'in-review' ? row.blocked : null,
    ofProblem: row.problemGroup !== null,
    turnOrgName: state === 'returned' ? schoolName : (step?.orgName ?? null),
    returnedWith: state === 'returned' ? row.returnedWith : null,
    mine: schoolId === caller.org.id,
  };
}

async function findWithin(province: Province, caller: Caller, id: string): Promise<Selected> {
  const found = await selectChanges(province)
    .where('change.id', '=', id)
    .where(withinScope('change.schoolId', caller))
    .executeTakeFirst();
  if (!found) throw new Problem('not-found', '没有这项关键数据变更申请');
  return found;
}

export async function detail(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof getKeyChange.input>,
): Promise<KeyChangeDetail> {
  const { store, vault } = province;
  const found = await findWithin(province, call.caller, id);
  await call.decide(async (_tx, note) => note(id, '查看关键数据变更'));
  const selected = selectStudents(store.read).where('student.id', '=', found.studentId);
  const pupil = pupilOf(must(await selected.executeTakeFirst(), 'the pupil of a change'));
  const { before, after, note: remark } = await openValues(store.read, vault, id);
  const application = await getApplication(store.read, id);
  const against = await deniedByRegistry(store.read, [application]);
  return {
    change: rowOf(found, call.caller),
    pupil,
    items: shownChanges(before, after, found.stage),
    note: remark,
    numberAfter: found.numberAfter && maskStudentNumber(found.numberAfter),
    application: await viewApplication(store.read, application, call.caller, against),
  };
}

export async function reveal(
  province: Province,
  call: Call<ProvinceDb>,
  { id, reason }: z.output<typeof revealKeyChange.input>,
): Promise<z.input<typeof revealKeyChange.output>> {
  await findWithin(province, call.caller, id);
  await call.decide(async (_tx, note) => note(id, `查看变更前后完整号码，原因：${reason}`));
  const { before, after } = await openValues(province.store.read, province.vault, id);
  return { before: before.idNumber ?? null, after: after.idNumber ?? null };
}
