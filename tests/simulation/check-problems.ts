import { handlingsOf, hasLeft, keeperOf, turnOf } from '../../contracts/problem-rules.ts';
import type { GroupStanding, MemberStanding } from '../../contracts/problem-rules.ts';
import { groupBy } from '../../shared/group-by.ts';
import { ask } from './ask.ts';
import type { Marks } from './marks.ts';
import type { ObservedNode } from './observed-node.ts';
import { holds } from './violation.ts';

interface Member extends MemberStanding {
  groupId: string;
  province: string;
}

interface Group extends Omit<GroupStanding, 'members'> {
  id: string;
  owner: string;
  members: Member[];
}

const groupColumns = 'id, owner, kind, state, revision';
const memberColumns = '"groupId", "studentId", province, since, "claimNo", state, lost';

function groupsOf({ db }: ObservedNode, members: string): Map<string, Group> {
  type Row = Omit<Member, 'lost'> & { lost: number };
  const rows = ask(db, `select ${memberColumns} from ${members} order by "studentId"`).all() as Row[];
  const byGroup = groupBy(
    rows.map((row): Member => ({ ...row, lost: row.lost === 1 })),
    ({ groupId }) => groupId,
  );
  const groups = ask(db, `select ${groupColumns} from problem_group order by id`).all() as Omit<Group, 'members'>[];
  return new Map(groups.map((group) => [group.id, { ...group, members: byGroup.get(group.id) ?? [] }]));
}

/**
 * At rest: whoever has a record in a group knows it as its owner does; every group can still come to its end (L04); an identity
 * that several records stand on is in an open group of all of them, and after its end in none (I07); 问题学籍 is who is in an open
 * group.
 */
export function checkGroups(hub: ObservedNode, provinces: readonly ObservedNode[], marks: Marks): void {
  const atHub = groupsOf(hub, 'problem_member');
  for (const group of atHub.values()) {
    canEnd(group);
    marks.sometimes(`a group across ${group.owner === 'hub' ? 'provinces' : 'schools'} was ${group.state}`);
  }
  checkIdentities(hub, atHub);
  for (const province of provinces) {
    const known = groupsOf(province, 'problem_record');
    for (const group of known.values()) {
      const told = atHub.get(group.id);
      // A record that was handed over leaves the group as it was then.
      const hasLeftIt = told !== undefined && told.members.every((one) => one.province !== province.id);
      holds(
        hasLeftIt || (told !== undefined && standing(told) === standing(group)),
        'agreement',
        () => `${province.id}: group ${standing(group)}, the hub's ${told && standing(told)}`,
      );
    }
    for (const group of atHub.values()) {
      const isMine = group.owner === province.id || group.members.some((one) => one.province === province.id);
      holds(
        !isMine || known.has(group.id),
        'agreement',
        () => `${province.id} does not know of group ${standing(group)}`,
      );
    }
    checkMarks(province, known);
  }
}

const standing = (group: Group): string => JSON.stringify(group);

function canEnd(group: Group): void {
  if (group.state === 'arbitration') return;
  if (group.state === 'closed') {
    const settled = group.members.every((one) => hasLeft(one) || one.state === 'cleared');
    return holds(settled, 'L04', () => `a group has ended with a record that is not settled: ${standing(group)}`);
  }
  const turn = group.members.find(({ studentId }) => studentId === turnOf(group));
  const canAct = turn !== undefined && (turn.state === 'in-review' || handlingsOf(group.kind, turn).length > 0);
  holds(canAct, 'L04', () => `nobody can go on with group ${standing(group)}`);
}

function checkIdentities({ db }: ObservedNode, groups: ReadonlyMap<string, Group>): void {
  type Standing = { identity: string; studentId: string };
  const columns = 'hex(fingerprint) as identity, "studentId"';
  const contenders = ask(db, `select ${columns} from identity_contender order by "claimNo"`).all() as Standing[];
  type Holder = Standing & { studentNumber: string | null };
  const held = ask(db, `select ${columns}, "studentNumber" from identity_claim`).all() as Holder[];
  const holders = new Map(held.map((one) => [one.identity, one]));
  const open = [...groups.values()].filter(({ kind, state }) => kind === 'identity-held-twice' && state !== 'closed');
  for (const { identity, studentId } of contenders) {
    const holder = holders.get(identity);
    holds(holder !== undefined, 'I07', () => `nobody holds ${identity}, for which ${studentId} contends`);
    // An application is no record: the group is opened when it becomes one, and the identity is free when it is not.
    if (holder.studentNumber === null) continue;
    const group = open.find(({ members }) => members.some((one) => one.studentId === studentId && !hasLeft(one)));
    holds(group, 'I07', () => `${studentId} contends for ${identity} and is in no open group`);
    const withIt = group.members.some((one) => one.studentId === holder.studentId);
    holds(withIt, 'I07', () => `${holder.studentId} holds ${identity} and is not in group ${standing(group)}`);
    const keeper = keeperOf(group);
    const isKeepers = keeper === null || keeper === holder.studentId;
    holds(isKeepers, 'I07', () => `${holder.studentId} holds the identity of ${standing(group)}`);
  }
}

function checkMarks({ id, db }: ObservedNode, groups: ReadonlyMap<string, Group>): void {
  const inOpenGroup = new Set(
    [...groups.values()]
      .filter(({ state }) => state !== 'closed')
      .flatMap(({ members }) => members.filter((one) => !hasLeft(one) && one.state !== 'cleared'))
      .map(({ studentId }) => studentId),
  );
  const records = ask(
    db,
    `select id, problem from student where custody = 'active' and status <> 'deleted' order by id`,
  ).all() as { id: string; problem: number }[];
  for (const { id: studentId, problem } of records)
    holds(
      problem === (inOpenGroup.has(studentId) ? 1 : 0),
      'agreement',
      () => `${id}: ${studentId} is marked ${problem} and its groups say otherwise`,
    );
}
