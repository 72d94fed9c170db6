import type { Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import { ProblemTold } from '../../contracts/problem-group.ts';
import { inSlices } from '../../shared/slices.ts';
import type { Tx } from '../../shared/db/store.ts';
import { listContestedOf } from '../claim/contender.ts';
import type { Hub } from '../context.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import { findGroups } from './group.ts';
import { ownedBy, standAgainst } from './open.ts';
import { changeGroup, ofHub, stepped } from './tell.ts';

/** What groups need to hear of the records of the national index, and what others need to know of a record that is in a group. */

/** Whether the two are, or were, members of one group. */
export async function areGrouped(db: Kysely<HubDb>, one: string, other: string): Promise<boolean> {
  const together = await db
    .selectFrom('problem_member as a')
    .innerJoin('problem_member as b', 'b.groupId', 'a.groupId')
    .select('a.groupId')
    .where('a.studentId', '=', one)
    .where('b.studentId', '=', other)
    .executeTakeFirst();
  return together !== undefined;
}

/** Whether the record is a problem record now, before its province has heard of it (2.8: such a record cannot be transferred). */
export async function isInOpenGroup(db: Kysely<HubDb>, studentId: string): Promise<boolean> {
  const open = await db
    .selectFrom('problem_member')
    .innerJoin('problem_group', 'problem_group.id', 'problem_member.groupId')
    .select('problem_group.id')
    .where('problem_member.studentId', '=', studentId)
    .where('problem_member.state', 'not in', ['cleared', 'changed', 'deleted'])
    .where('problem_group.state', '!=', 'closed')
    .executeTakeFirst();
  return open !== undefined;
}

interface Told {
  studentId: string;
  claimNo: number | null;
  schoolId: string;
  schoolName: string;
}

/** The index has heard of these records: a group may have waited for one of them, or one has gone to another province. */
export async function recordsTold(hub: Hub, tx: Tx<HubDb>, items: readonly Told[], province: NodeId): Promise<void> {
  const contested = await listContestedOf(
    tx,
    items.flatMap(({ claimNo }) => claimNo ?? []),
  );
  await standAgainst(hub, tx, contested, 'new');
  for (const slice of inSlices(items, 200)) await membersMoved(hub, tx, slice, province);
}

/** A member that has been handed over: its new province acts for it, and a group that is across provinces now is the hub's. */
async function membersMoved(hub: Hub, tx: Tx<HubDb>, items: readonly Told[], province: NodeId): Promise<void> {
  const moved = await tx
    .selectFrom('problem_member')
    .innerJoin('problem_group', 'problem_group.id', 'problem_member.groupId')
    .select(['problem_member.studentId', 'problem_group.id'])
    .where(
      'problem_member.studentId',
      'in',
      items.map(({ studentId }) => studentId),
    )
    .where('problem_member.province', '!=', province)
    .where('problem_group.state', '!=', 'closed')
    .execute();
  const groups = await findGroups(
    tx,
    moved.map(({ id }) => id),
  );
  for (const group of groups.values()) {
    const members = group.members.map((member) => {
      const told = items.find(({ studentId }) => studentId === member.studentId);
      if (!told || member.province === province) return member;
      const { schoolId, schoolName } = told;
      return { ...member, province, provinceName: nodeName(province), schoolId, schoolName };
    });
    const gone = members.find((member, index) => member !== group.members[index]);
    const event = ofHub(hub, { act: 'joined', studentId: gone?.studentId ?? null, opinion: '学籍已调档到外省' });
    const standing = { ...group, members, revision: group.revision + 1 };
    const changed = { ...stepped(hub, { ...group, members }, standing, [event]), ...ownedBy(members) };
    await changeGroup(hub, tx, changed);
    // Where its last record has left they hear it once more: it is no longer theirs.
    const left = new Set(group.members.map((member) => member.province));
    for (const member of members) left.delete(member.province);
    for (const one of left) hub.outbox.queue(tx, one as NodeId, ProblemTold, changed);
  }
}
