import { createHash } from 'node:crypto';
import type { z } from 'zod';
import {
  AdmitRecord,
  CopyRecord,
  DiscardRecord,
  RecordPart,
  ReleaseRecord,
  SealRecord,
  UnsealRecord,
} from '../../contracts/hand-over.ts';
import type {
  HandOverFault,
  RecordAdmitted,
  RecordDiscarded,
  RecordReleased,
  RecordSealed,
  RecordStaged,
  RecordUnsealed,
  SealRefused,
  StagingFailed,
} from '../../contracts/hand-over.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { must } from '../../shared/assert.ts';
import type { Tx } from '../../shared/db/store.ts';
import { isRecounting } from '../claim/recount-table.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { mustHaveAgreed } from './agreed.ts';
import { handedOver } from './holder.ts';
import { resumeParked } from './parked.ts';
import { findTransfer, stateAfter } from './table.ts';
import type { TransferTable } from './table.ts';
import { changeTransfer } from './told.ts';

/**
 * The machine part of a transfer (调档; docs/PROTOCOL.md "Hand-over"): the hub orders seal, copy, then commits, in one decision each,
 * and answers what the provinces say. What is said of a state that is over changes nothing.
 */

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

function orderSeal(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable): void {
  const { id, studentId, epoch, toProvince, toSchoolName, attempt, fromProvince } = transfer;
  const order = { transfer: id, studentId, epoch, to: toProvince, toSchoolName, attempt };
  hub.outbox.queue(tx, fromProvince, SealRecord, order, { cause: id });
}

/** Passed on at once: the destination has most of a large package before its list comes. */
export async function partsCame(
  hub: Hub,
  tx: Tx<HubDb>,
  parts: ReadonlyArray<Item<typeof RecordPart>>,
  { from }: From,
): Promise<void> {
  for (const part of parts) {
    const transfer = await find(tx, part.transfer, from, 'fromProvince');
    if (transfer?.state !== 'sealing') continue;
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
    const transfer = await find(tx, id, from, 'fromProvince');
    if (transfer?.state !== 'sealing') continue;
    if (!(await wasPassedOn(tx, id, manifest))) {
      await packAgain(hub, tx, transfer, 'package-broken');
      continue;
    }
    const state = stateAfter(transfer, 'seal');
    const { version } = manifest;
    const { toProvince, studentId, fromProvince, fromSchoolName, toSchoolId, stage, cohort } = transfer;
    await changeTransfer(hub, tx, id, { state, package: manifest.package, version });
    const where = { schoolId: toSchoolId, stage, cohort };
    const order = { transfer: id, studentId, from: fromProvince, fromSchoolName, ...where, manifest };
    hub.outbox.queue(tx, toProvince, CopyRecord, order, { cause: id });
  }
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
    const transfer = await find(tx, id, from, 'fromProvince');
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
    const transfer = await find(tx, item.transfer, from, 'toProvince');
    if (transfer?.state !== 'copying' || transfer.package !== item.package) continue;
    const state = stateAfter(transfer, 'commit');
    await handedOver(tx, transfer);
    await dropRelayed(tx, transfer.id);
    const after = await changeTransfer(hub, tx, transfer.id, { state, originDone: 0, destinationDone: 0 });
    const order = { transfer: after.id, studentId: after.studentId, epoch: after.epoch + 1 };
    hub.outbox.queue(tx, after.toProvince, AdmitRecord, order, { cause: after.id });
    hub.outbox.queue(tx, after.fromProvince, ReleaseRecord, order, { cause: after.id });
  }
}

export async function stagingsFailed(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof StagingFailed>>,
  { from }: From,
): Promise<void> {
  for (const item of items) {
    const transfer = await find(tx, item.transfer, from, 'toProvince');
    if (transfer?.state !== 'copying' || transfer.package !== item.package) continue;
    await packAgain(hub, tx, transfer, item.fault);
  }
}

async function packAgain(hub: Hub, tx: Tx<HubDb>, transfer: TransferTable, fault: HandOverFault): Promise<void> {
  if (fault !== 'package-broken' || transfer.attempt >= ATTEMPTS_MAX) return undo(hub, tx, transfer, 'failed', fault);
  hub.log.warn({ transfer: transfer.id, fault, attempt: transfer.attempt }, 'a record is packed again');
  const state = transfer.state === 'copying' ? stateAfter(transfer, 'packAgain') : transfer.state;
  orderSeal(
    hub,
    tx,
    await changeTransfer(hub, tx, transfer.id, { state, attempt: transfer.attempt + 1, package: null }),
  );
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
  const { id, studentId, fromProvince, toProvince } = await changeTransfer(hub, tx, transfer.id, change);
  await dropRelayed(tx, id);
  hub.outbox.queue(tx, fromProvince, UnsealRecord, { transfer: id, studentId }, { cause: id });
  hub.outbox.queue(tx, toProvince, DiscardRecord, { transfer: id, studentId }, { cause: id });
}

export async function recordsAdmitted(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof RecordAdmitted>>,
  { from }: From,
): Promise<void> {
  for (const { transfer } of items)
    await sideDone(hub, tx, await find(tx, transfer, from, 'toProvince'), 'destinationDone', 'handed-over');
}

export async function recordsReleased(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof RecordReleased>>,
  { from }: From,
): Promise<void> {
  for (const { transfer } of items)
    await sideDone(hub, tx, await find(tx, transfer, from, 'fromProvince'), 'originDone', 'handed-over');
}

export async function recordsUnsealed(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof RecordUnsealed>>,
  { from }: From,
): Promise<void> {
  for (const { transfer } of items)
    await sideDone(hub, tx, await find(tx, transfer, from, 'fromProvince'), 'originDone', 'undoing');
}

export async function recordsDiscarded(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof RecordDiscarded>>,
  { from }: From,
): Promise<void> {
  for (const { transfer } of items)
    await sideDone(hub, tx, await find(tx, transfer, from, 'toProvince'), 'destinationDone', 'undoing');
}

/** One side has carried the last order out; with the other one it has ended. */
async function sideDone(
  hub: Hub,
  tx: Tx<HubDb>,
  transfer: TransferTable | undefined,
  side: 'originDone' | 'destinationDone',
  when: 'handed-over' | 'undoing',
): Promise<void> {
  if (transfer?.state !== when || transfer[side] === 1) return;
  const both = { originDone: transfer.originDone, destinationDone: transfer.destinationDone, [side]: 1 };
  const ended = both.originDone === 1 && both.destinationDone === 1;
  const state = ended ? stateAfter(transfer, endOf(transfer)) : transfer.state;
  await changeTransfer(hub, tx, transfer.id, { ...both, state });
  if (ended) await resumeParked(hub, tx, [transfer.studentId]);
}

function endOf({ state, ending }: TransferTable): 'close' | 'undoneWithdrawn' | 'undoneFailed' {
  if (state === 'handed-over') return 'close';
  return must(ending, 'how it ends') === 'withdrawn' ? 'undoneWithdrawn' : 'undoneFailed';
}

async function dropRelayed(tx: Tx<HubDb>, transfer: string): Promise<void> {
  await tx.deleteFrom('relay_part').where('transfer', '=', transfer).execute();
}

/**
 * The transfer that the province speaks of, if it is that side of it. After a restore of the hub its words wait until both
 * provinces have told what it has forgotten.
 */
async function find(
  tx: Tx<HubDb>,
  id: string,
  from: NodeId,
  side: 'fromProvince' | 'toProvince',
): Promise<TransferTable | undefined> {
  const transfer = await findTransfer(tx, id);
  if (transfer === undefined && (await isRecounting(tx))) await mustHaveAgreed(tx, []);
  if (transfer?.[side] !== from) return undefined;
  await mustHaveAgreed(tx, [transfer.fromProvince, transfer.toProvince]);
  return transfer;
}
