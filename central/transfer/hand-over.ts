import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { RecordPart } from '../../contracts/hand-over.ts';
import type { RecordSealed, RecordStaged, SealRefused, StagingFailed } from '../../contracts/hand-over.ts';
import type { HandOverFault } from '../../contracts/hand-over-fault.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { endApplication, getApplications } from '../../shared/chain/chain.ts';
import { turnOf } from '../../shared/chain/rules.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { transferOf } from './agreed.ts';
import { handedOver } from './holder.ts';
import { orderAdmit, orderCopy, orderEnd, orderRelease, orderSeal, orderUndoing } from './orders.ts';
import { listOvertaken } from './overtaken.ts';
import { copyAgain, isLastOf, isOwed, isSentAgain, sendAgain, tellLost } from './send-again.ts';
import { dropRelayed, stateAfter } from './table.ts';
import type { TransferTable } from './table.ts';
import { changeTransfer } from './told.ts';

/**
 * The machine part of a transfer (调档; docs/PROTOCOL.md "Hand-over"): the hub orders seal, copy, then commits, in one decision each,
 * and answers what the provinces say. What is said of a state that is over changes nothing.
 */

const OVERTAKEN = '中央节点恢复后，未找到该申请的办理结果；该生此后已有另一项跨省转学，本申请终止';

interface From {
  from: NodeId;
}
type Item<Kind extends { item: z.ZodType }> = z.output<Kind['item']>;

/** A package that could not be used is packed again; after so many the transfer ends, and people look at it. */
const ATTEMPTS_MAX = 3;

/** Approved by all: the origin is told to seal the record. */
export async function beginHandOver(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable): Promise<void> {
  const state = stateAfter(transfer, 'approve');
  orderSeal(hub, tx, await changeTransfer(hub, tx, transfer.id, { state, attempt: 1 }));
}

/** The origin has an order to pack it, for the first time or once more. */
function isBeingPacked(transfer: TransferTable | undefined): transfer is TransferTable {
  return transfer !== undefined && (transfer.state === 'sealing' || isSentAgain(transfer));
}

/** Passed on at once: the destination has most of a large package before its list comes. */
export async function partsCame(
  hub: Hub,
  tx: Tx<HubDb>,
  parts: ReadonlyArray<Item<typeof RecordPart>>,
  { from }: From,
): Promise<void> {
  for (const part of parts) {
    const transfer = await transferOf(tx, part.transfer, from, 'fromProvince');
    if (!isBeingPacked(transfer)) continue;
    const hash = createHash('sha256').update(part.sealed).digest('hex');
    await tx
      .insertInto('relay_part')
      .values({ transfer: part.transfer, package: part.package, index: part.index, hash })
      .onConflict((oc) => oc.doNothing())
      .execute();
    hub.outbox.queue(tx, transfer.toProvince, RecordPart, part, { cause: transfer.id });
  }
}

/** Sealed, and all of it has been passed on: the destination is told what makes the record. */
export async function recordsSealed(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof RecordSealed>>,
  { from }: From,
): Promise<void> {
  for (const { transfer: id, manifest } of items) {
    const transfer = await transferOf(tx, id, from, 'fromProvince');
    if (!isBeingPacked(transfer)) continue;
    if (!(await wasPassedOn(tx, id, manifest))) {
      await packAgain(hub, tx, transfer, 'package-broken');
      continue;
    }
    if (isSentAgain(transfer)) {
      await copyAgain(hub, tx, transfer, manifest);
      continue;
    }
    const record = await recordOf(tx, transfer.studentId);
    // Its stream keeps the order: what it told before is known, so an older version is not the record that was promised.
    if (record && manifest.version < record.version) {
      await undo(hub, tx, transfer, 'failed', 'version-behind');
      continue;
    }
    const state = stateAfter(transfer, 'seal');
    const { version } = manifest;
    const after = await changeTransfer(hub, tx, id, { state, package: manifest.package, version });
    orderCopy(hub, tx, after, manifest, record?.version === version ? record : undefined);
  }
}

function recordOf(tx: Tx<HubDb>, studentId: string) {
  return tx.selectFrom('national_record').selectAll().where('studentId', '=', studentId).executeTakeFirst();
}

async function wasPassedOn(
  tx: Tx<HubDb>,
  transfer: string,
  manifest: Item<typeof RecordSealed>['manifest'],
): Promise<boolean> {
  const rows = await tx
    .selectFrom('relay_part')
    .select('hash')
    .where('transfer', '=', transfer)
    .where('package', '=', manifest.package)
    .orderBy('index')
    .execute();
  return rows.length === manifest.parts.length && rows.every(({ hash }, index) => hash === manifest.parts[index]);
}

/** The origin cannot: the record is as it was there, and nothing has been kept anywhere else. */
export async function sealsRefused(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof SealRefused>>,
  { from }: From,
): Promise<void> {
  for (const { transfer: id, fault } of items) {
    const transfer = await transferOf(tx, id, from, 'fromProvince');
    if (transfer && isSentAgain(transfer)) tellLost(hub, transfer, fault);
    if (transfer?.state !== 'sealing') continue;
    await undo(hub, tx, transfer, 'failed', fault);
  }
}

/**
 * The commit: the record is durable at the destination, so the destination holds it from here on (调档完毕). One row decides, in one
 * decision; nobody takes it back.
 */
export async function recordsStaged(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof RecordStaged>>,
  { from }: From,
): Promise<void> {
  for (const item of items) {
    const transfer = await transferOf(tx, item.transfer, from, 'toProvince');
    if (transfer?.state !== 'copying' || transfer.package !== item.package) continue;
    const state = stateAfter(transfer, 'commit');
    await handedOver(tx, transfer);
    await dropRelayed(tx, transfer.id);
    const after = await changeTransfer(hub, tx, transfer.id, { state, originDone: 0, destinationDone: 0 });
    orderEnd(hub, tx, after);
  }
}

export async function stagingsFailed(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof StagingFailed>>,
  { from }: From,
): Promise<void> {
  for (const item of items) {
    const transfer = await transferOf(tx, item.transfer, from, 'toProvince');
    const isExpected = transfer?.state === 'copying' || (transfer && isOwed(transfer));
    if (!isExpected || transfer.package !== item.package) continue;
    await packAgain(hub, tx, transfer, item.fault);
  }
}

async function packAgain(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable, fault: HandOverFault): Promise<void> {
  if (isOwed(transfer)) return sendAgain(hub, tx, transfer, fault);
  if (fault !== 'package-broken' || transfer.attempt >= ATTEMPTS_MAX) return undo(hub, tx, transfer, 'failed', fault);
  hub.log.warn({ transfer: transfer.id, fault, attempt: transfer.attempt }, 'a record is packed again');
  await orderPacking(hub, tx, transfer);
}

async function orderPacking(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable): Promise<void> {
  const state = transfer.state === 'copying' ? stateAfter(transfer, 'packAgain') : transfer.state;
  const change = { state, attempt: transfer.attempt + 1, package: null };
  orderSeal(hub, tx, await changeTransfer(hub, tx, transfer.id, change));
}

/** Nothing comes of it, withdrawn or failed: both sides are told, and it has ended when both have carried it out. */
export async function undo(
  hub: Hub,
  tx: Tx<HubDb>,
  transfer: TransferTable,
  ending: 'withdrawn' | 'failed',
  fault: HandOverFault | null = null,
): Promise<void> {
  const state = stateAfter(transfer, 'undo');
  const change = { state, ending, fault, originDone: 0, destinationDone: 0 } as const;
  const after = await changeTransfer(hub, tx, transfer.id, change);
  await dropRelayed(tx, after.id);
  orderUndoing(hub, tx, after);
}

/**
 * After a restore of the hub, once all provinces have told what it forgot: its words came back, but what it had not got out to
 * anybody is lost with it. So each hand-over is ordered again from where it stands; whoever has carried an order out answers again.
 */
export async function orderAgain(hub: Hub, tx: Tx<HubDb>): Promise<void> {
  await endOvertaken(hub, tx);
  const underWay = await tx
    .selectFrom('transfer')
    .selectAll()
    .where('state', 'in', ['sealing', 'copying', 'handed-over', 'undoing'])
    .orderBy('id')
    .execute();
  for (const transfer of underWay) {
    if (transfer.state === 'sealing') orderSeal(hub, tx, transfer);
    // What was to be copied only the origin has: it packs again.
    else if (transfer.state === 'copying') await orderPacking(hub, tx, transfer);
    // What a side had carried out may be lost with its own restore: it says so again, or that it is not there.
    else if (transfer.state === 'handed-over')
      orderEnd(hub, tx, await changeTransfer(hub, tx, transfer.id, { originDone: 0, destinationDone: 0 }));
    else orderUndoing(hub, tx, transfer);
  }
}

/**
 * Of what has ended in words that nobody has any more both provinces hear, and whoever had begun to hand over puts that back. An origin
 * that was restored as well may have a record again that has moved: it lets go once more. A destination that was may lack it: of the
 * pupil's last hand-over it is asked once more to admit it (send-again.ts).
 */
async function endOvertaken(hub: Hub, tx: Tx<HubDb>): Promise<void> {
  for (const overtaken of await listOvertaken(tx)) {
    const { id, state } = overtaken;
    const [application] = await getApplications(tx, [id]);
    if (application && turnOf(application)) await endApplication(hub, tx, application, OVERTAKEN);
    const isLast = state === 'closed' && (await isLastOf(tx, overtaken));
    const done = { originDone: 1, destinationDone: isLast ? 0 : 1 };
    const transfer = await changeTransfer(hub, tx, id, state === 'closed' ? done : {});
    if (state === 'closed') orderRelease(hub, tx, transfer);
    if (isLast) orderAdmit(hub, tx, transfer);
    if (state === 'withdrawn' && transfer.attempt > 0) orderUndoing(hub, tx, transfer);
  }
}
