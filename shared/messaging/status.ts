import { sql } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import { fingerprint } from '../signing/node-keys.ts';
import { peersOf } from './core.ts';
import type { Core } from './core.ts';
import type { RefusalReason } from './refusal.ts';

/** For pages, `/ready` and metrics. */
export interface MessagingStatus {
  node: NodeId;
  incarnation: number;
  hubIncarnation: number;
  directoryVersion: number;
  /** Of the node's newest key: what its operator reads to the ministry's. */
  fingerprint: string;
  /** What came and was not taken, by reason, since the start. */
  refusals: Partial<Record<RefusalReason, number>>;
  /** In `link_alarm`, that no operator has settled. */
  unhandledAlarms: number;
  peers: PeerStatus[];
}

export interface PeerStatus {
  peer: NodeId;
  /** Both sides agree on the streams: new messages leave at once. */
  open: boolean;
  lastHeardAt: string | undefined;
  /** Of the peer, the newest known. */
  incarnation: number;
  sent: number;
  received: number;
  /** Sent without a receipt, and since when. */
  unacknowledged: number;
  oldestUnacknowledgedAt: string | undefined;
  /** Queued while the stream was not open, not numbered yet. */
  waiting: number;
  /** Received and not applied: against a rule; newer than this node understands; failed for good. */
  refused: number;
  parked: number;
  dead: number;
  quarantined: string | undefined;
}

export async function statusOf(core: Core): Promise<MessagingStatus> {
  const { node, incarnation, hubIncarnation } = core;
  const unhandled = await core.store.read
    .selectFrom('link_alarm')
    .select(sql<number>`count(*)`.as('count'))
    .where('handledAt', 'is', null)
    .executeTakeFirstOrThrow();
  return {
    node,
    incarnation,
    hubIncarnation,
    directoryVersion: core.directory.version,
    fingerprint: fingerprint(core.keys.keys.at(-1)!),
    refusals: Object.fromEntries(core.refusals),
    unhandledAlarms: unhandled.count,
    peers: await Promise.all(peersOf(core).map((peer) => peerStatus(core, peer))),
  };
}

async function peerStatus(core: Core, peer: NodeId): Promise<PeerStatus> {
  const db = core.store.read;
  const streams = await db.selectFrom('stream').selectAll().where('peer', '=', peer).orderBy('incarnation').execute();
  const sent = streams.filter((stream) => stream.direction === 'sent');
  const received = streams.filter((stream) => stream.direction === 'received');
  const current = sent.find((stream) => stream.incarnation === core.incarnation);
  const heard = await db.selectFrom('link_peer').selectAll().where('peer', '=', peer).executeTakeFirst();
  const waiting = await db
    .selectFrom('outbox_waiting')
    .select([sql<number>`count(*)`.as('count'), sql<string | null>`min(at)`.as('oldest')])
    .where('peer', '=', peer)
    .executeTakeFirstOrThrow();
  const exceptions = await db
    .selectFrom('message_exception')
    .select(['outcome', sql<number>`count(*)`.as('count')])
    .where('direction', '=', 'received')
    .where('peer', '=', peer)
    .groupBy('outcome')
    .execute();
  const exceptional = (outcome: string): number => exceptions.find((row) => row.outcome === outcome)?.count ?? 0;
  const unacknowledged = current ? current.lastSequence - current.receiptedSequence : 0;
  const oldest = current && unacknowledged > 0 ? await sentAt(core, peer, current.receiptedSequence + 1) : undefined;
  return {
    peer,
    open: core.open.has(peer),
    lastHeardAt: heard?.lastHeardAt,
    incarnation: received.at(-1)?.incarnation ?? 0,
    sent: total(sent),
    received: total(received),
    unacknowledged,
    oldestUnacknowledgedAt: oldest ?? waiting.oldest ?? undefined,
    waiting: waiting.count,
    refused: exceptional('refused'),
    parked: exceptional('parked'),
    dead: exceptional('dead'),
    quarantined: received.at(-1)?.quarantined ?? undefined,
  };
}

function total(streams: ReadonlyArray<{ lastSequence: number }>): number {
  return streams.reduce((sum, stream) => sum + stream.lastSequence, 0);
}

async function sentAt(core: Core, peer: NodeId, sequence: number): Promise<string | undefined> {
  const row = await core.store.read
    .selectFrom('message_log')
    .select('at')
    .where('direction', '=', 'sent')
    .where('peer', '=', peer)
    .where('incarnation', '=', core.incarnation)
    .where('sequence', '=', sequence)
    .executeTakeFirst();
  return row?.at;
}
