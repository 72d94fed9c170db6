import { cameBack } from '../../contracts/problem-rules.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { bySystem, changeGroup, tellHub } from './change-group.ts';
import { findGroup, findGroups } from './group.ts';
import type { KeptGroup } from './group.ts';
import { isUnderReview, lastHandlings } from './handling.ts';
import { markAgain } from './marks.ts';
import { removeRecord } from './remove.ts';

/** Groups that one decision takes. */
const GROUPS_PER_DECISION = 100;

/** Deletions that the hub has confirmed take effect. */
export async function removeSettled(province: Province, tx: Tx<ProvinceDb>, group: KeptGroup): Promise<void> {
  if (!province.messaging.hasAgreed(HUB)) return;
  const gone = group.members.filter((member) => member.province === province.node && member.state === 'deleted');
  const handlings = await lastHandlings(
    tx,
    gone.map(({ id }) => id),
  );
  for (const { id, studentId } of gone) {
    const students = tx.selectFrom('student').select(['custody', 'status']).where('id', '=', studentId);
    const student = await students.executeTakeFirst();
    if (student?.custody !== 'active' || student.status === 'deleted') continue;
    await removeRecord(province, tx, studentId, handlings.get(id)?.id ?? group.id);
  }
}

/**
 * What a decision could not do at its time is done by and by: the hub is told of groups that a migration made, marks and deletions
 * that came before this node had agreed with the hub are written, and a turn whose application a restore has lost comes back.
 */
export async function settle(province: Province): Promise<void> {
  await tellUntold(province);
  if (!province.messaging.hasAgreed(HUB)) return;
  await markAgain(province);
  await removeAgain(province);
  await freeForgotten(province);
}

async function tellUntold(province: Province): Promise<void> {
  const untold = await province.store.read
    .selectFrom('problem_group')
    .select('id')
    .where('owner', '!=', HUB)
    .whereRef('toldRevision', '<', 'revision')
    .limit(GROUPS_PER_DECISION)
    .execute();
  if (untold.length === 0) return;
  await province.store.decide(async (tx) => {
    const ids = untold.map(({ id }) => id);
    for (const group of (await findGroups(province, tx, ids)).values()) await tellHub(province, tx, group);
  });
}

async function removeAgain(province: Province): Promise<void> {
  const due = await province.store.read
    .selectFrom('problem_record')
    .innerJoin('student', 'student.id', 'problem_record.studentId')
    .select('groupId')
    .where('problem_record.state', '=', 'deleted')
    .where('student.problem', '=', 1)
    .where('student.status', '!=', 'deleted')
    .where('student.custody', '=', 'active')
    .limit(GROUPS_PER_DECISION)
    .execute();
  for (const { groupId } of due)
    await province.store.decide(async (tx) => {
      const group = await findGroup(province, tx, groupId);
      if (group) await removeSettled(province, tx, group);
    });
}

/** In own groups: a record in review whose application is not there. */
async function freeForgotten(province: Province): Promise<void> {
  const { read } = province.store;
  const inReview = await read
    .selectFrom('problem_record')
    .innerJoin('problem_group', 'problem_group.id', 'problem_record.groupId')
    .select(['problem_record.id as recordId', 'problem_record.groupId', 'problem_record.studentId'])
    .where('owner', '!=', HUB)
    .where('turnSchoolId', 'is not', null)
    .where('problem_record.state', '=', 'in-review')
    .execute();
  for (const record of inReview) {
    if (await isUnderReview(read, record)) continue;
    const { groupId, studentId } = record;
    await province.store.decide(async (tx) => {
      if (await isUnderReview(tx, record)) return;
      const group = await findGroup(province, tx, groupId);
      if (!group?.members.some((member) => member.studentId === studentId && member.state === 'in-review')) return;
      const said = { ...bySystem, opinion: '系统恢复后原申请已不存在，请重新提交' };
      const event = { ...said, act: 'withdraw' as const, studentId, handling: null };
      await changeGroup(province, tx, group, [event], (standing) => cameBack(standing, studentId));
    });
  }
}
