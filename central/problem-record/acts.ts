import type { z } from 'zod';
import { ProblemRefused } from '../../contracts/problem-group.ts';
import type { GroupEvent, GroupMember, ProblemAct } from '../../contracts/problem-group.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import {
  cameBack,
  carriedOut,
  handedIn,
  handlingTitles,
  reasonAgainstHandling,
  hasLeft,
} from '../../contracts/problem-rules.ts';
import type { GroupStanding } from '../../contracts/problem-rules.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { mustBeCounted } from '../claim/recount.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { findGroup } from './group.ts';
import { changeGroup, stepped, tellGroup } from './tell.ts';
import type { HeldGroup } from './table.ts';
import { reasonAgainstUrging } from './urge.ts';

type Act = z.output<typeof ProblemAct.item>;
/** A step of the rules, nothing because it is so already, or why it does not count (Chinese). */
type Step = { standing: GroupStanding } | 'known' | { refused: string };

/**
 * What a school and its chain did with their record, in a group that the hub decides of (protocol §5): the turn and what the school had seen are
 * checked in the decision that applies it, and all provinces of the group hear of it. What does not count is refused with what has
 * changed, and the group as it stands is told again. Said again, an act has no second effect.
 */
export async function actsCame(
  hub: Hub,
  tx: Tx<HubDb>,
  acts: readonly Act[],
  { from }: { from: NodeId },
): Promise<void> {
  // After a restore the group may stand further than the hub remembers.
  await mustBeCounted(tx);
  for (const act of acts) {
    const known = await tx.selectFrom('problem_act').select('id').where('id', '=', act.id).executeTakeFirst();
    if (known) continue;
    const refused = await applyAct(hub, tx, act, from);
    await tx
      .insertInto('problem_act')
      .values({ id: act.id, groupId: act.group, at: isoTime(hub.clock.now()), refused: refused ?? null })
      .execute();
  }
}

/** Answers why it did not count. */
async function applyAct(hub: Hub, tx: Tx<HubDb>, act: Act, from: NodeId): Promise<string | undefined> {
  const group = await findGroup(tx, act.group);
  const member = group?.members.find(({ studentId }) => studentId === act.studentId);
  // Of another's record, or of a group that it is not in, a province hears nothing (attack A30).
  const isOwn = group?.owner === 'hub' && member?.province === from;
  const step = isOwn ? stepOf(group, member, act, hub.clock.now()) : { refused: '国家平台上没有该学籍的这组问题学籍' };
  if (step === 'known') return undefined;
  if ('refused' in step) {
    const { id, group: groupId, studentId } = act;
    hub.log.info(
      { group: groupId, from, act: act.act, reason: step.refused },
      'an act on a problem group did not count',
    );
    hub.outbox.queue(tx, from, ProblemRefused, { id, group: groupId, studentId, text: step.refused });
    if (group && isOwn) tellGroup(hub, tx, group);
    return step.refused;
  }
  if (!group || !member) return undefined;
  await changeGroup(hub, tx, stepped(hub, withHandling(group, member, act), step.standing, [eventOf(hub, act)]));
  return undefined;
}

function stepOf(group: HeldGroup, member: GroupMember, act: Act, nowMs: number): Step {
  const { studentId, handling } = act;
  switch (act.act) {
    case 'hand-in':
      return handIn(group, member, act);
    case 'approve':
      return isUnderReview(member, handling) ? { standing: group } : { refused: notUnderReview(group, studentId) };
    case 'return':
    case 'withdraw':
      return isUnderReview(member, handling)
        ? { standing: cameBack(group, studentId) }
        : { refused: notUnderReview(group, studentId) };
    case 'carry-out':
      return carryOut(group, member, act);
    case 'urge': {
      const reason = reasonAgainstUrging(group, nowMs);
      return reason === null ? { standing: group } : { refused: reason };
    }
  }
}

function handIn(group: HeldGroup, member: GroupMember, { revision, studentId, handling, evidence }: Act): Step {
  if (!handling) return { refused: '没有选择处理方式' };
  // The pictures of a change are with the key-data change that its province reviews.
  if (evidence.length === 0 && handling !== 'change') return { refused: '佐证、删除都需要上传证明材料' };
  // Of a group that was taken over the province tells once more what had been merged from its own words (`groupsTold`).
  if (isUnderReview(member, handling)) return 'known';
  const reason = reasonAgainstHandling(group, studentId, handling);
  if (reason) return { refused: reason };
  if (revision < group.standingRevision)
    return { refused: `提交时看到的情况已有变化：${changesSince(group, revision)}。请核对后重新提交` };
  return { standing: handedIn(group, studentId) };
}

/** A change is true already when it is told: the record has its new identity. So is what other business has done. */
function carryOut(group: HeldGroup, member: GroupMember, { studentId, handling, done }: Act): Step {
  if (!handling) return { refused: '没有说明处理方式' };
  const isThere = !hasLeft(member) && group.state !== 'closed';
  const isTrue = handling === 'change' || (handling === 'delete' && done);
  const counts = isTrue ? isThere : isUnderReview(member, handling);
  return counts ? { standing: carriedOut(group, studentId, handling) } : { refused: notUnderReview(group, studentId) };
}

function isUnderReview(member: GroupMember, handling: Act['handling']): boolean {
  return member.state === 'in-review' && (handling === null || member.handling === handling);
}

function notUnderReview(group: HeldGroup, studentId: string): string {
  const last = group.events.findLast((event) => event.studentId === studentId);
  const since = last ? `，最近一次办理是 ${chinaDate(Date.parse(last.at))} ${last.orgName}` : '';
  return `国家平台上该学籍没有正在审核的这项处理${since}`;
}

/** The acts since then, by whom: what a school is told that had not seen them. */
function changesSince(group: HeldGroup, revision: number): string {
  const count = Math.max(1, group.revision - revision);
  return group.events
    .slice(-count)
    .map(({ orgName, handling, opinion, at }) => {
      const what = handling ? handlingTitles[handling] : opinion;
      return `${chinaDate(Date.parse(at))} ${orgName}${what ? ` ${what}` : ''}`;
    })
    .join('；');
}

/** What was chosen, with the pictures, from the moment it was handed in. */
function withHandling(group: HeldGroup, member: GroupMember, act: Act): HeldGroup {
  if (act.act !== 'hand-in' && act.act !== 'carry-out') return group;
  const evidence = act.evidence.length > 0 ? act.evidence : member.evidence;
  const chosen = { ...member, handling: act.handling, evidence };
  return { ...group, members: group.members.map((one) => (one === member ? chosen : one)) };
}

/** When it happened is what the hub's clock says: a province's may be wrong. */
function eventOf(hub: Hub, { act, studentId, handling, orgName, personName, opinion }: Act): GroupEvent {
  return { act, studentId, handling, orgName, personName, opinion, at: isoTime(hub.clock.now()) };
}
