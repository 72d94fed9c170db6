import type { z } from 'zod';
import { ITEMS_PER_MESSAGE_MAX } from '../../contracts/core/message.ts';
import type { Actor, MessageKind, NodeId } from '../../contracts/core/message.ts';
import { assert } from '../assert.ts';
import { afterCommit, beforeCommit, breathe, collected } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { now } from './core.ts';
import type { Core } from './core.ts';
import type { Courier } from './courier.ts';
import { findStream, newStream } from './log.ts';
import { cutDraft, mustFit, packDraft, sealPacked, writeMessages } from './write.ts';
import type { Draft, Unnumbered } from './write.ts';
import type { MessagingTables } from './tables.ts';

export interface Outbox {
  /**
   * Tells `to` one item of `kind`, when this decision is durable. Items with the same receiver, kind, cause and actor of
   * all decisions that share a commit share messages of up to 1,000; kinds keep the order in which they were first
   * queued. Whatever is not in the kind's schema is left out. An item too large for a message throws
   * `Problem('message-invalid')`.
   */
  queue<K extends MessageKind>(
    tx: AnyTx,
    to: NodeId,
    kind: K,
    item: z.input<K['item']>,
    options?: { cause?: string | undefined; actor?: Actor | undefined },
  ): void;
}

interface Queued {
  to: NodeId;
  kind: MessageKind;
  cause: string | undefined;
  actor: Actor | undefined;
  json: string;
}

/** An item of so many characters fits into a message whatever they are: three bytes each, encrypted, in base64. */
const ITEM_CHARACTERS_SAFE = 40_000;
/** What is not encrypted does not get smaller: of so many characters of items the envelope stays below 128 KB (see `PART_BYTES`). */
const PLAIN_CHARACTERS_MAX = 90_000;
/** Waiting messages numbered in one decision. */
const OPENING_ROWS_MAX = 200;

export interface OpeningOutbox extends Outbox {
  /**
   * Numbers what waited for `peer`; from the commit that finds nothing left, its stream is open and the courier carries
   * it. Ends without when the node has taken another incarnation than the one agreed on.
   */
  openPeer(peer: NodeId, incarnation: number): Promise<void>;
}

/** `agreed`: told in the decision from which on a stream is open. */
export function openOutbox(
  core: Core,
  courier: Courier,
  agreed: (tx: AnyTx, peer: NodeId) => Promise<void>,
): OpeningOutbox {
  const outbox: OpeningOutbox = {
    queue(tx, to, kind, item, { cause, actor } = {}) {
      assert(to !== core.node, 'a message to oneself');
      const json = JSON.stringify(kind.item.parse(item));
      const queued = { to, kind, cause, actor, json };
      // The messages are made for several decisions at once: what no message can hold must fail here, its own decision.
      if (json.length > ITEM_CHARACTERS_SAFE) allMustFit(core, queued);
      collected<Queued>(tx, outbox).push(queued);
      beforeCommit(tx, outbox, () => flush(tx));
    },
    async openPeer(peer, incarnation) {
      let left = true;
      while (left && !core.stopped && core.incarnation === incarnation) {
        left = await core.store.decide((tx) => numberWaiting(tx, peer, incarnation), { last: true });
      }
    },
  };

  async function flush(tx: AnyTx): Promise<void> {
    const queued = collected<Queued>(tx, outbox).splice(0);
    if (queued.length === 0) return;
    core.failpoint('outbox.before-write');
    for (const [to, drafts] of draftsOf(core, queued)) {
      if (core.open.has(to)) {
        const { incarnation } = core;
        const entries = await writeMessages(core, tx, to, await cutAll(core, tx, to, drafts));
        afterCommit(tx, () => courier.offer(to, incarnation, entries));
      } else {
        await putAside(tx, to, drafts);
      }
    }
  }

  /** Nobody reissues a number: until the peer has said how far it got, messages wait without one, encrypted. */
  async function putAside(tx: AnyTx, peer: NodeId, drafts: readonly Draft[]): Promise<void> {
    const rows = drafts
      .flatMap((draft) => packDraft(core, peer, draft))
      .map((row) => ({ ...row, peer, at: now(core) }));
    for (const row of rows) await tablesOf<MessagingTables>(tx).insertInto('outbox_waiting').values(row).execute();
  }

  /** Whether anything may be left. */
  async function numberWaiting(tx: AnyTx, peer: NodeId, incarnation: number): Promise<boolean> {
    if (core.incarnation !== incarnation) return false;
    const db = tablesOf<MessagingTables>(tx);
    const rows = await db
      .selectFrom('outbox_waiting')
      .selectAll()
      .where('peer', '=', peer)
      .orderBy('position')
      .limit(OPENING_ROWS_MAX)
      .execute();
    const last = rows.at(-1);
    if (!last) {
      await agreed(tx, peer);
      const stream = (await findStream(tx, 'sent', peer, incarnation)) ?? newStream('sent', peer, incarnation);
      afterCommit(tx, () => {
        core.open.add(peer);
        core.agreed.add(peer);
        courier.resume(stream);
      });
      return false;
    }
    const messages = rows.map((row) => sealPacked(core, peer, row));
    await writeMessages(core, tx, peer, messages);
    await db.deleteFrom('outbox_waiting').where('peer', '=', peer).where('position', '<=', last.position).execute();
    return true;
  }

  return outbox;
}

/** Throws `Problem('message-invalid')`. */
function allMustFit(core: Core, queued: Queued): void {
  for (const [to, drafts] of draftsOf(core, [queued])) for (const draft of drafts) mustFit(core, to, draft);
}

/** Per receiver, the drafts in the order of their first item. */
function draftsOf(core: Core, queued: readonly Queued[]): Map<NodeId, Draft[]> {
  const byReceiver = new Map<NodeId, Draft[]>();
  const open = new Map<string, Draft>();
  const lengths = new Map<Draft, number>();
  const issuedAt = now(core);
  for (const { to, kind, cause, actor, json } of queued) {
    const who = actor ? `${actor.account}\n${actor.org}\n${actor.application ?? ''}` : '';
    const name = `${to}\n${kind.kind}\n${cause ?? ''}\n${who}`;
    let draft = open.get(name);
    const length = (draft ? (lengths.get(draft) ?? 0) : 0) + json.length;
    const isFull =
      draft?.items.length === ITEMS_PER_MESSAGE_MAX || (!kind.confidential && length > PLAIN_CHARACTERS_MAX);
    if (!draft || isFull) {
      const { schema, confidential } = kind;
      draft = { kind: kind.kind, schema, confidential, cause, actor, issuedAt, items: [] };
      open.set(name, draft);
      const drafts = byReceiver.get(to) ?? [];
      byReceiver.set(to, drafts);
      drafts.push(draft);
    }
    lengths.set(draft, (lengths.get(draft) ?? 0) + json.length);
    draft.items.push(json);
  }
  return byReceiver;
}

async function cutAll(core: Core, tx: AnyTx, to: NodeId, drafts: readonly Draft[]): Promise<Unnumbered[]> {
  const cut: Unnumbered[] = [];
  for (const draft of drafts) {
    cut.push(...cutDraft(core, to, draft));
    await breathe(tx);
  }
  return cut;
}
