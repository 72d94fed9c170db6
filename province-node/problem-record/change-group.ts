import type { GroupEvent } from '../../contracts/problem-group.ts';
import { ProblemTold } from '../../contracts/problem-group.ts';
import { turnOf, hasLeft } from '../../contracts/problem-rules.ts';
import type { GroupStanding } from '../../contracts/problem-rules.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import { nearestCommonSuperior } from '../../shared/org/tree.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { aboutOf, withStanding } from './group.ts';
import type { KeptGroup, KeptMember } from './group.ts';
import { endOvertaken } from './handling.ts';
import { markProblems } from './marks.ts';
import { PROBLEM_RECORDS } from './table.ts';

export type NewEvent = Omit<GroupEvent, 'at'>;

/** What the system does by itself appears in the history under this name. */
export const bySystem = { orgName: '系统', personName: '', opinion: '' };

/**
 * A change of a group that this province owns, in the decision that makes it: kept, told to the hub, and what follows from it
 * for each record and for open pages. `judge` is a rule of contracts/problem-rules.ts; without one only the events are new.
 * `chosen` is what a member handed in.
 */
export async function changeGroup(
  province: Province,
  tx: Tx<ProvinceDb>,
  before: KeptGroup,
  events: readonly NewEvent[],
  judge?: (group: GroupStanding) => GroupStanding,
  chosen?: Pick<KeptMember, 'studentId' | 'handling' | 'evidence'>,
): Promise<KeptGroup> {
  const at = isoTime(province.clock.now());
  const judged = judge ? withStanding(before, judge(before)) : { ...before, revision: before.revision + 1 };
  const members = judged.members.map((member) =>
    member.studentId === chosen?.studentId ? { ...member, ...chosen } : member,
  );
  const moved = turnOf(before) !== turnOf(judged) || before.state !== judged.state;
  const after: KeptGroup = {
    ...judged,
    members,
    turnSince: moved ? at : before.turnSince,
    closedAt: judged.state === 'closed' ? (before.closedAt ?? at) : null,
    ...(await arbiterOf(tx, members)),
  };
  await saveGroup(province, tx, after);
  await addEvents(tx, after.id, at, [...events, ...followingEvents(before, after, events)]);
  await tellHub(province, tx, after);
  await endOvertaken(province, tx, after);
  await markProblems(
    province,
    tx,
    members.map(({ studentId }) => studentId),
  );
  tellGroupPages(province, tx, after);
  return after;
}

/** What the rules did by themselves: 自动佐证 of who is left, and the end. */
function followingEvents(before: KeptGroup, after: KeptGroup, events: readonly NewEvent[]): NewEvent[] {
  const wasCleared = new Set(
    before.members.filter(({ state }) => state === 'cleared').map(({ studentId }) => studentId),
  );
  const isDecided = events.some(({ act }) => act === 'arbitrate');
  const cleared = after.members.filter(({ state, studentId }) => state === 'cleared' && !wasCleared.has(studentId));
  const ended = before.state !== 'closed' && after.state === 'closed';
  return [
    ...(isDecided
      ? []
      : cleared.map(({ studentId }) => ({ ...bySystem, act: 'cleared' as const, studentId, handling: null }))),
    ...(ended ? [{ ...bySystem, act: 'closed' as const, studentId: null, handling: null }] : []),
  ];
}

/** 共同上级 of those that are left (2.7); nobody need arbitrate on one record alone. */
export async function arbiterOf(
  tx: Tx<ProvinceDb>,
  members: readonly Pick<KeptMember, 'schoolId' | 'state'>[],
): Promise<Pick<KeptGroup, 'arbiterOrgId' | 'arbiterName'>> {
  const there = members.filter((member) => !hasLeft(member));
  if (members.length < 2 || there.length === 0) return { arbiterOrgId: null, arbiterName: '' };
  const org = await nearestCommonSuperior(tx, [...new Set(there.map(({ schoolId }) => schoolId))]);
  return { arbiterOrgId: org?.id ?? null, arbiterName: org?.name ?? '' };
}

/**
 * The group with its members, as given: one that is new, or one that is there. `toldRevision` is the one that the hub knows
 * already.
 */
export async function saveGroup(
  province: Province,
  tx: Tx<ProvinceDb>,
  group: KeptGroup,
  toldRevision = 0,
): Promise<void> {
  const turn = group.members.find(({ studentId }) => studentId === turnOf(group));
  const { members, ...columns } = group;
  const row = {
    ...columns,
    turnRecordId: turn?.id ?? null,
    turnSchoolId: turn?.province === province.node ? turn.schoolId : null,
    toldRevision,
  };
  await tx
    .insertInto('problem_group')
    .values(row)
    .onConflict((oc) => oc.column('id').doUpdateSet(row))
    .execute();
  for (const member of members) await saveMember(tx, group.id, member);
}

async function saveMember(tx: Tx<ProvinceDb>, groupId: string, member: KeptMember): Promise<void> {
  const { id, studentId, province, schoolId, since, claimNo, state, lost, handling, evidence } = member;
  const row = { id, groupId, studentId, province, schoolId, since, claimNo, state, handling, lost: lost ? 1 : 0 };
  const json = { evidence: JSON.stringify(evidence), about: JSON.stringify(aboutOf(member)) };
  await tx
    .insertInto('problem_record')
    .values({ ...row, ...json })
    .onConflict((oc) => oc.column('id').doUpdateSet({ ...row, ...json }))
    .execute();
}

export async function addEvents(
  tx: Tx<ProvinceDb>,
  groupId: string,
  at: string,
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const { last } = await tx
    .selectFrom('problem_event')
    .select(({ fn }) => fn.max('ordinal').as('last'))
    .where('groupId', '=', groupId)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('problem_event')
    .values(events.map((event, index) => ({ ...event, groupId, at, ordinal: (last ?? 0) + index + 1 })))
    .execute();
}

/** As a whole, so that both sides and the ministry hold the same history (protocol §5). */
export async function tellHub(province: Province, tx: Tx<ProvinceDb>, group: KeptGroup): Promise<void> {
  const events = tx
    .selectFrom('problem_event')
    .select(['at', 'act', 'studentId', 'handling', 'orgName', 'personName', 'opinion'])
    .where('groupId', '=', group.id)
    .orderBy('ordinal');
  const members = group.members.map(({ id: _id, classNo: _class, ...member }) => member);
  province.outbox.queue(tx, HUB, ProblemTold, { ...group, members, events: await events.execute() });
  await tx.updateTable('problem_group').set({ toldRevision: group.revision }).where('id', '=', group.id).execute();
}

/** Pages of every school here that has a record in it, of all above them, and of the arbiter. */
export function tellGroupPages(province: Province, tx: Tx<ProvinceDb>, { members, arbiterOrgId }: KeptGroup): void {
  const schools = members.filter((member) => member.province === province.node).map(({ schoolId }) => schoolId);
  tellPages(province, tx, PROBLEM_RECORDS, new Set(arbiterOrgId === null ? schools : [...schools, arbiterOrgId]));
}
