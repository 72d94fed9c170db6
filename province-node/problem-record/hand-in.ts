import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import { groupActTitles } from '../../contracts/problem-group.ts';
import type { HandlingEvidence } from '../../contracts/problem-group.ts';
import { PROBLEM_EVIDENCE, problemApplicationKinds } from '../../contracts/problem-record.ts';
import type { handInProblem, withdrawProblem } from '../../contracts/problem-handling.ts';
import { handlingTitles, reasonAgainstHandling } from '../../contracts/problem-rules.ts';
import type { Handling } from '../../contracts/problem-rules.ts';
import type { Kysely } from 'kysely';
import { getApplication, startApplications, withdrawApplication } from '../../shared/chain/chain.ts';
import { chainsAt } from '../../shared/chain-configuration/chains.ts';
import { isoTime } from '../../shared/clock.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { submitEvidence } from '../../shared/evidence/evidence.ts';
import { hashEvidence, mustBeAsHashed } from '../../shared/evidence/hashed.ts';
import type { HashedPicture } from '../../shared/evidence/hashed.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { soon } from '../../shared/jobs/soon.ts';
import { isInScope } from '../../shared/org/scope.ts';
import { orgsUpward } from '../../shared/org/tree.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { actOn } from './act.ts';
import type { Act } from './act.ts';
import { handlingChains } from './chains.ts';
import { getGroupOfRecord, isHubs } from './group.ts';
import type { KeptGroup, KeptMember } from './group.ts';
import { findOpenHandling, setHandling } from './handling.ts';
import { reasonAgainstRemoving } from './remove.ts';
import { sendEvidence } from './send-evidence.ts';
import type { ProblemHandlingTable } from './table.ts';
import { findOpenBusiness } from '../student/open-business.ts';
import { excludes } from '../../contracts/exclusive-business.ts';

/** 佐证 or 删除: what the school chooses goes to its reviewers, with the evidence (2.4–2.6). A second click finds it handed in. */
export async function handIn(
  province: Province,
  call: Call<ProvinceDb>,
  { id, revision, handling, note: words }: z.output<typeof handInProblem.input>,
): Promise<z.input<typeof handInProblem.output>> {
  const evidence = await hashEvidence(province, PROBLEM_EVIDENCE, id);
  return call.decide(async (tx, note) => {
    const { group, member } = await getGroupOfRecord(province, tx, id);
    await mustHandle(tx, member, call.caller);
    const open = await findOpenHandling(tx, id);
    if (open?.handling === handling) return { applicationId: open.id };
    await mustBeCurrent(tx, group, revision);
    const reason = await reasonAgainst(tx, group, member, handling);
    if (reason) throw new Problem('illegal-move', reason);
    await mustHaveEvidence(tx, id, evidence);
    const applicationId = await begin(province, tx, call.caller, { group, member, handling, note: words });
    const said = { orgName: call.caller.org.name, personName: call.caller.personName, opinion: words };
    const act: Act = {
      ...said,
      act: 'hand-in',
      studentId: member.studentId,
      handling,
      evidence: evidence.map(shownOf),
    };
    const handInAct = await actOn(province, tx, group, act);
    if (handInAct !== null) {
      await tx
        .updateTable('problem_handling')
        .set({ handInAct, evidenceDue: 1 })
        .where('id', '=', applicationId)
        .execute();
      afterCommit(tx, () => void soon(province, sendEvidence));
    }
    note(id, `提交问题学籍${handlingTitles[handling]}`);
    return { applicationId };
  });
}

interface Chosen {
  group: KeptGroup;
  member: KeptMember;
  handling: ProblemHandlingTable['handling'];
  note: string;
}

async function begin(
  province: Province,
  tx: Tx<ProvinceDb>,
  caller: Caller,
  { group, member, handling, note }: Chosen,
): Promise<string> {
  const [id, at] = [province.ids.next(), isoTime(province.clock.now())];
  const reach = isHubs(group) ? 'cross-province' : 'in-province';
  const chain = await chainsAt(tx, handlingChains(reach), [handling], await orgsUpward(tx, member.schoolId));
  await startApplications(province, tx, caller, [
    {
      id,
      kind: problemApplicationKinds[reach],
      subject: member.studentId,
      orgId: member.schoolId,
      groupKey: handling,
      chain: chain(handling, member.stage),
      blocked: null,
    },
  ]);
  const none = { text: null, handInAct: null, carryOutAct: null, evidenceDue: 0 } as const;
  const of = { recordId: member.id, groupId: group.id, studentId: member.studentId };
  await tx
    .insertInto('problem_handling')
    .values({ ...of, ...none, id, reach, handling, note, state: 'in-review', handedInAt: at })
    .execute();
  await submitEvidence(tx, PROBLEM_EVIDENCE, member.id, at);
  return id;
}

/** The record belongs to the caller's school. One that it has just let go is told where it went. */
export async function mustHandle(tx: Tx<ProvinceDb>, member: KeptMember, caller: Caller): Promise<void> {
  if (member.schoolId === caller.org.id) return;
  const kept = tx.selectFrom('problem_record').select('schoolId').where('id', '=', member.id);
  const before = await kept.executeTakeFirst();
  if (before?.schoolId === caller.org.id)
    throw new Problem('illegal-move', `该生学籍已转到${member.schoolName}，由该校处理`);
  if (!(await isInScope(tx, member.schoolId, caller))) throw new Problem('not-found', '没有这条问题学籍');
  throw new Problem('illegal-move', `由${member.schoolName}处理`);
}

/** Throws `stale-revision` with what has happened since. */
export async function mustBeCurrent(tx: Kysely<ProvinceDb>, group: KeptGroup, revision: number): Promise<void> {
  if (group.revision === revision) return;
  const last = await tx
    .selectFrom('problem_event')
    .selectAll()
    .where('groupId', '=', group.id)
    .orderBy('ordinal', 'desc')
    .executeTakeFirst();
  const what = last ? `：${last.orgName}${last.personName} ${groupActTitles[last.act]}` : '';
  throw new Problem('stale-revision', `这组问题学籍刚有变化${what}。请核对最新情况后再办理`);
}

/** Why this record cannot be handled so now (Chinese); undefined when it can. `isChange`: asked by the key-data change itself. */
export async function reasonAgainst(
  db: Kysely<ProvinceDb>,
  group: KeptGroup,
  member: KeptMember,
  handling: Handling,
  isChange = false,
): Promise<string | undefined> {
  const open = await findOpenHandling(db, member.id);
  if (open?.state === 'sent') return '该处理已审核通过，等待国家平台确认';
  if (open) return '该学籍的处理申请正在审核';
  const reason = reasonAgainstHandling(group, member.studentId, handling);
  if (reason || isChange) return reason;
  if (handling === 'delete') return reasonAgainstRemoving(db, member.studentId);
  const business = await findOpenBusiness(db, member.studentId);
  return business && excludes(business.kind, `problem-${handling}`)
    ? `该生有正在办理的“${business.title}”（${business.schoolName}），请先办结或撤销`
    : undefined;
}

/** As the other side may see it. */
export function shownOf({ id: _id, ...evidence }: HashedPicture): HandlingEvidence {
  return evidence;
}

/** At least one picture (2.6), and those that were hashed. */
async function mustHaveEvidence(tx: Tx<ProvinceDb>, recordId: string, hashed: readonly HashedPicture[]): Promise<void> {
  await mustBeAsHashed(tx, PROBLEM_EVIDENCE, recordId, hashed);
  if (hashed.length === 0) throw new Problem('illegal-move', '请先上传证明材料：变更、佐证和删除都需要至少一张图片');
}

/** The school takes back what its reviewers have not all approved; the same one's turn again. */
export async function withdraw(
  province: Province,
  call: Call<ProvinceDb>,
  { id, reason }: z.output<typeof withdrawProblem.input>,
): Promise<z.input<typeof withdrawProblem.output>> {
  return call.decide(async (tx, note) => {
    const { group, member } = await getGroupOfRecord(province, tx, id);
    await mustHandle(tx, member, call.caller);
    const open = await findOpenHandling(tx, id);
    if (open?.state === 'sent') throw new Problem('illegal-move', '已全部审核通过，等待国家平台确认，不能撤销');
    if (!open) throw new Problem('illegal-move', '没有正在审核的处理申请，不需要撤销');
    await withdrawApplication(province, tx, await getApplication(tx, open.id), call.caller, reason);
    await setHandling(tx, open.id, { state: 'ended' });
    const said = { orgName: call.caller.org.name, personName: call.caller.personName, opinion: reason };
    await actOn(province, tx, group, {
      ...said,
      act: 'withdraw',
      studentId: member.studentId,
      handling: open.handling,
    });
    note(id, `撤销问题学籍${handlingTitles[open.handling]}`);
    return { id };
  });
}
