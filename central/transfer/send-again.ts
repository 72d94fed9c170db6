import type { z } from 'zod';
import type { Manifest, RecordMissing } from '../../contracts/hand-over.ts';
import type { HandOverFault } from '../../contracts/hand-over-fault.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { transferOf } from './agreed.ts';
import { orderAdmit, orderCopy, orderSeal } from './orders.ts';
import { dropRelayed, findMovedHolders } from './table.ts';
import type { TransferTable } from './table.ts';
import { changeTransfer } from './told.ts';

/**
 * Where the hub and the destination were both restored, a record that was handed over may be in neither: not where it belongs, and not on
 * its way there. The copy that the origin kept is packed once more, and admitted (reliability F39: content from the third node). What
 * the destination had changed since is lost with it.
 */

/** Committed, and the destination has not said that the record is there. */
export function isOwed({ state, destinationDone }: TransferTable): boolean {
  return (state === 'handed-over' || state === 'closed') && destinationDone === 0;
}

/** The origin has been told to pack it once more, and has not yet. */
export function isSentAgain(transfer: TransferTable): boolean {
  return isOwed(transfer) && transfer.package === null;
}

/** Where the machine part stands; none where there is nothing for it to do. What was lost in a restore is handed over once more. */
export function awaitedNodes(transfer: TransferTable): NodeId[] {
  const { state, fromProvince, toProvince } = transfer;
  if (state === 'sealing' || isSentAgain(transfer)) return [fromProvince];
  if (state === 'copying' || (state === 'closed' && isOwed(transfer))) return [toProvince];
  return state === 'handed-over' || state === 'undoing' ? open(transfer) : [];
}

function open({ originDone, destinationDone, fromProvince, toProvince }: TransferTable): NodeId[] {
  return [...(originDone === 0 ? [fromProvince] : []), ...(destinationDone === 0 ? [toProvince] : [])];
}

/** Whether the pupil has not moved on since. */
export async function isLastOf(tx: Tx<HubDb>, { studentId, epoch }: TransferTable): Promise<boolean> {
  return (await findMovedHolders(tx, [studentId])).get(studentId)?.epoch === epoch + 1;
}

/** A package that cannot be used is packed again; how often the destination may say so, beyond what it took the first time. */
const ATTEMPTS_MAX = 6;

/** The destination has nothing of what it is to admit. */
export async function recordsMissing(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<z.output<typeof RecordMissing.item>>,
  { from }: { from: NodeId },
): Promise<void> {
  for (const item of items) {
    const transfer = await transferOf(tx, item.transfer, from, 'toProvince');
    if (!transfer || !isOwed(transfer) || !(await isLastOf(tx, transfer))) continue;
    await sendAgain(hub, tx, transfer, 'package-broken');
  }
}

/** Pictures that the transfer was decided on are sent again as well, once the record is there. */
export async function sendAgain(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable, fault: HandOverFault): Promise<void> {
  if (fault !== 'package-broken' || transfer.attempt >= ATTEMPTS_MAX) return tellLost(hub, transfer, fault);
  const { id, attempt } = transfer;
  hub.log.warn({ transfer: id }, 'a record that was handed over is packed once more');
  const change = { attempt: attempt + 1, package: null, evidenceSentAt: null };
  orderSeal(hub, tx, await changeTransfer(hub, tx, id, change));
}

/** All of it has been passed on. */
export async function copyAgain(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable, manifest: Manifest): Promise<void> {
  const after = await changeTransfer(hub, tx, transfer.id, { package: manifest.package });
  await dropRelayed(tx, transfer.id);
  orderCopy(hub, tx, after, manifest);
  orderAdmit(hub, tx, after);
}

/** Nobody has it any more: the national audit finds the record at none (national-audit/rules.ts), and people decide. */
export function tellLost(hub: Hub, { id, studentId }: TransferTable, fault: HandOverFault): void {
  hub.log.error({ transfer: id, studentId, fault }, 'a record that was handed over cannot be packed once more');
}
