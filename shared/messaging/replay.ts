import type { NodeId } from '../../contracts/core/message.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { Receipt } from '../../contracts/link.ts';
import type { Cursor, MessageProblem } from '../../contracts/link.ts';
import { must } from '../assert.ts';
import { afterCommit } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { defect } from './apply.ts';
import type { Apply, Outcome } from './apply.ts';
import { now, sendControl } from './core.ts';
import type { Core } from './core.ts';
import { openEnvelope } from './envelope.ts';
import { parseBody } from './incoming.ts';
import { exceptionsInLog, findStream, listExceptions, setException } from './log.ts';
import type { Exception } from './log.ts';
import { receiptOf } from './receipts.ts';
import type { MessagingTables } from './tables.ts';

export interface Place extends Cursor {
  peer: NodeId;
}

/**
 * Applies again what was parked (after an upgrade) or laid aside (after a repair), oldest first, each in its own decision;
 * the sender hears what became of it. Answers how many are no longer parked or dead.
 */
export async function replay(core: Core, apply: Apply, outcome: 'parked' | 'dead'): Promise<number> {
  const places = await exceptionsInLog(core.store.read)
    .select(['e.peer', 'e.incarnation', 'e.sequence'])
    .where('e.direction', '=', 'received')
    .where('e.outcome', '=', outcome)
    .orderBy('l.position')
    .execute();
  let settled = 0;
  for (const place of places) {
    const changed = await core.store.decide(async (tx) => {
      if ((await exceptionAt(tx, place))?.outcome !== outcome) return false;
      return (await replayAt(core, apply, tx, place)).outcome !== outcome;
    });
    if (changed) settled++;
  }
  return settled;
}

/** Once the decision is durable: what waited for what it brings is applied. */
export function replayParkedAfter(
  tx: AnyTx,
  { messaging, log }: { messaging: { replay(outcome: 'parked'): Promise<number> }; log: Core['log'] },
): void {
  afterCommit(tx, () => {
    messaging
      .replay('parked')
      .catch((error: unknown) => log.warn({ err: error }, 'what waited is applied at the next start'));
  });
}

/** What became of a message that was tried again. */
export interface Replayed {
  outcome: 'applied' | Exception['outcome'];
  problem?: MessageProblem | undefined;
}

/**
 * Applies one message that was parked or laid aside; the sender hears what became of it. One that fails again stays as it
 * was. Throws `Problem('illegal-move')` for any other message.
 */
export async function replayAt(core: Core, apply: Apply, tx: AnyTx, place: Place): Promise<Replayed> {
  const before = await exceptionAt(tx, place);
  if (before?.outcome !== 'parked' && before?.outcome !== 'dead')
    throw new Problem('illegal-move', '该消息已经处理，无须再次处理');
  const opened = openEnvelope(await envelopeAt(tx, place));
  const body = parseBody(opened);
  const result = (await settledElsewhere(tx, place.peer, body.id)) ?? (await apply(tx, body, opened.keyId));
  if ('error' in result) {
    core.log.error({ err: result.error, ...place }, 'a replayed message failed again');
    return { outcome: before.outcome, problem: defect(result.error) };
  }
  const after = 'applied' in result ? undefined : result.exception;
  if (after?.outcome !== before.outcome) await settleAs(core, tx, place, after);
  return { outcome: after?.outcome ?? 'applied', problem: after?.problem };
}

/** What became of a message that has several places, because it was said again in a new incarnation: one outcome for all. */
async function settledElsewhere(tx: AnyTx, peer: NodeId, messageId: string): Promise<Outcome | undefined> {
  const places = await tablesOf<MessagingTables>(tx)
    .selectFrom('message_log')
    .select(['peer', 'incarnation', 'sequence'])
    .where('direction', '=', 'received')
    .where('peer', '=', peer)
    .where('messageId', '=', messageId)
    .execute();
  for (const place of places) {
    const exception = await exceptionAt(tx, place);
    if (!exception) return { applied: true, items: 0 };
    if (exception.outcome === 'refused') return { exception, items: 0 };
  }
  return undefined;
}

/** An operator gives up a dead message: it counts as refused, for this reason. Throws `Problem('illegal-move')`. */
export async function dropDead(core: Core, tx: AnyTx, place: Place, reason: string): Promise<void> {
  if ((await exceptionAt(tx, place))?.outcome !== 'dead') throw new Problem('illegal-move', '该消息不是死信');
  await settleAs(core, tx, place, { outcome: 'refused', problem: { code: 'message-invalid', detail: reason } });
}

async function settleAs(core: Core, tx: AnyTx, place: Place, exception: Omit<Exception, 'sequence'> | undefined) {
  const { peer, incarnation, sequence } = place;
  const stream = must(await findStream(tx, 'received', peer, incarnation), 'the stream of a logged message');
  await setException(tx, stream, sequence, exception, now(core));
  const receipt = await receiptOf(tx, stream, sequence - 1, sequence);
  afterCommit(tx, () => sendControl(core, peer, Receipt, receipt));
}

async function exceptionAt(tx: AnyTx, { peer, incarnation, sequence }: Place): Promise<Exception | undefined> {
  return (await listExceptions(tx, 'received', peer, incarnation, sequence - 1, sequence))[0];
}

async function envelopeAt(tx: AnyTx, { peer, incarnation, sequence }: Place): Promise<Buffer> {
  const row = await tablesOf<MessagingTables>(tx)
    .selectFrom('message_log')
    .select('envelope')
    .where('direction', '=', 'received')
    .where('peer', '=', peer)
    .where('incarnation', '=', incarnation)
    .where('sequence', '=', sequence)
    .executeTakeFirstOrThrow();
  return row.envelope;
}
