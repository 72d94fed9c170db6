import type { Kysely } from 'kysely';
import type { Tx } from '../../shared/db/store.ts';
import type { HubDb } from '../schema.ts';
import { findUnderWay, isUnderWay } from './table.ts';
import type { TransferTable } from './table.ts';

/**
 * A restored hub hears its words from one province after the other, each in its own order: a transfer can seem to be under way while
 * a later one of the same pupil is. A pupil has one at a time, so the earlier has ended, in words that another province returns
 * later, or that nobody has any more.
 */

/**
 * Of a recalled transfer and another of the pupil that both seem to be under way the earlier is taken for ended: what is to be saved of
 * the recalled one. Its revision stays, so that the words that tell how it ended count when they come.
 */
export async function makeRoom(tx: Tx<HubDb>, recalled: TransferTable): Promise<TransferTable> {
  if (!isUnderWay(recalled)) return recalled;
  const other = await findUnderWay(tx, recalled.studentId);
  if (!other || other.id === recalled.id) return recalled;
  if (await isBefore(tx, recalled, other)) return { ...recalled, ...overtaken(recalled) };
  await tx.updateTable('transfer').set(overtaken(other)).where('id', '=', other.id).execute();
  return recalled;
}

function overtaken({ state }: TransferTable): Partial<TransferTable> {
  return state === 'handed-over' ? { state: 'closed' } : { state: 'withdrawn', ending: 'withdrawn' };
}

/** By how often the record had moved; nothing follows on a commit at the same epoch; else by when the review began. */
async function isBefore(db: Kysely<HubDb>, one: TransferTable, other: TransferTable): Promise<boolean> {
  if (one.epoch !== other.epoch) return one.epoch < other.epoch;
  if ((one.state === 'handed-over') !== (other.state === 'handed-over')) return other.state === 'handed-over';
  const begun = await db
    .selectFrom('application')
    .select('id')
    .where('id', 'in', [one.id, other.id])
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
  return begun[0]?.id === one.id;
}

/** Transfers that are taken for ended, or were said to be, and of which it is not known that both sides have carried it out. */
export async function listOvertaken(db: Kysely<HubDb>): Promise<TransferTable[]> {
  return db
    .selectFrom('transfer')
    .leftJoin('application', 'application.id', 'transfer.id')
    .selectAll('transfer')
    .where('transfer.state', 'in', ['withdrawn', 'closed'])
    .where((eb) => eb.or([eb('originDone', '=', 0), eb('destinationDone', '=', 0)]))
    .where((eb) => eb.or([eb('attempt', '>', 0), eb('application.turnOrgId', 'is not', null)]))
    .orderBy('transfer.id')
    .execute();
}
