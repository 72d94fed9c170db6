import type { NodeId } from '../../contracts/core/message.ts';
import { breathe } from '../db/decision.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { defect } from './apply.ts';
import type { Apply, Outcome } from './apply.ts';
import type { Arrivals } from './arrivals.ts';
import { now } from './core.ts';
import type { Core } from './core.ts';
import type { Verified } from './incoming.ts';
import { bodyHashAt, findReceived, listExceptions, newestStream, raiseAlarm, saveStream, setException } from './log.ts';
import type { Exception, NewEntry, Stream } from './log.ts';

/** What one decision takes from one peer. */
export interface Taken {
  stream: Stream;
  /** The receipt tells everything after this. */
  after: number;
  entries: NewEntry[];
  /** The message after the last was tried and failed this often. */
  failed: boolean;
  quarantined: boolean;
}

/** Shared by all peers of a group, so that one decision stays short. */
export interface Budget {
  messages: number;
  items: number;
  /** Without savepoints: see `Apply`. */
  trusting: boolean;
}

/** After this many tries by itself a message is laid aside, and the stream goes on. */
export const TRIES_MAX = 5;

/**
 * Takes what is next from a peer, in order, as far as the budget goes; each message in its own savepoint, unless all are
 * trusted. Undefined while no handshake has established the incarnation.
 */
export async function take(
  core: Core,
  apply: Apply,
  tx: AnyTx,
  arrivals: Arrivals,
  budget: Budget,
): Promise<Taken | undefined> {
  const { peer, waiting } = arrivals;
  const found = await newestStream(tx, 'received', peer);
  if (!found || found.incarnation < arrivals.incarnation) return undefined;
  const stream = { ...found };
  const taken: Taken = { stream, after: stream.lastSequence, entries: [], failed: false, quarantined: false };
  if (stream.incarnation > arrivals.incarnation) return taken;
  if (stream.quarantined !== null) return { ...taken, quarantined: true };
  for (const copy of waiting.values()) {
    if (copy.body.sequence > stream.lastSequence) continue;
    taken.after = Math.min(taken.after, copy.body.sequence - 1);
    const mine = await bodyHashAt(tx, 'received', peer, copy.body);
    if (!mine?.equals(copy.bodyHash)) return quarantine(core, tx, taken, copy, '同一序号有两个不同的消息');
  }
  while (budget.messages > 0 && budget.items > 0) {
    const next = waiting.get(stream.lastSequence + 1);
    if (!next) break;
    if (next.body.previous !== stream.lastHash.toString('hex')) {
      return quarantine(core, tx, taken, next, '消息与前一消息的散列不相接');
    }
    const settled = await settle(core, apply, tx, stream, next, budget.trusting);
    budget.messages--;
    if (!settled) {
      taken.failed = true;
      break;
    }
    budget.items -= settled.items;
    if (settled.exception) await setException(tx, stream, next.body.sequence, settled.exception, now(core));
    taken.entries.push(entryOf(core, peer, next, settled.items));
    stream.lastSequence = next.body.sequence;
    stream.lastHash = next.bodyHash;
    stream.attempts = 0;
    await breathe(tx);
  }
  const { conflict } = arrivals;
  if (conflict && conflict.body.sequence <= stream.lastSequence) {
    return quarantine(core, tx, taken, conflict, '同一序号有两个不同的消息');
  }
  if (taken.entries.length > 0 || taken.failed) await saveStream(tx, stream);
  return taken;
}

interface Settled {
  exception: Omit<Exception, 'sequence'> | undefined;
  items: number;
}

/** Undefined when it failed and will be tried again; `attempts` has been counted. */
async function settle(
  core: Core,
  apply: Apply,
  tx: AnyTx,
  stream: Stream,
  next: Verified,
  trusting: boolean,
): Promise<Settled | undefined> {
  const earlier = await findReceived(tx, stream.peer, next.body.id);
  if (earlier) {
    // Said again in a new incarnation: what became of it then is what becomes of it now.
    const { incarnation, sequence } = earlier;
    const [exception] = await listExceptions(tx, 'received', stream.peer, incarnation, sequence - 1, sequence);
    return { exception, items: 0 };
  }
  const outcome: Outcome = await apply(tx, next.body, next.keyId, trusting);
  if ('applied' in outcome) return { exception: undefined, items: outcome.items };
  if ('exception' in outcome) return outcome;
  stream.attempts++;
  const { id, kind, sequence } = next.body;
  const about = { err: outcome.error, peer: stream.peer, message: id, kind, sequence, tries: stream.attempts };
  core.log.error(about, 'a message failed to apply');
  if (stream.attempts < TRIES_MAX) return undefined;
  return { exception: { outcome: 'dead', problem: defect(outcome.error) }, items: 0 };
}

function entryOf(core: Core, peer: NodeId, { body, bodyHash, envelope }: Verified, items: number): NewEntry {
  const { incarnation, sequence, id: messageId, kind, schema, cause = null } = body;
  const place = { direction: 'received' as const, peer, incarnation, sequence };
  return { ...place, messageId, kind, schema, items, envelope: Buffer.from(envelope), bodyHash, at: now(core), cause };
}

/** Two histories from one node: nothing more is taken from it until an operator has looked. What was taken before stands. */
async function quarantine(core: Core, tx: AnyTx, taken: Taken, proof: Verified, detail: string) {
  const { peer } = taken.stream;
  await saveStream(tx, { ...taken.stream, quarantined: detail });
  const where = `第 ${proof.body.incarnation} 代第 ${proof.body.sequence} 号：${detail}`;
  await raiseAlarm(tx, { peer, what: 'equivocation', detail: where, evidence: proof.envelope, at: now(core) });
  core.log.error({ peer, sequence: proof.body.sequence }, 'equivocation: the link is quarantined');
  return { ...taken, quarantined: true };
}
