import type { MessageBody } from '../../contracts/core/envelope.ts';
import type { AnyTx } from '../db/tables-of.ts';
import type { Core } from './core.ts';
import { about } from './handlers.ts';
import type { Handler } from './handlers.ts';

/**
 * What a business does with its own words when they come back after a restore: they tell what the node had decided and
 * does not remember. In the decision that takes the words back into the log.
 */
export type Recall = (tx: AnyTx, body: MessageBody, items: readonly unknown[]) => Promise<void>;

export function openRecall<Context>(core: Core, handlers: ReadonlyArray<Handler<Context>>, context: Context): Recall {
  const byKind = new Map(handlers.map((handler) => [handler.kind.kind, handler]));
  return async (tx, body, items) => {
    const handler = byKind.get(body.kind);
    if (!handler) return;
    const parsed = items.map((item) => handler.kind.item.safeParse(item));
    const known = parsed.flatMap((one) => (one.success ? [one.data] : []));
    if (known.length < items.length)
      core.log.warn({ kind: body.kind, message: body.id }, 'words of an older version came back and tell nothing');
    if (known.length > 0) await handler.apply(context, tx, known, about(body));
  };
}
