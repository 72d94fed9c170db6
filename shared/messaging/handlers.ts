import type { z } from 'zod';
import type { MessageBody } from '../../contracts/core/envelope.ts';
import type { Actor, MessageKind, NodeId } from '../../contracts/core/message.ts';
import type { Tx } from '../db/store.ts';
import type { AnyTx } from '../db/tables-of.ts';

/** What a handler may know of the message beside its items. */
export interface ReceivedMessage {
  id: string;
  kind: string;
  from: NodeId;
  incarnation: number;
  sequence: number;
  /** The hub's incarnation that the sender obeyed when it wrote this: lower than the hub's own for answers to forgotten orders. */
  hubIncarnation: number;
  cause: string | undefined;
  actor: Actor | undefined;
  issuedAt: string;
}

/** Thrown by a handler that cannot apply a message yet: it is parked, until `messaging.replay('parked')`. */
export class NotYet extends Error {}

/** What a node does with one kind of message. */
export interface Handler<Context> {
  kind: MessageKind;
  apply: (context: Context, tx: AnyTx, items: readonly unknown[], message: ReceivedMessage) => Promise<void>;
}

/**
 * `apply` gets all items of a message at once, in the transaction that records it. It is right when the message comes
 * late, or after its successor; it never sends, it queues. A `Problem` refuses the message for good; any other error is a
 * defect: undone, tried again, and after five tries laid aside for an operator.
 */
export function on<Item extends z.ZodType, Context, Db>(
  kind: MessageKind<Item>,
  apply: (context: Context, tx: Tx<Db>, items: Array<z.output<Item>>, message: ReceivedMessage) => Promise<void>,
): Handler<Context> {
  return { kind, apply: (context, tx, items, message) => apply(context, tx, items as Array<z.output<Item>>, message) };
}

export function about(body: MessageBody): ReceivedMessage {
  const { id, kind, from, incarnation, sequence, hubIncarnation, cause, actor, issuedAt } = body;
  return { id, kind, from, incarnation, sequence, hubIncarnation, cause, actor, issuedAt };
}
