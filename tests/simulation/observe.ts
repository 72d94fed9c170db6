import { businesses as hubBusinesses } from '../../central/businesses.ts';
import { businesses as provinceBusinesses } from '../../province-node/businesses.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { AnyContext } from '../../shared/context.ts';
import type { Handler, ReceivedMessage } from '../../shared/messaging/handlers.ts';

/** What a handler did with one message. */
export interface Observer {
  /** It ran; whether that lasts is not known yet. */
  tried(node: NodeId, message: ReceivedMessage, items: readonly unknown[]): void;
  /** Words of the node's own came back; whether that lasts is not known yet. */
  recalled(node: NodeId, message: ReceivedMessage, items: readonly unknown[]): void;
  /** What it did is durable. */
  applied(node: NodeId, message: ReceivedMessage, items: readonly unknown[]): void;
}

let observer: Observer | undefined;

/** From now on this run watches the handlers of all nodes of this process. */
export function observeWith(next: Observer): void {
  observer = next;
}

const nodes: ReadonlyArray<{ messages?: readonly Handler<never>[]; recalls?: readonly Handler<never>[] }> = [
  ...hubBusinesses,
  ...provinceBusinesses,
];
for (const handler of nodes.flatMap(({ messages }) => messages ?? [])) {
  const apply = handler.apply.bind(handler);
  handler.apply = async (context, tx, items, message) => {
    const { node } = context as AnyContext;
    observer?.tried(node, message, items);
    await apply(context, tx, items, message);
    afterCommit(tx, () => observer?.applied(node, message, items));
  };
}
for (const handler of nodes.flatMap(({ recalls }) => recalls ?? [])) {
  const apply = handler.apply.bind(handler);
  handler.apply = async (context, tx, items, message) => {
    observer?.recalled((context as AnyContext).node, message, items);
    await apply(context, tx, items, message);
  };
}
