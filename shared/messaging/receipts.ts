import type { z } from 'zod';
import type { NodeId } from '../../contracts/core/message.ts';
import { Receipt } from '../../contracts/link.ts';
import { assert } from '../assert.ts';
import { afterCommit } from '../db/decision.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { now } from './core.ts';
import type { Core } from './core.ts';
import type { Courier } from './courier.ts';
import { bodyHashAt, findStream, listExceptions, saveStream, setException } from './log.ts';
import type { Exception, Stream } from './log.ts';

export type ReceiptItem = z.infer<typeof Receipt.item>;

const EXCEPTIONS_MAX = 1_000;

/** What became of everything in a received stream after `after` up to `upTo`, as far as one receipt can say it. */
export async function receiptOf(tx: AnyTx, stream: Stream, after: number, upTo: number): Promise<ReceiptItem> {
  const { peer, incarnation } = stream;
  const all = await listExceptions(tx, 'received', peer, incarnation, after, upTo);
  const exceptions = all.slice(0, EXCEPTIONS_MAX);
  const end = all.length > EXCEPTIONS_MAX ? exceptions[EXCEPTIONS_MAX - 1]!.sequence : upTo;
  const hash =
    end === stream.lastSequence
      ? stream.lastHash
      : await bodyHashAt(tx, 'received', peer, { incarnation, sequence: end });
  return { incarnation, after, upTo: end, hash: hash!.toString('hex'), exceptions: exceptions.map(asTold) };
}

/**
 * `earlier`, which has not been sent, and `later` as one; undefined when it would leave a hole or tell too much. Of the
 * stretch that both tell about the later one is right.
 */
export function joinReceipts(earlier: ReceiptItem, later: ReceiptItem): ReceiptItem | undefined {
  if (earlier.incarnation !== later.incarnation || later.after > earlier.upTo || later.upTo < earlier.upTo)
    return undefined;
  const exceptions = [...earlier.exceptions.filter(({ sequence }) => sequence <= later.after), ...later.exceptions];
  if (exceptions.length > EXCEPTIONS_MAX) return undefined;
  return { ...later, after: Math.min(earlier.after, later.after), exceptions };
}

/** Of a defect the other side learns that it was one; what exactly is in this node's log. */
function asTold({ sequence, outcome, problem }: Exception) {
  assert(outcome !== 'reissued', 'a received message is never re-issued');
  return { sequence, outcome, problem: outcome === 'dead' ? { code: 'defect' } : problem };
}

/**
 * Records a peer's receipt, whose bytes are kept as the proof. One that begins beyond what was receipted leaves a hole and
 * changes nothing: the messages go again, and with them the receipt. One for what was receipted before tells how parked
 * and dead messages went on.
 */
export async function takeReceipt(
  core: Core,
  courier: Courier,
  tx: AnyTx,
  from: NodeId,
  receipt: ReceiptItem,
  bytes: Uint8Array,
): Promise<void> {
  const stream = await findStream(tx, 'sent', from, receipt.incarnation);
  if (!stream || receipt.upTo > stream.lastSequence || receipt.after > stream.receiptedSequence) return;
  const place = { incarnation: receipt.incarnation, sequence: receipt.upTo };
  const hash = receipt.upTo === stream.lastSequence ? stream.lastHash : await bodyHashAt(tx, 'sent', from, place);
  if (hash?.toString('hex') !== receipt.hash) {
    core.log.warn({ peer: from, ...place }, 'a receipt for another body than the one sent');
    return;
  }
  await settle(core, tx, stream, receipt);
  if (receipt.upTo <= stream.receiptedSequence) return;
  await saveStream(tx, { ...stream, receiptedSequence: receipt.upTo, receipt: Buffer.from(bytes) });
  afterCommit(tx, () => courier.receipted(from, receipt.incarnation, receipt.upTo));
}

async function settle(core: Core, tx: AnyTx, stream: Stream, receipt: ReceiptItem): Promise<void> {
  const { peer, incarnation, receiptedSequence } = stream;
  const told = new Map(receipt.exceptions.map((exception) => [exception.sequence, exception]));
  const open = await listExceptions(
    tx,
    'sent',
    peer,
    incarnation,
    receipt.after,
    Math.min(receipt.upTo, receiptedSequence),
  );
  for (const { sequence, outcome } of open) {
    if (outcome === 'parked' || outcome === 'dead')
      await setException(tx, stream, sequence, told.get(sequence), now(core));
  }
  for (const exception of told.values()) {
    const { sequence } = exception;
    if (sequence > receiptedSequence && sequence <= receipt.upTo)
      await setException(tx, stream, sequence, exception, now(core));
  }
}
