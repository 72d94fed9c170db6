import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { urgeLinkedGroup } from '../../contracts/problem-linkage.ts';
import { turnOf } from '../../contracts/problem-rules.ts';
import { REVIEW_WORKING_DAYS } from '../../contracts/application.ts';
import type { GroupEvent } from '../../contracts/problem-group.ts';
import type { GroupState } from '../../contracts/problem-rules.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import { isWorkingDay, lateBefore, workingDayAfter } from '../../shared/working-days.ts';
import type { Call } from '../../shared/http/serve.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { peopleMustWait } from '../transfer/agreed.ts';
import { findGroup, findGroups } from './group.ts';
import { changeGroup, ofHub, stepped } from './tell.ts';

/** The day by which whoever has had the turn since then should have acted (domain §1.3: ten working days a party). */
export function dueOn(turnSince: string): string {
  return workingDayAfter(chinaDate(Date.parse(turnSince)), REVIEW_WORKING_DAYS);
}

/** Whose turn began before this instant is late. */
export function lateSince(nowMs: number): string {
  return isoTime(lateBefore(nowMs, REVIEW_WORKING_DAYS));
}

/** Why nobody can be urged now (Chinese); null when somebody can. Once a working day a group, whoever urges. */
export function reasonAgainstUrging(
  group: { owner: string; state: GroupState; events: readonly Pick<GroupEvent, 'act' | 'at'>[] },
  nowMs: number,
): string | null {
  if (group.owner !== 'hub') return '省内问题学籍由该省催办，办理经过以该省上报为准';
  if (group.state === 'closed') return '这组问题学籍已处理完毕，不用催办';
  if (group.state === 'arbitration') return '各方都已佐证，等待仲裁，不用催办学校';
  const last = group.events.findLast(({ act }) => act === 'urge');
  if (last && workingDayOf(last.at) >= workingDayOf(isoTime(nowMs)))
    return '本工作日已催办过，下一个工作日可以再次催办';
  return null;
}

function workingDayOf(at: string): string {
  const day = chinaDate(Date.parse(at));
  return isWorkingDay(day) ? day : workingDayAfter(day, 1);
}

/**
 * 催办 by the ministry: both sides see it in the history. A province's own group is the province's to urge.
 */
export async function urge(
  hub: Hub,
  call: Call<HubDb>,
  { id, words }: z.output<typeof urgeLinkedGroup.input>,
): Promise<{ turnName: string }> {
  return call.decide(async (tx, note) => {
    const group = await findGroup(tx, id);
    if (!group) throw new Problem('not-found', '没有这组问题学籍');
    await peopleMustWait(tx, [...new Set(group.members.map(({ province }) => province as NodeId))]);
    const reason = reasonAgainstUrging(group, hub.clock.now());
    if (reason !== null) throw new Problem('illegal-move', reason);
    const { personName, org } = call.caller;
    const event = {
      ...ofHub(hub, { act: 'urge', studentId: turnOf(group), opinion: words }),
      personName,
      orgName: org.name,
    };
    await changeGroup(hub, tx, stepped(hub, group, group, [event]));
    note(id, '催办问题学籍');
    return { turnName: group.members.find(({ studentId }) => studentId === turnOf(group))?.schoolName ?? '' };
  });
}

/** Groups that are reminded in one decision. */
const REMINDED_AT_ONCE_MAX = 50;

/** Job: of each turn that is late, all sides of a group of the hub's are told once. Nothing is decided by a deadline. */
export async function remindLate(hub: Hub): Promise<void> {
  for (let reminded = REMINDED_AT_ONCE_MAX; reminded === REMINDED_AT_ONCE_MAX;) {
    reminded = await hub.store.decide(async (tx) => {
      const late = await tx
        .selectFrom('problem_group')
        .select('id')
        .where('owner', '=', 'hub')
        .where('state', '!=', 'closed')
        .where('turnSince', '<', lateSince(hub.clock.now()))
        .where((eb) => eb.or([eb('remindedFor', 'is', null), eb('remindedFor', '!=', eb.ref('turnSince'))]))
        .orderBy('turnSince')
        .limit(REMINDED_AT_ONCE_MAX)
        .execute();
      const groups = await findGroups(
        tx,
        late.map(({ id }) => id),
      );
      for (const group of groups.values()) {
        const opinion = `已超过 ${REVIEW_WORKING_DAYS} 个工作日（${dueOn(group.turnSince)}）仍未处理，请尽快办理`;
        const event = ofHub(hub, { act: 'urge', studentId: null, opinion });
        await changeGroup(hub, tx, stepped(hub, group, group, [event]));
        await tx
          .updateTable('problem_group')
          .set({ remindedFor: group.turnSince })
          .where('id', '=', group.id)
          .execute();
      }
      return late.length;
    });
  }
}
