import type { z } from 'zod';
import type { RecordAdmitted, RecordDiscarded, RecordReleased, RecordUnsealed } from '../../contracts/hand-over.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { must } from '../../shared/assert.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { transferOf } from './agreed.ts';
import { resumeParked } from './parked.ts';
import { sendEvidence } from './send-evidence.ts';
import { stateAfter } from './table.ts';
import type { TransferTable } from './table.ts';
import { changeTransfer } from './told.ts';

/** What the two sides say when they have carried the last order out: with the second one the transfer has ended. */

interface From {
  from: NodeId;
}
type Item<Kind extends { item: z.ZodType }> = z.output<Kind['item']>;

export async function recordsAdmitted(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof RecordAdmitted>>,
  { from }: From,
): Promise<void> {
  for (const { transfer } of items)
    await sideDone(hub, tx, await transferOf(tx, transfer, from, 'toProvince'), 'destinationDone', 'handed-over');
}

export async function recordsReleased(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof RecordReleased>>,
  { from }: From,
): Promise<void> {
  for (const { transfer } of items)
    await sideDone(hub, tx, await transferOf(tx, transfer, from, 'fromProvince'), 'originDone', 'handed-over');
}

export async function recordsUnsealed(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof RecordUnsealed>>,
  { from }: From,
): Promise<void> {
  for (const { transfer } of items)
    await sideDone(hub, tx, await transferOf(tx, transfer, from, 'fromProvince'), 'originDone', 'undoing');
}

export async function recordsDiscarded(
  hub: Hub,
  tx: Tx<HubDb>,
  items: ReadonlyArray<Item<typeof RecordDiscarded>>,
  { from }: From,
): Promise<void> {
  for (const { transfer } of items)
    await sideDone(hub, tx, await transferOf(tx, transfer, from, 'toProvince'), 'destinationDone', 'undoing');
}

/** One side has carried the last order out; with the other one it has ended, unless it was overtaken (overtaken.ts) and had already. */
async function sideDone(
  hub: Hub,
  tx: Tx<HubDb>,
  transfer: TransferTable | undefined,
  side: 'originDone' | 'destinationDone',
  when: 'handed-over' | 'undoing',
): Promise<void> {
  if (!transfer || transfer[side] === 1) return;
  const overtaken = transfer.state === (when === 'undoing' ? 'withdrawn' : 'closed');
  if (transfer.state !== when && !overtaken) return;
  const both = { originDone: transfer.originDone, destinationDone: transfer.destinationDone, [side]: 1 };
  const ended = both.originDone === 1 && both.destinationDone === 1 && !overtaken;
  const state = ended ? stateAfter(transfer, endOf(transfer)) : transfer.state;
  await changeTransfer(hub, tx, transfer.id, { ...both, state });
  if (when === 'handed-over' && both.destinationDone === 1) afterCommit(tx, () => void soon(hub, sendEvidence));
  if (ended) await resumeParked(hub, tx, [transfer.studentId]);
}

function endOf({ state, ending }: TransferTable): 'close' | 'undoneWithdrawn' | 'undoneFailed' {
  if (state === 'handed-over') return 'close';
  return must(ending, 'how it ends') === 'withdrawn' ? 'undoneWithdrawn' : 'undoneFailed';
}
