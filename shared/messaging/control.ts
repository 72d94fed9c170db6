import { NO_HASH } from '../../contracts/core/envelope.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { Digest, DIRECTORY_SUBJECT, Enrol, Heartbeat, Hello, Receipt, RETURNED_SUBJECT } from '../../contracts/link.ts';
import type { Cursor } from '../../contracts/link.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import type { Admission } from './admission.ts';
import { sendDirectory } from './admission.ts';
import { now, sendControl } from './core.ts';
import type { Core } from './core.ts';
import type { Courier } from './courier.ts';
import type { Effects, Handshake } from './handshake.ts';
import type { Verified } from './incoming.ts';
import { findStream, newestStream } from './log.ts';
import { receiptOf, takeReceipt } from './receipts.ts';
import { Refusal } from './refusal.ts';
import type { MessagingTables } from './tables.ts';

/** Something outside the streams. `verified` is missing for what carries its own proof: enrolments, directories, returned words. */
export interface Control {
  from: NodeId;
  kind: string;
  bytes: Uint8Array;
  verified: Verified | undefined;
}

export interface Controls {
  apply(tx: AnyTx, control: Control, effects: Effects): Promise<void>;
  /** Tells the peer what this node has and sent; at most once a second. */
  digest(peer: NodeId): void;
  heartbeat(peer: NodeId): void;
}

/** What a node that is not admitted, or that speaks of itself, may send: it is judged by its own content. */
export const selfProvenKinds: readonly string[] = [Enrol.kind, DIRECTORY_SUBJECT, RETURNED_SUBJECT];

const DIGEST_MS_MIN = 1_000;

export function openControls(core: Core, courier: Courier, handshake: Handshake, admission: Admission): Controls {
  const digestSentAt = new Map<NodeId, number>();

  function digest(peer: NodeId): void {
    const nowMs = core.clock.now();
    if (nowMs - (digestSentAt.get(peer) ?? -DIGEST_MS_MIN) < DIGEST_MS_MIN) return;
    digestSentAt.set(peer, nowMs);
    digestFor(core, peer).then(
      (item) => sendControl(core, peer, Digest, item),
      (error: unknown) => core.log.error({ err: error, peer }, 'digest failed'),
    );
  }

  return {
    digest,
    heartbeat(peer) {
      heartbeatOf(core).then(
        (item) => sendControl(core, peer, Heartbeat, item),
        (error: unknown) => core.log.error({ err: error, peer }, 'heartbeat failed'),
      );
    },
    async apply(tx, { from, kind, bytes, verified }, effects) {
      if (!verified) {
        if (kind === Enrol.kind) await admission.onEnrol(tx, from, bytes, effects);
        else if (kind === DIRECTORY_SUBJECT) await admission.onDirectory(tx, bytes, effects);
        else await handshake.onReturned(tx, from, bytes, effects);
        return;
      }
      const { body } = verified;
      const item = 'items' in body.data ? body.data.items[0] : undefined;
      if (body.kind === Hello.kind) {
        const hello = Hello.item.parse(item);
        await hear(core, tx, from, hello);
        await handshake.onHello(tx, body, hello, effects);
        if (hello.directoryVersion < core.directory.version && core.node === 'hub') {
          effects.set(`directory ${from}`, () => sendDirectory(core, from, hello.directoryVersion));
        }
        return;
      }
      const newest = await newestStream(tx, 'received', from);
      if (newest && body.incarnation < newest.incarnation) throw new Refusal('old-incarnation', body.kind);
      if (body.kind === Receipt.kind) {
        core.failpoint('receipt.before-commit');
        await takeReceipt(core, courier, tx, from, Receipt.item.parse(item), bytes);
      } else if (body.kind === Heartbeat.kind) {
        await hear(core, tx, from, Heartbeat.item.parse(item));
      } else if (body.kind === Digest.kind) {
        const { received, sent, unsettled } = Digest.item.parse(item);
        effects.set(`again ${from}`, () => courier.askedAgain(from, received.incarnation, received.sequence));
        const told = await findStream(tx, 'sent', from, received.incarnation);
        // It has forgotten what it had receipted, and the greeting that would have told so was lost on its way here.
        if (told?.incarnation === core.incarnation && received.sequence < told.receiptedSequence)
          effects.set(`greet ${from}`, () => handshake.nudge(from));
        const mine = newest?.incarnation === sent.incarnation ? newest.lastSequence : 0;
        if (sent.sequence > mine) effects.set(`digest ${from}`, () => digest(from));
        if (unsettled) await tellSettled(core, tx, from, unsettled, effects);
      } else {
        throw new Refusal('unknown-control', body.kind);
      }
    },
  };
}

/** The receipt that told how parked and dead messages went on may have been lost: it is not repeated by itself. */
async function tellSettled(core: Core, tx: AnyTx, peer: NodeId, from: Cursor, effects: Effects): Promise<void> {
  const stream = await findStream(tx, 'received', peer, from.incarnation);
  if (!stream || from.sequence > stream.lastSequence) return;
  const receipt = await receiptOf(tx, stream, from.sequence - 1, stream.lastSequence);
  effects.set(`settled ${peer}`, () => sendControl(core, peer, Receipt, receipt));
}

async function digestFor(core: Core, peer: NodeId) {
  const db = core.store.read.selectFrom('stream').selectAll().where('peer', '=', peer);
  const streams = await db.orderBy('incarnation', 'desc').execute();
  const received = streams.find((stream) => stream.direction === 'received');
  const sent = streams.find((stream) => stream.direction === 'sent');
  return {
    received: { incarnation: received?.incarnation ?? 0, sequence: received?.lastSequence ?? 0 },
    sent: { incarnation: sent?.incarnation ?? 0, sequence: sent?.lastSequence ?? 0 },
    unsettled: await firstUnsettled(core, peer),
  };
}

async function firstUnsettled(core: Core, peer: NodeId): Promise<Cursor | undefined> {
  return core.store.read
    .selectFrom('message_exception')
    .select(['incarnation', 'sequence'])
    .where('direction', '=', 'sent')
    .where('peer', '=', peer)
    .where('outcome', 'in', ['parked', 'dead'])
    .orderBy('incarnation')
    .orderBy('sequence')
    .limit(1)
    .executeTakeFirst();
}

async function heartbeatOf(core: Core) {
  const db = core.store.read.selectFrom('message_log').select(['position', 'chainHash']);
  const head = await db.orderBy('position', 'desc').limit(1).executeTakeFirst();
  return { logPosition: head?.position ?? 0, logHead: head?.chainHash.toString('hex') ?? NO_HASH };
}

async function hear(
  core: Core,
  tx: AnyTx,
  peer: NodeId,
  head: { logPosition: number; logHead: string },
): Promise<void> {
  const row = { lastHeardAt: now(core), logPosition: head.logPosition, logHead: head.logHead };
  await tablesOf<MessagingTables>(tx)
    .insertInto('link_peer')
    .values({ peer, ...row })
    .onConflict((conflict) => conflict.column('peer').doUpdateSet(row))
    .execute();
}
