import type { KeyField } from '../../contracts/key-data.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { ProblemKind } from '../../contracts/problem-rules.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import type { KeyChangeListener } from '../key-change/listener.ts';
import type { ProvinceDb } from '../schema.ts';
import { actOn } from './act.ts';
import { findGroup, isHubs } from './group.ts';
import type { KeptGroup, KeptMember } from './group.ts';
import { mustBeCurrent, reasonAgainst, shownOf } from './hand-in.ts';
import { leaveGroups } from './remove.ts';
import { sendPicturesOfChange } from './send-evidence.ts';

/**
 * 变更 (features 2.3) is a key-data change that carries the group: handed in with it, and once it is approved the record leaves this
 * group and every other one that was about what has changed. Its pictures stay with the change, where it is reviewed, and go to the
 * other provinces of the group.
 */
export const changeOfProblem: KeyChangeListener = async (province, tx, { id, studentId, problem }, event, evidence) => {
  const group = await findGroup(province, tx, problem.groupId);
  const member = group?.members.find((one) => one.studentId === studentId);
  if (!group || !member) throw new Problem('not-found', '该生不在这组问题学籍中，请从“问题学籍处理”重新进入');
  const fields = await changedBy(tx, id);
  if (event === 'started' || event === 'resubmitted') await mustFit(tx, group, member, event, problem.revision, fields);
  const last = await tx
    .selectFrom('application_step')
    .select(['orgName', 'personName', 'opinion'])
    .where('applicationId', '=', id)
    .orderBy('ordinal', 'desc')
    .executeTakeFirstOrThrow();
  const act = { ...last, studentId, handling: 'change' as const };
  switch (event) {
    case 'started':
    case 'resubmitted':
      await actOn(province, tx, group, { ...act, act: 'hand-in', evidence: evidence.map(shownOf) });
      if (isHubs(group)) await sendPicturesOfChange(province, tx, id);
      return;
    case 'returned':
      await actOn(province, tx, group, { ...act, act: 'return' });
      return;
    case 'withdrawn':
    case 'ended':
      // What was returned has come back already; whether the hub has counted the hand-in is not known yet.
      if (isHubs(group) || member.state === 'in-review') await actOn(province, tx, group, { ...act, act: 'withdraw' });
      return;
    case 'approved':
      await actOn(province, tx, group, { ...act, act: 'carry-out', done: true });
      await leaveOthers(province, tx, studentId, fields, group.id);
  }
};

/** Its turn, and a change that settles the problem. */
async function mustFit(
  tx: Tx<ProvinceDb>,
  group: KeptGroup,
  member: KeptMember,
  event: 'started' | 'resubmitted',
  revision: number,
  fields: readonly KeyField[],
): Promise<void> {
  // What was returned is handed in again to the group as it stands now.
  if (event === 'started') await mustBeCurrent(tx, group, revision);
  const reason = await reasonAgainst(tx, group, member, 'change', true);
  if (reason) throw new Problem('illegal-move', reason);
  if (!fields.some((field) => settles[group.kind].includes(field)))
    throw new Problem('not-changeable', whatSettles[group.kind]);
}

const documents = ['idType', 'idNumber'] as const satisfies readonly KeyField[];

/** Which key data a problem is about: without a change of one of them it would stay. */
const settles: Record<ProblemKind, readonly KeyField[]> = {
  'identity-held-twice': documents,
  'check-digit': documents,
  'not-found': documents,
  'name-mismatch': [...documents, 'name'],
  'same-person': [...documents, 'name', 'sex', 'birthDate'],
};
const whatSettles: Record<ProblemKind, string> = {
  'identity-held-twice': '身份证件号重复的学籍须变更身份证件类型或号码，其他变更不能解决这个问题',
  'check-digit': '身份证件号有误的学籍须变更身份证件类型或号码，其他变更不能解决这个问题',
  'not-found': '身份证件号有误的学籍须变更身份证件类型或号码，其他变更不能解决这个问题',
  'name-mismatch': '姓名与身份证件号不匹配的学籍须变更姓名、身份证件类型或号码，其他变更不能解决这个问题',
  'same-person': '须变更姓名、性别、出生日期或身份证件，其他变更不能解决这个问题',
};

async function leaveOthers(
  province: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
  fields: readonly KeyField[],
  groupId: string,
): Promise<void> {
  const isLeft = ({ kind, id }: { kind: ProblemKind; id: string }): boolean =>
    id !== groupId && fields.some((field) => settles[kind].includes(field));
  await leaveGroups(province, tx, studentId, 'change', '该学籍的关键数据已变更', isLeft);
}

async function changedBy(tx: Tx<ProvinceDb>, id: string): Promise<KeyField[]> {
  const change = await tx.selectFrom('key_change').select('fields').where('id', '=', id).executeTakeFirstOrThrow();
  return JSON.parse(change.fields) as KeyField[];
}
