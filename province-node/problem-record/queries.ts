import { sql } from 'kysely';
import type { SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import { REVIEW_WORKING_DAYS } from '../../contracts/application.ts';
import type { Page, PageInput } from '../../contracts/core/page.ts';
import { gradeTitle } from '../../contracts/orgs/org.ts';
import { canonicaliseName } from '../../contracts/people/names.ts';
import { kindsOfType } from '../../contracts/problem-record.ts';
import type { exportProblemRecords, listProblemRecords, ProblemRow } from '../../contracts/problem-record.ts';
import { turnOf } from '../../contracts/problem-rules.ts';
import { shownValue } from '../../contracts/student-rules.ts';
import { chinaDate } from '../../shared/clock.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { atOrBelow, withinScope } from '../../shared/org/scope.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import { workingDayAfter } from '../../shared/working-days.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Province } from '../context.ts';
import { fingerprintsOfNumber } from '../registration/form.ts';
import type { ProvinceDb } from '../schema.ts';
import { findGroups } from './group.ts';
import type { KeptGroup, KeptMember } from './group.ts';
import { lastHandlings } from './handling.ts';
import { turnNameOf } from './urge.ts';

type Conditions = z.output<typeof exportProblemRecords.input>;
type Listed = z.output<typeof listProblemRecords.input>;
type Query = SelectQueryBuilder<ProvinceDb, 'problem_record' | 'problem_group' | 'student', object>;

const sortable = {
  openedAt: 'problem_group.openedAt',
  turnSince: 'problem_group.turnSince',
  name: 'student.name',
};

/** 查询, the latest first. */
export function findRecords(province: Province, call: Call<ProvinceDb>, input: Listed): Promise<Page<Found>> {
  return pageOfFound(selectRecords(province, call.caller, input), input, '-openedAt');
}

/** 处理: whose turn it is at the caller's school, and nothing was handed in yet; who has waited longest, first. */
export function findTurns(province: Province, call: Call<ProvinceDb>, input: Listed): Promise<Page<Found>> {
  const query = selectRecords(province, call.caller, input)
    .where('problem_group.turnSchoolId', '=', call.caller.org.id)
    .where(isFree());
  return pageOfFound(query, input, 'turnSince');
}

/** Its turn, and no handling of it is under way. */
export function isFree() {
  return sql<boolean>`(problem_group."turnRecordId" = problem_record.id and problem_record.state = 'waiting'
    and not exists (select 1 from problem_handling where "recordId" = problem_record.id and state in ('in-review', 'sent')))`;
}

/** 审核: what waits for the caller. */
export function findReviews(province: Province, call: Call<ProvinceDb>, input: Listed): Promise<Page<Found>> {
  const query = selectRecords(province, call.caller, input).where(({ eb, selectFrom }) =>
    eb(
      'problem_record.id',
      'in',
      selectFrom('problem_handling')
        .innerJoin('application', 'application.id', 'problem_handling.id')
        .select('problem_handling.recordId')
        .where('application.turnOrgId', '=', call.caller.org.id)
        .where('application.turnRole', '=', call.caller.role)
        .where('problem_handling.state', '=', 'in-review'),
    ),
  );
  return pageOfFound(query, input, 'turnSince');
}

/** Problem records of this province, in the caller's scope, that the conditions select. */
function selectRecords({ store, vault, node }: Province, caller: Caller, given: Conditions): Query {
  const {
    reach,
    type,
    error,
    handling,
    locked,
    standing,
    origin,
    orgId,
    stage,
    cohort,
    name,
    studentNumber,
    idNumber,
  } = given;
  let query: Query = store.read
    .selectFrom('problem_record')
    .innerJoin('problem_group', 'problem_group.id', 'problem_record.groupId')
    .innerJoin('student', 'student.id', 'problem_record.studentId')
    .where('problem_record.province', '=', node)
    .where(withinScope('problem_record.schoolId', caller))
    .where('problem_group.owner', reach === 'cross-province' ? '=' : '!=', HUB);
  if (orgId) query = query.where(atOrBelow('problem_record.schoolId', orgId));
  if (type) query = query.where('problem_group.kind', 'in', kindsOfType[type]);
  if (error) query = query.where('problem_group.kind', '=', error);
  if (origin) query = query.where('problem_group.origin', '=', origin);
  if (handling) query = query.where('problem_record.handling', '=', handling);
  if (standing) query = query.where('problem_record.state', '=', standing);
  if (locked) query = query.where(locked === 'no' ? isFree() : sql<boolean>`not ${isFree()}`);
  if (stage) query = query.where('student.stage', '=', stage);
  if (cohort !== undefined) query = query.where('student.cohort', '=', cohort);
  if (name) query = query.where('student.name', '=', canonicaliseName(name));
  if (studentNumber) query = query.where('student.studentNumber', '=', studentNumber);
  if (idNumber) query = query.where('student.idFingerprint', 'in', fingerprintsOfNumber(vault, idNumber));
  return query;
}

interface Found {
  id: string;
  groupId: string;
}

function pageOfFound(query: Query, paging: PageInput, defaultSort: string): Promise<Page<Found>> {
  const ordering = { sortable, defaultSort, unique: 'problem_record.id' };
  return pageOf(query.select(['problem_record.id', 'problem_record.groupId']), paging, ordering);
}

/** In the order in which they were found. */
export async function showRecords(province: Province, found: readonly Found[]): Promise<ProblemRow[]> {
  const { read } = province.store;
  const groups = await findGroups(province, read, [...new Set(found.map(({ groupId }) => groupId))]);
  const handlings = await lastHandlings(
    read,
    found.map(({ id }) => id),
  );
  return found.flatMap(({ id, groupId }) => {
    const group = groups.get(groupId);
    const member = group?.members.find((one) => one.id === id);
    if (!group || !member) return [];
    const handling = handlings.get(id);
    const isOpen = handling?.state === 'in-review' || handling?.state === 'sent';
    return [rowOf(province, group, member, isOpen ? handling : undefined)];
  });
}

function rowOf(
  { clock }: Province,
  group: KeptGroup,
  member: KeptMember,
  open: { id: string; state: string; handling: ProblemRow['handling'] } | undefined,
): ProblemRow {
  const { id, studentId, name, stage, cohort, classNo, studentNumber, schoolId, schoolName, state, lost } = member;
  const gradeName = gradeTitle(stage, cohort);
  const isFreeNow = turnOf(group) === studentId && state === 'waiting' && !open;
  return {
    id,
    studentId,
    name,
    studentNumber,
    schoolId,
    schoolName,
    gradeName,
    lost,
    groupId: group.id,
    kind: group.kind,
    origin: group.origin,
    sex: shownValue('sex', member.sex),
    idType: shownValue('idType', member.idType),
    idNumber: member.maskedIdentity,
    className: classNo === '' ? null : `${gradeName}${Number(classNo)}班`,
    state: open && state === 'waiting' ? 'in-review' : state,
    handling: open?.handling ?? member.handling,
    groupState: group.state,
    locked: !isFreeNow,
    turnName: turnNameOf(group),
    ...dueOf(clock.now(), group),
    applicationId: open?.state === 'in-review' ? open.id : null,
    openedAt: group.openedAt,
  };
}

/** Ten working days a party (《中小学生学籍管理办法》, as for transfers); what is late is shown, nothing is decided by it. */
export function dueOf(
  nowMs: number,
  { state, turnSince }: Pick<KeptGroup, 'state' | 'turnSince'>,
): { turnSince: string; dueOn: string | null; isLate: boolean } {
  if (state === 'closed') return { turnSince, dueOn: null, isLate: false };
  const dueOn = workingDayAfter(chinaDate(Date.parse(turnSince)), REVIEW_WORKING_DAYS);
  return { turnSince, dueOn, isLate: chinaDate(nowMs) > dueOn };
}
