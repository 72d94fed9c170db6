import { joined } from '../../contracts/problem-rules.ts';
import type { ProblemKind, ProblemOrigin } from '../../contracts/problem-rules.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { must } from '../../shared/assert.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import type { StudentTable } from '../student/table.ts';
import { addEvents, arbiterOf, bySystem, changeGroup, saveGroup, tellGroupPages, tellHub } from './change-group.ts';
import { describeStudents, findGroup } from './group.ts';
import type { KeptGroup, KeptMember } from './group.ts';
import { markProblems } from './marks.ts';

export interface NewGroup {
  /** Given by what found it, such as the registration: found twice, it is opened once. */
  id: string;
  kind: ProblemKind;
  origin: ProblemOrigin;
  /** Records of this province, with when each was registered or last changed its key data (ISO instant). */
  members: ReadonlyArray<{ studentId: string; since: string; claimNo: number | null }>;
}

/**
 * Opens groups of records of this province alone, which are its own (features 2.1), and tells the hub. The records are there, and
 * become problem records. For every business that finds problems: registration, the legacy load, key-data changes.
 */
export async function openGroups(province: Province, tx: Tx<ProvinceDb>, groups: readonly NewGroup[]): Promise<void> {
  const ids = [...new Set(groups.flatMap(({ members }) => members.map(({ studentId }) => studentId)))];
  const living = await describeStudents(tx, province.province.name, ids);
  for (const { id, kind, origin, members } of groups) {
    if (await findGroup(province, tx, id)) continue;
    const at = isoTime(province.clock.now());
    const kept = members.map(({ studentId, since, claimNo }): KeptMember => ({
      ...must(living.get(studentId), 'a record of the group'),
      id: province.ids.next(),
      studentId,
      since,
      claimNo: claimNo ?? 0,
      province: province.node,
      state: 'waiting',
      lost: false,
      handling: null,
      evidence: [],
    }));
    const opened = {
      owner: province.node,
      state: 'open',
      revision: 1,
      openedAt: at,
      turnSince: at,
      closedAt: null,
    } as const;
    const group: KeptGroup = { ...opened, id, kind, origin, members: kept, ...(await arbiterOf(tx, kept)) };
    await saveGroup(province, tx, group);
    await addEvents(tx, id, at, [{ ...bySystem, act: 'found', studentId: null, handling: null }]);
    await tellHub(province, tx, group);
    tellGroupPages(province, tx, group);
  }
  await markProblems(province, tx, ids);
}

/** One more record of this province with the same identity: it joins, and the turn may become its own. */
export async function joinGroup(
  province: Province,
  tx: Tx<ProvinceDb>,
  group: KeptGroup,
  member: Omit<KeptMember, 'id'>,
): Promise<KeptGroup> {
  const event = { ...bySystem, act: 'joined' as const, studentId: member.studentId, handling: null };
  const withMember = { ...group, members: [...group.members, { ...member, id: province.ids.next() }] };
  return changeGroup(province, tx, withMember, [event], () => joined(group, member));
}

interface SamePersons {
  /** Of the group, should there be none yet. */
  groupId: string;
  origin: ProblemOrigin;
  /** When each was registered, where the table does not say it; by student. */
  since?: (found: ReadonlyArray<{ studentId: string; since: string }>) => Promise<ReadonlyMap<string, string>>;
}

/**
 * Records without a document that have the same name, sex and birth date as one that was just made (domain.md §1.7): they join the
 * open group of the others, or make a new one.
 */
export async function findSamePersons(
  province: Province,
  tx: Tx<ProvinceDb>,
  made: StudentTable,
  { groupId, origin, since: registered }: SamePersons,
): Promise<void> {
  if (made.idCategory !== 'none') return;
  const found = await tx
    .selectFrom('student')
    .select(['id as studentId', 'createdAt as since', 'claimNo'])
    .where('name', '=', made.name)
    .where('birthDate', '=', made.birthDate)
    .where('sex', '=', made.sex)
    .where('idCategory', '=', 'none')
    .where('status', '!=', 'deleted')
    .where('custody', '!=', 'moved-out')
    .orderBy('createdAt')
    .execute();
  if (found.length < 2) return;
  const sinces = await registered?.(found);
  const same = found.map((one) => ({ ...one, since: sinces?.get(one.studentId) ?? one.since }));
  const ids = same.map(({ studentId }) => studentId);
  const open = await tx
    .selectFrom('problem_record')
    .innerJoin('problem_group', 'problem_group.id', 'problem_record.groupId')
    .select('problem_group.id')
    .where('problem_record.studentId', 'in', ids)
    .where('problem_group.kind', '=', 'same-person')
    .where('problem_group.state', '!=', 'closed')
    .where('problem_group.owner', '=', province.node)
    .executeTakeFirst();
  const group = open && (await findGroup(province, tx, open.id));
  if (!group) return openGroups(province, tx, [{ id: groupId, kind: 'same-person', origin, members: same }]);
  if (group.members.some(({ studentId }) => studentId === made.id)) return;
  const living = await describeStudents(tx, province.province.name, [made.id]);
  await joinGroup(province, tx, group, {
    ...must(living.get(made.id), 'the record'),
    studentId: made.id,
    since: sinces?.get(made.id) ?? made.createdAt,
    claimNo: made.claimNo ?? 0,
    province: province.node,
    state: 'waiting',
    lost: false,
    handling: null,
    evidence: [],
  });
}
