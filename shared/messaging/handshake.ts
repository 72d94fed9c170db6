import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { Hello, RETURNED_SUBJECT } from '../../contracts/link.ts';
import type { Cursor } from '../../contracts/link.ts';
import type { MessageBody } from '../../contracts/core/envelope.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { afterCommit } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { sendControl } from './core.ts';
import type { Core } from './core.ts';
import type { Courier } from './courier.ts';
import { HUB } from './directory.ts';
import { noticeRestore, takeIncarnation } from './incarnation.ts';
import type { Restored } from './incarnation.ts';
import { listStreams, newestStream, newStream, NO_HASH_BYTES, saveStream } from './log.ts';
import type { OpeningOutbox } from './outbox.ts';
import type { Recall } from './recall.ts';
import { takeBack } from './returned.ts';
import type { MessagingTables } from './tables.ts';
import { reissue } from './write.ts';

/**
 * Every start begins with HELLO, both ways (docs/PROTOCOL.md): each side says what it remembers. Who remembers less than
 * the other has from it was restored from a backup: it gets back its own signed words, takes a new incarnation, says
 * again what had not arrived, and only then numbers new messages. Nothing is taken on trust but what bears one's own
 * signature; a hello counts only as the answer to a nonce.
 */
export interface Handshake {
  begin(peer: NodeId): void;
  /** Begins, unless a greeting is under way. */
  nudge(peer: NodeId): void;
  onHello(tx: AnyTx, message: MessageBody, hello: z.infer<typeof Hello.item>, effects: Effects): Promise<void>;
  /** An envelope handed back by `peer` as this node's own. */
  onReturned(tx: AnyTx, peer: NodeId, bytes: Uint8Array, effects: Effects): Promise<void>;
}

/** Done once the decision is durable, in this order, by name at most once. */
export type Effects = Map<string, () => void>;

/** Messages handed back per hello; the restored node waits for them and greets again for more. */
const HANDED_BACK_MAX = 64;
const HANDED_BACK_WAIT_MS = 50;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 60_000;
const NONCE_BYTES = 16;

interface Greeting {
  nonce: string;
  nonceUsed: boolean;
  echoed: string | undefined;
  retryMs: number;
  cancelRetry: (() => void) | undefined;
  /** Something was handed back, and the next greeting is due soon. */
  isDue: boolean;
}

export interface HandshakeOptions {
  /** Asks for admission where the node's key is not known yet. */
  ask: () => void;
  recall: Recall;
  restored: Restored;
  /** A fresh greeting: what is held of the peer may be from before its restore, and comes again if not. */
  greeted: (peer: NodeId) => void;
  /** A stream was opened. */
  opened: () => void;
}

export function openHandshake(
  core: Core,
  courier: Courier,
  outbox: OpeningOutbox,
  { ask, recall, restored, greeted, opened }: HandshakeOptions,
): Handshake {
  const greetings = new Map<NodeId, Greeting>();

  function greetingOf(peer: NodeId): Greeting {
    if (!greetings.has(peer)) greetings.set(peer, newGreeting());
    return greetings.get(peer)!;
  }

  function begin(peer: NodeId): void {
    if (core.stopped) return;
    const greeting = greetingOf(peer);
    renewNonce(core, greeting);
    // The answer to the last echo may have been lost: the same nonce of the peer is echoed once more.
    greeting.echoed = undefined;
    greeting.cancelRetry?.();
    greeting.cancelRetry = core.clock.after(greeting.retryMs, () => {
      greeting.cancelRetry = undefined;
      if (!core.open.has(peer) || core.incarnationDue) begin(peer); // own words may come back when a stream is open
    });
    greeting.retryMs = Math.min(RETRY_MS_MAX, greeting.retryMs * (1.5 + core.random.fraction()));
    ask();
    const { nonce } = greeting;
    helloTo(core, core.store.read, peer, nonce, undefined).then(
      (item) => sendControl(core, peer, Hello, item),
      (error: unknown) => core.log.error({ err: error, peer }, 'hello failed'),
    );
  }

  function beginSoon(peer: NodeId): void {
    const greeting = greetingOf(peer);
    if (greeting.isDue) return;
    greeting.isDue = true;
    core.clock.after(HANDED_BACK_WAIT_MS, () => {
      greeting.isDue = false;
      begin(peer);
    });
  }

  return {
    begin,
    nudge(peer) {
      if (!greetingOf(peer).cancelRetry) begin(peer);
    },
    async onHello(tx, message, hello, effects) {
      const peer = message.from;
      const greeting = greetingOf(peer);
      const fresh = !greeting.nonceUsed && hello.echo === greeting.nonce;
      if (fresh) {
        greeting.nonceUsed = true;
        greeting.retryMs = RETRY_MS_MIN;
        greeted(peer);
        // Until it has noted which incarnation speaks, a restore of mine could give the same number once more: ask again.
        if (hello.received.incarnation < core.incarnation) renewNonce(core, greeting);
        await compare(core, { courier, outbox, begin, restored, opened }, tx, message, hello, effects);
      }
      const first = hello.echo === undefined;
      if (!first && !(fresh && greeting.echoed !== hello.nonce)) return;
      greeting.echoed = hello.nonce;
      if (first && greeting.nonceUsed) renewNonce(core, greeting);
      const answer = await helloTo(core, tx, peer, greeting.nonce, hello.nonce);
      effects.set(`hello ${peer}`, () => sendControl(core, peer, Hello, answer));
    },
    async onReturned(tx, peer, bytes, effects) {
      if (!(await takeBack(core, recall, tx, peer, bytes))) return;
      await noticeRestore(core, tx, restored);
      effects.set(`begin ${peer}`, () => beginSoon(peer));
    },
  };
}

function newGreeting(): Greeting {
  const retry = { retryMs: RETRY_MS_MIN, cancelRetry: undefined };
  return { nonce: '', nonceUsed: true, echoed: undefined, ...retry, isDue: false };
}

function renewNonce({ random }: Core, greeting: Greeting): void {
  greeting.nonce = Buffer.from(random.bytes(NONCE_BYTES)).toString('hex');
  greeting.nonceUsed = false;
}

async function helloTo(
  core: Core,
  db: Kysely<MessagingTables> | AnyTx,
  peer: NodeId,
  nonce: string,
  echo: string | undefined,
) {
  const tables = tablesOf<MessagingTables>(db);
  const streams = await tables
    .selectFrom('stream')
    .selectAll()
    .where('peer', '=', peer)
    .orderBy('incarnation')
    .execute();
  const log = tables.selectFrom('message_log').select(['position', 'chainHash']).orderBy('position', 'desc').limit(1);
  const head = await log.executeTakeFirst();
  const sent = streams.filter((stream) => stream.direction === 'sent');
  const received = streams.filter((stream) => stream.direction === 'received').map(cursorOf);
  return {
    nonce,
    echo,
    sent: sent.map((stream) => ({ ...cursorOf(stream), hash: stream.lastHash.toString('hex') })),
    received: received.at(-1) ?? { incarnation: 0, sequence: 0 },
    receivedBefore: received.slice(0, -1),
    directoryVersion: core.directory.version,
    logPosition: head?.position ?? 0,
    logHead: (head?.chainHash ?? NO_HASH_BYTES).toString('hex'),
  };
}

function cursorOf({ incarnation, lastSequence: sequence }: { incarnation: number; lastSequence: number }): Cursor {
  return { incarnation, sequence };
}

interface Parts {
  courier: Courier;
  outbox: OpeningOutbox;
  begin: (peer: NodeId) => void;
  restored: Restored;
  opened: () => void;
}

/** Both memories side by side, in one decision. */
async function compare(
  core: Core,
  parts: Parts,
  tx: AnyTx,
  message: MessageBody,
  hello: z.infer<typeof Hello.item>,
  effects: Effects,
): Promise<void> {
  const peer = message.from;
  await noteIncarnation(core, tx, message);
  await handBack(core, tx, peer, hello.sent, effects);
  // It is handing that back now, and I greet again until nothing is missing.
  if (await hasForgottenWords(tx, peer, hello)) return;
  if (core.incarnationDue || hello.received.incarnation > core.incarnation) {
    await noticeRestore(core, tx, parts.restored);
    await takeIncarnation(core, parts, tx, { seen: hello.received.incarnation, peer, effects });
    return;
  }
  if (hello.received.incarnation < core.incarnation) return;
  for (const stream of await listStreams(tx, 'sent', peer)) {
    const has = Math.min(receivedOf(hello, stream.incarnation) ?? stream.receiptedSequence, stream.lastSequence);
    const lost = has < stream.receiptedSequence;
    if (lost && stream.receipt)
      giveBack(core, peer, [stream.receipt], effects, `receipt ${peer} ${stream.incarnation}`);
    // For an older incarnation there may be no receipt any more but this.
    if (lost || stream.incarnation < core.incarnation) await saveStream(tx, { ...stream, receiptedSequence: has });
  }
  await reissue(core, tx, peer, hello.received);
  core.failpoint('handshake.before-commit');
  const { incarnation } = core;
  afterCommit(tx, () => core.open.delete(peer));
  effects.set(`open ${peer}`, () => {
    parts.outbox.openPeer(peer, incarnation).then(parts.opened, (error: unknown) => {
      core.log.error({ err: error, peer }, 'cannot open the stream');
      core.clock.after(RETRY_MS_MIN, () => parts.begin(peer));
    });
  });
}

/**
 * Whether the peer has what I do not remember saying, in any incarnation: after several restores what was said in the older
 * ones is missing as well, and says as much of what was decided.
 */
async function hasForgottenWords(tx: AnyTx, peer: NodeId, hello: z.infer<typeof Hello.item>): Promise<boolean> {
  const mine = new Map((await listStreams(tx, 'sent', peer)).map((one) => [one.incarnation, one.lastSequence]));
  const has = [...(hello.receivedBefore ?? []), hello.received];
  return has.some(({ incarnation, sequence }) => sequence > (mine.get(incarnation) ?? 0));
}

/** How much of my stream of this incarnation the peer has; undefined when it does not say. */
function receivedOf({ received, receivedBefore }: z.infer<typeof Hello.item>, incarnation: number): number | undefined {
  if (incarnation === received.incarnation) return received.sequence;
  if (incarnation > received.incarnation) return 0;
  return receivedBefore && (receivedBefore.find((cursor) => cursor.incarnation === incarnation)?.sequence ?? 0);
}

/** From now on the older incarnation's messages are refused. */
async function noteIncarnation(core: Core, tx: AnyTx, { from, incarnation }: MessageBody): Promise<void> {
  const newest = await newestStream(tx, 'received', from);
  if (newest && newest.incarnation >= incarnation) return;
  const quarantined = newest?.quarantined ?? null;
  await saveStream(tx, { ...newStream('received', from, incarnation), quarantined });
  if (from === HUB) afterCommit(tx, () => (core.hubIncarnation = incarnation));
}

/** Sends the peer the messages of its own that it does not remember, or notes that it remembers others. */
async function handBack(
  core: Core,
  tx: AnyTx,
  peer: NodeId,
  remembered: ReadonlyArray<Cursor & { hash: string }>,
  effects: Effects,
): Promise<void> {
  const db = tablesOf<MessagingTables>(tx);
  for (const stream of await listStreams(tx, 'received', peer)) {
    const known = remembered.find((cursor) => cursor.incarnation === stream.incarnation);
    if ((known?.sequence ?? 0) >= stream.lastSequence) continue;
    const rows = await db
      .selectFrom('message_log')
      .select('envelope')
      .where('direction', '=', 'received')
      .where('peer', '=', peer)
      .where('incarnation', '=', stream.incarnation)
      .where('sequence', '>', known?.sequence ?? 0)
      .orderBy('sequence')
      .limit(HANDED_BACK_MAX)
      .execute();
    giveBack(
      core,
      peer,
      rows.map((row) => row.envelope),
      effects,
      `messages ${peer}`,
    );
    // In the order in which they were said: those of the next incarnation with the greeting that knows all of these.
    return;
  }
}

function giveBack(core: Core, peer: NodeId, envelopes: readonly Buffer[], effects: Effects, name: string): void {
  effects.set(`return ${name}`, () => {
    for (const envelope of envelopes) core.link.send(peer, RETURNED_SUBJECT, envelope);
  });
}
