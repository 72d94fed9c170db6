import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import type { arbitrateProblem } from '../../contracts/problem-handling.ts';
import { arbitrated, groupStateTitles, hasLeft } from '../../contracts/problem-rules.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { mustHaveAgreed } from '../agreed.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeGroup } from './change-group.ts';
import { getGroupOfRecord, isHubs } from './group.ts';
import type { KeptGroup } from './group.ts';
import { mustBeCurrent } from './hand-in.ts';
import { mustReachRecord } from './reach.ts';

/**
 * 仲裁 by the nearest common superior (2.7): the winner is a problem no more, the others go back to their schools with two choices.
 * Each is told the grounds. Cannot be undone; a second click meets a group that is decided.
 */
export async function arbitrate(
  province: Province,
  call: Call<ProvinceDb>,
  { id, revision, winner, opinions }: z.output<typeof arbitrateProblem.input>,
): Promise<z.input<typeof arbitrateProblem.output>> {
  return call.decide(async (tx, note) => {
    await mustHaveAgreed(province, tx);
    const { group } = await getGroupOfRecord(province, tx, id);
    await mustReachRecord(tx, id, call.caller);
    const reason = reasonAgainstArbitrating(group, call.caller);
    if (reason !== null) throw new Problem('illegal-move', reason);
    await mustBeCurrent(tx, group, revision);
    const said = { orgName: call.caller.org.name, personName: call.caller.personName };
    const events = thereIn(group).map(({ studentId }) => ({
      ...said,
      act: 'arbitrate' as const,
      studentId,
      handling: null,
      opinion: `${studentId === winner ? '仲裁通过' : '仲裁不通过'}：${opinionOn(studentId, opinions)}`,
    }));
    if (!thereIn(group).some(({ studentId }) => studentId === winner)) throw missing('/winner', '请选择仲裁通过的一方');
    await changeGroup(province, tx, group, events, (standing) => arbitrated(standing, winner));
    note(id, '仲裁问题学籍');
    return { id };
  });
}

export function thereIn({ members }: KeptGroup): KeptGroup['members'] {
  return members.filter((member) => !hasLeft(member));
}

/** Why the caller's org cannot decide the group now (Chinese); null when it can. */
export function reasonAgainstArbitrating(group: KeptGroup, caller: Caller): string | null {
  if (isHubs(group)) return '跨省问题学籍由教育部仲裁';
  if (group.state !== 'arbitration') return `目前“${groupStateTitles[group.state]}”，各方都佐证后才需要仲裁`;
  if (caller.role !== 'bureau-registrar' || caller.org.id !== group.arbiterOrgId) return `由${group.arbiterName}仲裁`;
  return null;
}

function opinionOn(studentId: string, opinions: z.output<typeof arbitrateProblem.input>['opinions']): string {
  const given = opinions.find((one) => one.studentId === studentId)?.opinion;
  if (given === undefined) throw missing('/opinions', '请填写对每一方的仲裁意见');
  return given;
}

function missing(pointer: string, detail: string): Problem {
  return new Problem('invalid-input', undefined, { errors: [{ pointer, detail }] });
}
