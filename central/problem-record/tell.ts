import { ProblemTold } from '../../contracts/problem-group.ts';
import type { GroupEvent, GroupMember } from '../../contracts/problem-group.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { GroupStanding } from '../../contracts/problem-rules.ts';
import { turnOf } from '../../contracts/problem-rules.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { saveGroup } from './group.ts';
import { settleIdentity } from './settle.ts';
import { PROBLEM_GROUPS } from './table.ts';
import type { HeldGroup } from './table.ts';

/** An event of the hub's own making. */
export function ofHub(hub: Hub, event: Pick<GroupEvent, 'act' | 'studentId' | 'opinion'>): GroupEvent {
  return { at: isoTime(hub.clock.now()), handling: null, orgName: '教育部', personName: '系统', ...event };
}

/**
 * The group after a step of the rules, with what has happened: whose turn it is since when, who was attested by the others' leaving, and
 * that it has ended. A step that is history alone raises the revision only.
 */
export function stepped(
  hub: Hub,
  before: HeldGroup,
  after: GroupStanding,
  events: readonly GroupEvent[],
  newcomers: readonly GroupMember[] = [],
): HeldGroup {
  const at = isoTime(hub.clock.now());
  const known = new Map([...before.members, ...newcomers].map((member) => [member.studentId, member]));
  const members = after.members.map(({ studentId, state, lost }): GroupMember => ({
    ...must(known.get(studentId), 'a member of the group'),
    state,
    lost,
  }));
  const cleared = members.filter(
    ({ studentId, state }) =>
      state === 'cleared' && before.members.some((one) => one.studentId === studentId && one.state !== 'cleared'),
  );
  // Of an arbitration the decision says it.
  const attested = after.state === 'closed' ? cleared : [];
  const isOver = after.state === 'closed' && before.state !== 'closed';
  const turns = turnOf(before) !== turnOf(after) || before.state !== after.state;
  return {
    ...before,
    state: after.state,
    revision: before.revision + 1,
    standingRevision: after.revision > before.revision ? before.revision + 1 : before.standingRevision,
    members,
    turnSince: turns ? at : before.turnSince,
    closedAt: after.state === 'closed' ? (before.closedAt ?? at) : null,
    events: [
      ...before.events,
      ...events,
      ...attested.map(({ studentId }) =>
        ofHub(hub, { act: 'cleared', studentId, opinion: '其他学籍已变更或删除，自动佐证' }),
      ),
      ...(isOver ? [ofHub(hub, { act: 'closed', studentId: null, opinion: '' })] : []),
    ],
  };
}

/** What the hub knows of a group from now on: the identity follows it, and whoever is concerned is told. */
export async function changeGroup(hub: Hub, tx: Tx<HubDb>, group: HeldGroup): Promise<void> {
  await saveGroup(tx, group);
  await settleIdentity(tx, group, hub.clock.now());
  tellGroup(hub, tx, group);
}

/** The whole of it to every province with a member: that of the hub at each change, that of a province when the hub finds something. */
export function tellGroup(hub: Hub, tx: Tx<HubDb>, group: HeldGroup): void {
  const provinces = new Set(group.members.map(({ province }) => province as NodeId));
  for (const province of provinces) hub.outbox.queue(tx, province, ProblemTold, group);
  tellGroupPages(hub, tx);
}

export function tellGroupPages(hub: Hub, tx: Tx<HubDb>): void {
  tellPages(hub, tx, PROBLEM_GROUPS, ['ministry']);
}
