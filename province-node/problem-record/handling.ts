import { hasLeft } from '../../contracts/problem-rules.ts';
import type { Kysely } from 'kysely';
import { endApplication, getApplication } from '../../shared/chain/chain.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import type { KeptGroup } from './group.ts';
import type { ProblemHandlingTable } from './table.ts';

/** The handling of a problem record that is under review, or waits for the hub. */
export function findOpenHandling(db: Kysely<ProvinceDb>, recordId: string): Promise<ProblemHandlingTable | undefined> {
  return db
    .selectFrom('problem_handling')
    .selectAll()
    .where('recordId', '=', recordId)
    .where('state', 'in', ['in-review', 'sent'])
    .executeTakeFirst();
}

/** Whether somebody here can still decide what was handed in of the record, be it a handling or a key-data change. */
export async function isUnderReview(
  db: Kysely<ProvinceDb>,
  { groupId, recordId, studentId }: Pick<ProblemHandlingTable, 'groupId' | 'recordId' | 'studentId'>,
): Promise<boolean> {
  if (await findOpenHandling(db, recordId)) return true;
  const change = await db
    .selectFrom('key_change')
    .select('id')
    .where('studentId', '=', studentId)
    .where('state', '=', 'in-review')
    .where('problemGroup', '=', groupId)
    .executeTakeFirst();
  return change !== undefined;
}

/** The last ones of these problem records, by record. */
export async function lastHandlings(
  db: Kysely<ProvinceDb>,
  recordIds: readonly string[],
): Promise<Map<string, ProblemHandlingTable>> {
  if (recordIds.length === 0) return new Map();
  const rows = db.selectFrom('problem_handling').selectAll().where('recordId', 'in', recordIds);
  return new Map((await rows.orderBy('handedInAt').execute()).map((row) => [row.recordId, row]));
}

export async function setHandling(
  tx: Tx<ProvinceDb>,
  id: string,
  change: Partial<Pick<ProblemHandlingTable, 'state' | 'text' | 'carryOutAct' | 'evidenceDue'>>,
): Promise<void> {
  await tx.updateTable('problem_handling').set(change).where('id', '=', id).execute();
}

/**
 * Handlings under review of records whose place in the group was decided without them, such as by the other side's leaving: they
 * end, and their reviewers are no longer asked.
 */
export async function endOvertaken(province: Province, tx: Tx<ProvinceDb>, group: KeptGroup): Promise<void> {
  const settled = group.members.filter(
    (member) => group.state === 'closed' || member.state === 'cleared' || hasLeft(member),
  );
  for (const { id } of settled) {
    const open = await findOpenHandling(tx, id);
    if (open?.state !== 'in-review') continue;
    await endApplication(province, tx, await getApplication(tx, open.id), OVERTAKEN);
    await setHandling(tx, open.id, { state: 'ended' });
  }
}

const OVERTAKEN = '这组问题学籍已因其他处理结束，该申请自动终止';
