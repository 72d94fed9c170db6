import type { MessageBody } from '../../contracts/core/envelope.ts';
import { ITEMS_PER_MESSAGE_MAX } from '../../contracts/core/message.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { DirectoryKey } from '../../contracts/link.ts';
import { attempt, breathe, DecisionLost } from '../db/decision.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { maskIdNumbers } from '../log.ts';
import type { NodeKey } from '../signing/node-keys.ts';
import { ownKey } from './core.ts';
import type { Core } from './core.ts';
import { about, NotYet } from './handlers.ts';
import type { Handler } from './handlers.ts';
import type { Exception } from './log.ts';
import { BadJson, parseStrictJson } from './strict-json.ts';
import { inSlices } from '../slices.ts';

/** Items compared with their schema between two looks at how long the event loop has been held. */
const ITEMS_PER_LOOK = 100;

/** How a message ended here: applied, an exception to it, or an error that may pass. */
export type Outcome =
  { applied: true; items: number } | { exception: Omit<Exception, 'sequence'>; items: number } | { error: unknown };

/**
 * Applies one verified message inside `tx`, in a savepoint of its own. `trusting`: without, as nearly every message simply
 * gets applied, and a savepoint costs a tenth of a large one; for one that does not, this throws `Mistrusted`.
 */
export type Apply = (tx: AnyTx, body: MessageBody, keyId: string, trusting?: boolean) => Promise<Outcome>;

/** What a message wrote stands in the decision and cannot be undone alone: the decision is to be made anew, with savepoints. */
export class Mistrusted extends Error {}

export function openApply<Context>(core: Core, handlers: ReadonlyArray<Handler<Context>>, context: Context): Apply {
  const byKind = new Map(handlers.map((handler) => [handler.kind.kind, handler]));
  return async (tx, body, keyId, trusting = false) => {
    const handler = byKind.get(body.kind);
    if (!handler || body.schema > handler.kind.schema) return { exception: { outcome: 'parked' }, items: 0 };
    let count = 0;
    try {
      const raw = openItems(core, body, keyId);
      count = raw.length;
      const items: unknown[] = [];
      for (const slice of inSlices(raw, ITEMS_PER_LOOK)) {
        for (const item of slice) items.push(parseItem(handler, item));
        await breathe(tx);
      }
      const work = (): Promise<void> => handler.apply(context, tx, items, about(body));
      await (trusting ? mistrust(work) : attempt(tx, work));
      return { applied: true, items: count };
    } catch (error) {
      if (error instanceof DecisionLost || error instanceof Mistrusted) throw error;
      if (error instanceof NotYet) return { exception: { outcome: 'parked' }, items: count };
      if (!(error instanceof Problem)) return { error };
      return { exception: { outcome: 'refused', problem: problemOf(error) }, items: count };
    }
  };
}

async function mistrust(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Mistrusted('a message was not applied', { cause: error });
  }
}

/** Throws `Problem('message-invalid')`. */
export function openItems(core: Core, body: MessageBody, keyId: string): unknown[] {
  const { data } = body;
  if ('items' in data) return data.items;
  const sender = core.directory.key(keyId);
  const mine = ownKey(core, data.sealedFor);
  if (!sender || !mine) throw new Problem('message-invalid', '没有打开加密内容的密钥');
  return openSealed(core, body, mine, sender);
}

export function openSealed(core: Core, body: MessageBody, mine: NodeKey, theirs: DirectoryKey): unknown[] {
  if (!('sealed' in body.data)) return body.data.items;
  try {
    const items = parseStrictJson(core.confidential.open(mine, theirs.agreementKey, body, body.data.sealed));
    if (Array.isArray(items) && items.length > 0 && items.length <= ITEMS_PER_MESSAGE_MAX) return items;
  } catch (error) {
    if (!(error instanceof BadJson)) throw error;
  }
  throw new Problem('message-invalid', '加密内容无法打开');
}

function parseItem<Context>(handler: Handler<Context>, item: unknown): unknown {
  const parsed = handler.kind.item.safeParse(item);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('/') ?? '';
  throw new Problem('message-invalid', `内容不符合约定：${handler.kind.kind} /${where}`);
}

/** What the other node may read: the text that rules wrote for people, never a stack. */
function problemOf({ code, detail }: Problem) {
  return detail === undefined ? { code } : { code, detail: maskIdNumbers(detail).slice(0, 1_000) };
}

/** What is kept of an error for those who repair it. */
export function defect(error: unknown) {
  return { code: 'defect', detail: maskIdNumbers(String(error)).slice(0, 500) };
}
