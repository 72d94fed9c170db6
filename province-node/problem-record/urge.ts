import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import type { urgeProblem } from '../../contracts/problem-handling.ts';
import { turnOf } from '../../contracts/problem-rules.ts';
import { must } from '../../shared/assert.ts';
import { chinaDate } from '../../shared/clock.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { workingDayOf } from '../../shared/working-days.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { actOn } from './act.ts';
import { getGroupOfRecord, isHubs } from './group.ts';
import { mustReachRecord } from './reach.ts';
import type { KeptGroup } from './group.ts';

/** 催办: the school whose turn it is, or the arbiter, finds it in the group's history; once a working day (2.2). */
export async function urge(
  province: Province,
  call: Call<ProvinceDb>,
  { id, words }: z.output<typeof urgeProblem.input>,
): Promise<z.input<typeof urgeProblem.output>> {
  return call.decide(async (tx, note) => {
    const { group, member } = await getGroupOfRecord(province, tx, id);
    await mustReachRecord(tx, id, call.caller);
    const reason = await reasonAgainstUrging(province, tx, group, call.caller);
    if (reason !== null) throw new Problem('illegal-move', reason);
    const turnName = must(turnNameOf(group), 'whose turn it is');
    const said = { orgName: call.caller.org.name, personName: call.caller.personName, opinion: words };
    // Of a group in arbitration the bureau is urged: the event then names the record that asks. So it does at the hub, which takes
    // acts of a province on its own records only.
    const studentId = (isHubs(group) ? null : turnOf(group)) ?? member.studentId;
    await actOn(province, tx, group, { ...said, act: 'urge', studentId, handling: null });
    note(id, `催办${turnName}`);
    return { turnName };
  });
}

/** Whose turn it is, for people; null when the group has ended. */
export function turnNameOf(group: KeptGroup): string | null {
  if (group.state === 'arbitration') return group.arbiterName || '共同上级教育部门';
  const turn = group.members.find(({ studentId }) => studentId === turnOf(group));
  return turn ? `${turn.provinceName} ${turn.schoolName}` : null;
}

/** Why the caller cannot urge now (Chinese); null when they can. */
export async function reasonAgainstUrging(
  { clock, node }: Province,
  db: Kysely<ProvinceDb>,
  group: KeptGroup,
  caller: Caller,
): Promise<string | null> {
  if (group.state === 'closed') return '这组问题学籍已处理完毕，不用催办';
  const turn = group.members.find(({ studentId }) => studentId === turnOf(group));
  if (group.arbiterOrgId === caller.org.id && group.state === 'arbitration') return '等待本单位仲裁，不用催办';
  if (turn?.province === node && turn.schoolId === caller.org.id) return '轮到本校处理，不用催办';
  const last = await db
    .selectFrom('problem_event')
    .select('at')
    .where('groupId', '=', group.id)
    .where('act', '=', 'urge')
    .orderBy('ordinal', 'desc')
    .executeTakeFirst();
  const dayOf = (ms: number): string => workingDayOf(chinaDate(ms));
  if (last && dayOf(Date.parse(last.at)) >= dayOf(clock.now())) return '本工作日已催办过，下一个工作日可以再次催办';
  return null;
}
