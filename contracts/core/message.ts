import { z } from 'zod';

/**
 * One kind of message between nodes. Every message is a batch: `data.items` holds 1 to 1,000 items of the kind,
 * each with its own result. A fact is named in the past (`identity.claimed`), an order in the imperative (`identity.claim`).
 */
export interface MessageKind<Item extends z.ZodType = z.ZodType> {
  kind: string;
  schema: number;
  item: Item;
  /** The data carries personal data: it is encrypted for the receiver, so that neither broker nor disk sees it. */
  confidential: boolean;
}

export const ITEMS_PER_MESSAGE_MAX = 1_000;

export function message<Item extends z.ZodType>(
  kind: string,
  item: Item,
  options: { schema?: number; confidential?: boolean } = {},
): MessageKind<Item> {
  return { kind, item, schema: options.schema ?? 1, confidential: options.confidential ?? false };
}

/** A node's name on the wire: `hub`, or `p-` and the two-digit province code. */
export const NodeId = z.string().regex(/^(hub|p-\d{2})$/);
export type NodeId = z.infer<typeof NodeId>;

/** Who decided what the message tells; absent for what a node does by itself. */
export const Actor = z.object({ account: z.string(), org: z.string(), application: z.string().optional() });
export type Actor = z.infer<typeof Actor>;
