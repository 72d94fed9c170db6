import { z } from 'zod';

/**
 * Problem groups (问题学籍, features 2.1–2.9; protocol §5): which records stand against one another, whose turn it is and what every
 * choice leads to. Pure; the owner of a group (its province, or the hub across provinces) and every page use the same rules.
 */

export const ProblemKind = z.enum(['identity-held-twice', 'same-person', 'check-digit', 'not-found', 'name-mismatch']);
export type ProblemKind = z.infer<typeof ProblemKind>;
/** 问题学籍类型 (domain.md §1.7). */
export const problemKindTitles: Record<ProblemKind, string> = {
  'identity-held-twice': '身份证件号重复',
  'same-person': '姓名、性别、出生日期重复',
  'check-digit': '身份证件号错误',
  'not-found': '身份证件号错误',
  'name-mismatch': '身份证件号错误',
};
/** 错误类型 (domain.md §1.7). */
export const problemErrorTitles: Record<ProblemKind, string> = {
  'identity-held-twice': '与其他学籍的身份证件号相同',
  'same-person': '与其他无身份证件学籍的姓名、性别、出生日期相同',
  'check-digit': '校验位错误',
  'not-found': '公安部校验不通过：身份证号不存在',
  'name-mismatch': '公安部校验不通过：身份证号与姓名不匹配',
};

/** 历史 came with phase one's data, 新产生 arose here. */
export const ProblemOrigin = z.enum(['legacy', 'new']);
export type ProblemOrigin = z.infer<typeof ProblemOrigin>;
export const problemOriginTitles: Record<ProblemOrigin, string> = { legacy: '历史', new: '新产生' };

export const Handling = z.enum(['change', 'attest', 'delete']);
export type Handling = z.infer<typeof Handling>;
export const handlingTitles: Record<Handling, string> = { change: '变更', attest: '佐证', delete: '删除' };

export const GroupState = z.enum(['open', 'arbitration', 'closed']);
export type GroupState = z.infer<typeof GroupState>;
export const groupStateTitles: Record<GroupState, string> = {
  open: '处理中',
  arbitration: '待仲裁',
  closed: '已处理完毕',
};

/**
 * `waiting`: nothing was handed in that counts; `in-review`: the handling is with the chain of its province; `attested`: it
 * keeps to its identity; `cleared`: the identity is its own, by the other's leaving or by arbitration; the last two have left.
 */
export const MemberState = z.enum(['waiting', 'in-review', 'attested', 'cleared', 'changed', 'deleted']);
export type MemberState = z.infer<typeof MemberState>;
export const memberStateTitles: Record<MemberState, string> = {
  waiting: '待处理',
  'in-review': '审核中',
  attested: '已佐证',
  cleared: '已解除问题',
  changed: '已变更',
  deleted: '已删除',
};

export const MemberStanding = z.object({
  studentId: z.string(),
  /**
   * When it was registered, or its key data last changed (ISO instant): the later one handles first (2.2). Equal instants are
   * ordered by `claimNo`.
   */
  since: z.string(),
  /** The order in which the hub heard of them; 0 where nothing was claimed. */
  claimNo: z.int(),
  state: MemberState,
  /** 仲裁不通过: only 变更 and 删除 are left to it. */
  lost: z.boolean(),
});
export type MemberStanding = z.infer<typeof MemberStanding>;

export const GroupStanding = z.object({
  kind: ProblemKind,
  state: GroupState,
  /** Rises with every change; every act carries the one it saw. */
  revision: z.int(),
  members: z.array(MemberStanding).min(1),
});
export type GroupStanding = z.infer<typeof GroupStanding>;

/** By 变更 or 删除. */
export const hasLeft = (member: Pick<MemberStanding, 'state'>): boolean =>
  member.state === 'changed' || member.state === 'deleted';
const keepsToIt = (member: MemberStanding): boolean => member.state === 'attested' || member.state === 'cleared';

/** The later one first: who registered or changed key data later handles first. */
export function inTurn<M extends Pick<MemberStanding, 'since' | 'claimNo'>>(members: readonly M[]): M[] {
  return members.toSorted((a, b) => (a.since === b.since ? b.claimNo - a.claimNo : a.since < b.since ? 1 : -1));
}

/**
 * The one record whose school must act now: a loser of the arbitration first, else the latest that has not attested. Null in
 * arbitration and when the group has ended.
 */
export function turnOf(group: GroupStanding): string | null {
  if (group.state !== 'open') return null;
  const there = inTurn(group.members).filter((member) => !hasLeft(member) && !keepsToIt(member));
  return (there.find((member) => member.lost) ?? there[0])?.studentId ?? null;
}

/** What a member may choose once its turn has come. */
export function handlingsOf(kind: ProblemKind, member: Pick<MemberStanding, 'lost'>): Handling[] {
  if (member.lost || kind === 'check-digit') return ['change', 'delete'];
  return ['change', 'attest', 'delete'];
}

/** Why this handling cannot be handed in now (Chinese, for a greyed button and a refusal); undefined when it can. */
export function reasonAgainstHandling(group: GroupStanding, studentId: string, handling: Handling): string | undefined {
  const member = group.members.find((one) => one.studentId === studentId);
  if (!member) return '该学籍不在这组问题学籍中';
  if (group.state === 'closed') return '这组问题学籍已处理完毕';
  if (group.state === 'arbitration') return '各方都已佐证，等待共同上级教育部门仲裁';
  if (member.state === 'in-review') return '该学籍的处理申请正在审核';
  if (member.state !== 'waiting') return `该学籍${memberStateTitles[member.state]}`;
  if (turnOf(group) !== studentId) return '后注册或后变更关键信息的一方先处理，现在轮到对方处理';
  if (handlingsOf(group.kind, member).includes(handling)) return undefined;
  return member.lost ? '仲裁不通过，只能选择变更或删除' : '校验位错误的身份证件号只能变更或删除';
}

/** What the choice causes once it is approved, for the person who is about to make it (plain Chinese). */
export function consequenceOf(group: GroupStanding, studentId: string, handling: Handling): string {
  const others = group.members.filter((one) => one.studentId !== studentId && !hasLeft(one));
  if (handling === 'attest') {
    if (others.length === 0) return '佐证通过后，该学籍不再是问题学籍。';
    if (others.every(keepsToIt))
      return '各方都已佐证，将提请共同上级教育部门（跨省的提请教育部）仲裁；仲裁不通过的一方只能变更或删除。';
    return '佐证通过后轮到对方处理；如对方也佐证，由共同上级教育部门（跨省的由教育部）仲裁。';
  }
  const own = handling === 'change' ? '变更通过后，该学籍改用新的身份信息' : '删除通过后，该学籍不再存在';
  if (others.length === 0) return `${own}，问题处理结束。`;
  if (others.length === 1) return `${own}，对方自动佐证，这组问题学籍处理结束。`;
  return `${own}，其余${others.length}条学籍继续处理。`;
}

/** What the decision that `winner` keeps the identity causes for each record that is still there (plain Chinese). */
export function consequencesOfArbitration(group: GroupStanding, winner: string): Map<string, string> {
  const there = group.members.filter((member) => !hasLeft(member));
  return new Map(
    there.map(({ studentId }) => [
      studentId,
      studentId === winner
        ? '仲裁通过：保留现有身份信息，不再是问题学籍。'
        : '仲裁不通过：退回学校重新处理，只能变更身份信息或删除学籍，不能再佐证。',
    ]),
  );
}

function next(group: GroupStanding, change: (member: MemberStanding) => MemberStanding): GroupStanding {
  return settle({ ...group, revision: group.revision + 1, members: group.members.map(change) });
}

/** Closes a group that has nobody left to act, and leaves to arbitration what everybody keeps to. */
function settle(group: GroupStanding): GroupStanding {
  const there = group.members.filter((member) => !hasLeft(member));
  if (there.length <= 1 && there.every((member) => keepsToIt(member) || (!member.lost && group.members.length > 1))) {
    const cleared = (member: MemberStanding): MemberStanding =>
      hasLeft(member) ? member : { ...member, state: 'cleared' };
    return { ...group, state: 'closed', members: group.members.map(cleared) };
  }
  return { ...group, state: there.every(keepsToIt) ? 'arbitration' : 'open' };
}

const only =
  (studentId: string, to: (member: MemberStanding) => MemberStanding) =>
  (member: MemberStanding): MemberStanding =>
    member.studentId === studentId ? to(member) : member;

/** Its school has handed the handling in: nobody else's turn comes until its chain has decided. */
export function handedIn(group: GroupStanding, studentId: string): GroupStanding {
  return next(
    group,
    only(studentId, (member) => ({ ...member, state: 'in-review' })),
  );
}

/** The chain sent it back or it was withdrawn: the same one's turn again. */
export function cameBack(group: GroupStanding, studentId: string): GroupStanding {
  return next(
    group,
    only(studentId, (member) => ({ ...member, state: 'waiting' })),
  );
}

/** The chain has approved. 变更 and 删除 leave the group (the last one left is attested by itself); 佐证 keeps to the identity. */
export function carriedOut(group: GroupStanding, studentId: string, handling: Handling): GroupStanding {
  const states: Record<Handling, MemberState> = { change: 'changed', delete: 'deleted', attest: 'attested' };
  return next(
    group,
    only(studentId, (member) => ({ ...member, state: states[handling] })),
  );
}

/** The decision of the common superior: one keeps the identity, all others may only change or go. */
export function arbitrated(group: GroupStanding, winner: string): GroupStanding {
  return next(group, (member) => {
    if (hasLeft(member)) return member;
    return member.studentId === winner
      ? { ...member, state: 'cleared', lost: false }
      : { ...member, state: 'waiting', lost: true };
  });
}

/** One more record with the same identity was found while the group is not closed. */
export function joined(
  group: GroupStanding,
  member: Pick<MemberStanding, 'studentId' | 'since' | 'claimNo'>,
): GroupStanding {
  const one: MemberStanding = { ...member, state: 'waiting', lost: false };
  return settle({ ...group, revision: group.revision + 1, members: [...group.members, one] });
}

/** The record that the identity belongs to now, as far as the group says: what the claim of it must follow. Null: undecided. */
export function keeperOf(group: GroupStanding): string | null {
  return group.members.find((member) => member.state === 'cleared')?.studentId ?? null;
}
