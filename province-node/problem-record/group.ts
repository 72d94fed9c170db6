import type { Kysely } from 'kysely';
import type { GroupMember, ProblemGroup } from '../../contracts/problem-group.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import type { GroupStanding } from '../../contracts/problem-rules.ts';
import { groupBy } from '../../shared/group-by.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import { must } from '../../shared/assert.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import type { AboutMember, ProblemGroupTable, ProblemRecordTable } from './table.ts';

/** A member with the id of its problem record. */
export interface KeptMember extends GroupMember {
  id: string;
  /** Of a record of this province; '' of others. */
  classNo: string;
}

/** A group as this node knows it, without what happened in it. */
export interface KeptGroup extends Omit<ProblemGroup, 'members' | 'events'> {
  members: KeptMember[];
}

export function isHubs({ owner }: Pick<KeptGroup, 'owner'>): boolean {
  return owner === HUB;
}

/** The groups of these ids, those of this province's records as they are now. */
export async function findGroups(
  { node, province }: Pick<Province, 'node' | 'province'>,
  db: Kysely<ProvinceDb>,
  ids: readonly string[],
): Promise<Map<string, KeptGroup>> {
  if (ids.length === 0) return new Map();
  const groups = await db.selectFrom('problem_group').selectAll().where('id', 'in', ids).execute();
  const records = await db.selectFrom('problem_record').selectAll().where('groupId', 'in', ids).orderBy('id').execute();
  const here = records.filter((record) => record.province === node).map(({ studentId }) => studentId);
  const living = await describeStudents(db, province.name, here);
  const members = groupBy(records, ({ groupId }) => groupId);
  return new Map(
    groups.map((group) => [
      group.id,
      groupOf(
        group,
        (members.get(group.id) ?? []).map((record) => memberOf(record, living.get(record.studentId))),
      ),
    ]),
  );
}

export async function findGroup(
  province: Pick<Province, 'node' | 'province'>,
  db: Kysely<ProvinceDb>,
  id: string,
): Promise<KeptGroup | undefined> {
  return (await findGroups(province, db, [id])).get(id);
}

/** The group of a problem record, and the record in it. */
export async function getGroupOfRecord(
  province: Pick<Province, 'node' | 'province'>,
  db: Kysely<ProvinceDb>,
  recordId: string,
): Promise<{ group: KeptGroup; member: KeptMember }> {
  const records = db.selectFrom('problem_record').select('groupId').where('id', '=', recordId);
  const found = await records.executeTakeFirst();
  const group = found && (await findGroup(province, db, found.groupId));
  const member = group?.members.find(({ id }) => id === recordId);
  if (!group || !member) throw new Problem('not-found', '没有这条问题学籍');
  return { group, member };
}

function groupOf(row: ProblemGroupTable, members: KeptMember[]): KeptGroup {
  const { turnRecordId: _r, turnSchoolId: _s, toldRevision: _t, ...group } = row;
  return { ...group, members };
}

type Living = AboutMember & { schoolId: string; classNo: string };

function memberOf(record: ProblemRecordTable, living: Living | undefined): KeptMember {
  const { groupId: _g, about, evidence, lost, ...rest } = record;
  const known = living ?? { ...(JSON.parse(about) as AboutMember), schoolId: record.schoolId, classNo: '' };
  return { ...rest, ...known, lost: lost === 1, evidence: JSON.parse(evidence) as GroupMember['evidence'] };
}

/** What both sides may see of these records (`GroupMember`), by student. */
export async function describeStudents(
  db: Kysely<ProvinceDb>,
  provinceName: string,
  studentIds: readonly string[],
): Promise<Map<string, Living>> {
  if (studentIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('student')
    .innerJoin('org', 'org.id', 'student.schoolId')
    .select(['student.id', 'student.schoolId', 'org.name as schoolName', 'stage', 'cohort', 'classNo', 'student.name'])
    .select(['sex', 'birthDate', 'idType', 'idNumberMasked as maskedIdentity', 'studentNumber', 'status'])
    .where('student.id', 'in', studentIds)
    .execute();
  return new Map(
    rows.map(({ id, studentNumber, ...row }) => [
      id,
      { ...row, provinceName, studentNumber: maskStudentNumber(studentNumber) },
    ]),
  );
}

export function aboutOf(member: GroupMember): AboutMember {
  const { provinceName, schoolName, stage, cohort, name, sex, birthDate, idType, maskedIdentity, ...rest } = member;
  const { studentNumber, status } = rest;
  return {
    ...{ provinceName, schoolName, stage, cohort, name, sex, birthDate, idType, maskedIdentity },
    studentNumber,
    status,
  };
}

/** The group after a rule has judged it: what the rules do not know of its members stays. */
export function withStanding(group: KeptGroup, standing: GroupStanding): KeptGroup {
  const members = standing.members.map((after) => ({
    ...must(
      group.members.find(({ studentId }) => studentId === after.studentId),
      'a member of the group',
    ),
    state: after.state,
    lost: after.lost,
  }));
  return { ...group, state: standing.state, revision: standing.revision, members };
}
