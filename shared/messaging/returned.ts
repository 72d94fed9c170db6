import type { NodeId } from '../../contracts/core/message.ts';
import { Receipt } from '../../contracts/link.ts';
import { must } from '../assert.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { openSealed } from './apply.ts';
import { now, ownKey } from './core.ts';
import type { Core } from './core.ts';
import { holds, openEnvelope, sha256 } from './envelope.ts';
import { parseBody } from './incoming.ts';
import { appendLog, findStream, newStream, saveStream } from './log.ts';
import type { Recall } from './recall.ts';
import { Refusal } from './refusal.ts';

/**
 * Whether `bytes` are this node's own words to or about `peer` that it does not remember, which proves that it was restored
 * from a backup. A message goes back into the log, and to the business that said it; a receipt needs no more than to be
 * seen.
 */
export async function takeBack(
  core: Core,
  recall: Recall,
  tx: AnyTx,
  peer: NodeId,
  bytes: Uint8Array,
): Promise<boolean> {
  const opened = openEnvelope(bytes);
  const key = core.directory.key(opened.keyId);
  if (!key || key.node !== core.node || !holds(opened, key.verifier)) throw new Refusal('bad-signature');
  const body = parseBody(opened);
  if (body.from !== core.node || body.to !== peer) throw new Refusal('not-for-me');
  if (body.sequence === 0) {
    if (body.kind !== Receipt.kind || !('items' in body.data)) throw new Refusal('unknown-control', body.kind);
    const { incarnation, upTo } = Receipt.item.parse(body.data.items[0]);
    return upTo > ((await findStream(tx, 'received', peer, incarnation))?.lastSequence ?? 0);
  }
  const { incarnation, sequence } = body;
  const stream = (await findStream(tx, 'sent', peer, incarnation)) ?? newStream('sent', peer, incarnation);
  const next = sequence === stream.lastSequence + 1 && body.previous === stream.lastHash.toString('hex');
  if (!next) return false;
  const bodyHash = sha256(opened.payload);
  const theirs = 'sealed' in body.data ? core.directory.key(body.data.sealedFor) : key;
  const mine = must(ownKey(core, opened.keyId), 'own key');
  const words = openSealed(core, body, mine, must(theirs, 'key of the peer'));
  const { id: messageId, kind, schema, cause = null } = body;
  const place = { direction: 'sent', peer, incarnation, sequence } as const;
  const head = { ...place, messageId, kind, schema, items: words.length, bodyHash, cause };
  await appendLog(tx, [{ ...head, envelope: Buffer.from(bytes), at: now(core) }]);
  await saveStream(tx, { ...stream, lastSequence: sequence, lastHash: bodyHash, receiptedSequence: sequence });
  await recall(tx, body, words);
  return true;
}
