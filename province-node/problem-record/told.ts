import type { z } from 'zod';
import type { ProblemGroup, ProblemRefused } from '../../contracts/problem-group.ts';
import { endApplication, getApplication } from '../../shared/chain/chain.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { actOn } from './act.ts';
import { arbiterOf, bySystem, saveGroup, tellGroupPages } from './change-group.ts';
import { findGroup, isHubs } from './group.ts';
import type { KeptGroup } from './group.ts';
import { endOvertaken, findOpenHandling, isUnderReview, setHandling } from './handling.ts';
import { keepEvidence } from './keep-evidence.ts';
import { markProblems } from './marks.ts';
import { joinGroup } from './open.ts';
import { removeSettled } from './settle.ts';
import { sendEvidence, sendPicturesOfChange } from './send-evidence.ts';

/**
 * Groups as the hub tells them (protocol §5). One of this province alone is its own from the first telling on; told again it can only
 * have found more records. All others are the hub's: each telling replaces what was known, an older one changes nothing.
 */
export async function groupsTold(
  province: Province,
  tx: Tx<ProvinceDb>,
  groups: readonly ProblemGroup[],
): Promise<void> {
  for (const told of groups) {
    const known = await findGroup(province, tx, told.id);
    if (told.owner !== province.node) await replace(province, tx, told, known);
    else if (!known) await take(province, tx, told, undefined);
    else if (!isHubs(known)) await join(province, tx, known, told);
    // Its last member elsewhere has come here: what was the hub's is this province's own from now on.
    else if (known.revision < told.revision) await take(province, tx, told, known);
  }
  afterCommit(tx, () => void soon(province, keepEvidence));
}

/** The hub has found more records of the identity in this province. */
async function join(province: Province, tx: Tx<ProvinceDb>, known: KeptGroup, told: ProblemGroup): Promise<void> {
  let group = known;
  for (const member of told.members) {
    if (group.members.some(({ studentId }) => studentId === member.studentId)) continue;
    group = await joinGroup(province, tx, group, { ...member, classNo: '' });
  }
}

async function replace(
  province: Province,
  tx: Tx<ProvinceDb>,
  told: ProblemGroup,
  known: KeptGroup | undefined,
): Promise<void> {
  const isTakenOver = known !== undefined && !isHubs(known);
  if (known && !isTakenOver && known.revision >= told.revision) return;
  const group = await take(province, tx, told, known);
  if (isTakenOver) await sendPicturesOf(province, tx, group.id);
  for (const member of group.members.filter((one) => one.province === province.node)) {
    const open = await findOpenHandling(tx, member.id);
    if (open?.state === 'sent' && member.state !== 'in-review') await setHandling(tx, open.id, { state: 'done' });
    const { studentId, state } = member;
    // A restore has lost the application: nobody could decide it any more.
    const of = { groupId: group.id, recordId: member.id, studentId };
    if (state === 'in-review' && !(await isUnderReview(tx, of)))
      await actOn(province, tx, group, { ...bySystem, act: 'withdraw', studentId, handling: member.handling });
  }
  await endOvertaken(province, tx, group);
  await removeSettled(province, tx, group);
}

/** The hub knows from the telling what was handed in while the group was this province's own, but for the pictures. */
async function sendPicturesOf(province: Province, tx: Tx<ProvinceDb>, groupId: string): Promise<void> {
  await tx.updateTable('problem_handling').set({ evidenceDue: 1 }).where('groupId', '=', groupId).execute();
  const changes = await tx.selectFrom('key_change').select('id').where('problemGroup', '=', groupId).execute();
  await sendPicturesOfChange(province, tx, ...changes.map(({ id }) => id));
  afterCommit(tx, () => void soon(province, sendEvidence));
}

/** Kept as it was told, history and all. The problem records of records that were in it keep their ids. */
async function take(
  province: Province,
  tx: Tx<ProvinceDb>,
  told: ProblemGroup,
  known: KeptGroup | undefined,
): Promise<KeptGroup> {
  const { events, ...rest } = told;
  const idOf = (studentId: string): string =>
    known?.members.find((member) => member.studentId === studentId)?.id ?? province.ids.next();
  const group = {
    ...rest,
    members: told.members.map((member) => ({ ...member, id: idOf(member.studentId), classNo: '' })),
  };
  const isOwn = told.owner === province.node;
  await saveGroup(province, tx, isOwn ? { ...group, ...(await arbiterOf(tx, group.members)) } : group, told.revision);
  await tx.deleteFrom('problem_event').where('groupId', '=', told.id).execute();
  const rows = events.map((event, index) => ({ ...event, groupId: told.id, ordinal: index + 1 }));
  if (rows.length > 0) await tx.insertInto('problem_event').values(rows).execute();
  await markProblems(
    province,
    tx,
    group.members.map(({ studentId }) => studentId),
  );
  tellGroupPages(province, tx, group);
  return group;
}

/** The hub does not count what was asked: it goes back to the registrar with the text. */
export async function actsRefused(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: ReadonlyArray<z.output<typeof ProblemRefused.item>>,
): Promise<void> {
  for (const { id, group: groupId, text } of items) {
    const handling = await tx
      .selectFrom('problem_handling')
      .selectAll()
      .where('groupId', '=', groupId)
      .where('state', 'in', ['in-review', 'sent'])
      .where(({ eb, or }) => or([eb('handInAct', '=', id), eb('carryOutAct', '=', id)]))
      .executeTakeFirst();
    if (!handling) continue;
    if (handling.state === 'in-review')
      await endApplication(province, tx, await getApplication(tx, handling.id), `国家平台未接受：${text}`);
    await setHandling(tx, handling.id, { state: 'refused', text });
    const group = await findGroup(province, tx, groupId);
    if (group) tellGroupPages(province, tx, group);
  }
}

/** Own words that come back after a restore: so the group stood. */
export async function toldRecalled(
  province: Province,
  tx: Tx<ProvinceDb>,
  groups: readonly ProblemGroup[],
): Promise<void> {
  for (const told of groups) {
    const known = await findGroup(province, tx, told.id);
    if (!known || (!isHubs(known) && known.revision < told.revision)) await take(province, tx, told, known);
  }
}
