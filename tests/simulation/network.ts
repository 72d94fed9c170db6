import { createHash } from 'node:crypto';
import { Envelope, MESSAGE_TYPE, NO_HASH } from '../../contracts/core/envelope.ts';
import type { MessageBody } from '../../contracts/core/envelope.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { assertNotDeciding } from '../../shared/db/decision.ts';
import type { Link } from '../../shared/messaging/link.ts';
import type { Chance } from './chance.ts';
import type { Marks } from './marks.ts';
import type { Timeline } from './timeline.ts';

/** Shares of the packets, but for the delays. */
export interface NetworkFaults {
  loss: number;
  copies: number;
  corruption: number;
  /** An old packet comes once more. */
  replays: number;
  /** Delayed by up to `longDelayMs` instead of about `delayMs`. */
  stragglers: number;
  delayMs: number;
  longDelayMs: number;
  /** Somebody on the way keeps a message and answers with a receipt of their own making. */
  forgeries: number;
}

export interface Packet {
  from: NodeId;
  to: NodeId;
  kind: string;
  bytes: Uint8Array;
}

/** A network that keeps no promise, under the production `Link`. */
export interface Network {
  /** A boot of the node; its earlier links are dead. */
  join(node: NodeId, onSend: (packet: Packet) => void): Link;
  leave(node: NodeId): void;
  /** What the node has sent in its streams and nobody has, as `isKnown` says, is lost for ever. */
  loseUnknown(node: NodeId, isKnown: (packet: Packet) => boolean): void;
  /** One direction. */
  cut(from: NodeId, to: NodeId): void;
  mend(from: NodeId, to: NodeId): void;
  /** No faults from now on; every node hears that the connection is back. */
  heal(): void;
  /** Everything that ever arrived whole, each packet once. */
  arrived(): Packet[];
  deliver(packet: Packet): void;
}

interface Member {
  receive: Array<(subjectFrom: NodeId, kind: string, bytes: Uint8Array) => void>;
  reconnected: Array<() => void>;
}

const quiet: NetworkFaults = {
  loss: 0,
  copies: 0,
  corruption: 0,
  replays: 0,
  stragglers: 0,
  delayMs: 2,
  longDelayMs: 2,
  forgeries: 0,
};

export function openNetwork(timeline: Timeline, chance: Chance, drawn: NetworkFaults, marks: Marks): Network {
  const members = new Map<NodeId, Member>();
  const cuts = new Set<string>();
  const lost = new WeakSet<Uint8Array>();
  const arrived = new WeakSet<Uint8Array>();
  let sent: Packet[] = [];
  let faults = drawn;

  function carry(packet: Packet): void {
    if (cuts.has(`${packet.from} ${packet.to}`)) return marks.fault('lost in a partition');
    if (chance.happens(faults.loss)) return marks.fault('lost');
    const straggles = chance.happens(faults.stragglers);
    if (straggles) marks.fault('delayed');
    const delayMs = straggles ? chance.fraction() * faults.longDelayMs : chance.waiting(faults.delayMs);
    const corrupt = chance.happens(faults.corruption);
    if (corrupt) marks.fault('corrupted');
    const { bytes } = packet;
    const carried = corrupt ? { ...packet, bytes: damaged(packet.bytes, chance) } : packet;
    timeline.after(
      delayMs,
      `${packet.from} → ${packet.to} ${packet.kind}`,
      packet.to,
      () => void (lost.has(bytes) || deliver(carried)),
    );
  }

  function deliver({ from, to, kind, bytes }: Packet): void {
    // Cut while it was under way.
    if (cuts.has(`${from} ${to}`)) return marks.fault('lost in a partition');
    // The bytes are the receiver's own, as from a socket.
    if (members.has(to)) arrived.add(bytes);
    for (const receive of members.get(to)?.receive ?? []) receive(from, kind, new Uint8Array(bytes));
  }

  return {
    arrived: () => sent.filter(({ bytes }) => arrived.has(bytes)),
    deliver,
    join(node, onSend) {
      const member: Member = { receive: [], reconnected: [] };
      members.set(node, member);
      return {
        send(to, kind, bytes) {
          assertNotDeciding('send');
          if (members.get(node) !== member) return;
          const packet = { from: node, to, kind, bytes: new Uint8Array(bytes) };
          onSend(packet);
          sent.push(packet);
          if (inStream(packet) && chance.happens(faults.forgeries)) {
            marks.fault('receipt forged');
            const receipt = forgedReceipt(packet);
            timeline.after(1, `a forged receipt for ${node}`, node, () => deliver(receipt));
            return;
          }
          carry(packet);
          if (chance.happens(faults.copies)) {
            marks.fault('copied');
            carry(packet);
          }
          if (chance.happens(faults.replays)) {
            marks.fault('replayed');
            carry(chance.pick(sent));
          }
        },
        onReceive: (receive) => void member.receive.push(receive),
        onReconnect: (reconnected) => void member.reconnected.push(reconnected),
        async close() {
          if (members.get(node) === member) members.delete(node);
        },
      };
    },
    leave: (node) => void members.delete(node),
    loseUnknown(node, isKnown) {
      const gone = sent.filter((packet) => packet.from === node && inStream(packet) && !isKnown(packet));
      for (const { bytes } of gone) lost.add(bytes);
      sent = sent.filter(({ bytes }) => !lost.has(bytes));
    },
    cut: (from, to) => void cuts.add(`${from} ${to}`),
    mend: (from, to) => void cuts.delete(`${from} ${to}`),
    heal() {
      cuts.clear();
      faults = quiet;
      for (const [node, { reconnected }] of members)
        for (const back of reconnected) timeline.after(0, `${node} is connected again`, node, back);
    },
  };
}

/** Messages of the businesses; greetings, receipts and the like stand outside the streams. */
function inStream({ kind }: Packet): boolean {
  return !kind.startsWith('link.');
}

/** As whoever carries the packets could write it: everything is right but the signature. */
function forgedReceipt(packet: Packet): Packet {
  const { payload } = Envelope.parse(JSON.parse(Buffer.from(packet.bytes).toString()));
  const { incarnation, sequence, issuedAt } = bodyOf(packet);
  const hash = createHash('sha256').update(Buffer.from(payload, 'base64')).digest('hex');
  const body: MessageBody = {
    id: '00000000-0000-7000-8000-000000000000',
    kind: 'link.receipt',
    schema: 1,
    from: packet.to,
    to: packet.from,
    incarnation: 1,
    sequence: 0,
    previous: NO_HASH,
    hubIncarnation: 1,
    issuedAt,
    data: {
      items: [
        {
          incarnation,
          after: 0,
          upTo: sequence,
          hash,
          exceptions: [],
        },
      ],
    },
  };
  const envelope: Envelope = {
    payloadType: MESSAGE_TYPE,
    payload: Buffer.from(JSON.stringify(body)).toString('base64'),
    signatures: [{ keyId: `${packet.to}/1`, signature: Buffer.alloc(64).toString('base64') }],
  };
  return { from: packet.to, to: packet.from, kind: body.kind, bytes: Buffer.from(JSON.stringify(envelope)) };
}

/** One byte changed, or the end cut off. */
function damaged(bytes: Uint8Array, chance: Chance): Uint8Array {
  if (chance.happens(0.2)) return bytes.slice(0, chance.between(0, bytes.length - 1));
  const copy = new Uint8Array(bytes);
  const at = chance.between(0, bytes.length - 1);
  copy[at] = (copy[at]! ^ (1 << chance.between(0, 7))) & 0xff;
  return copy;
}

/** What a packet says, unverified: for observers. */
export function bodyOf(packet: Packet): MessageBody {
  const { payload } = Envelope.parse(JSON.parse(Buffer.from(packet.bytes).toString()));
  return JSON.parse(Buffer.from(payload, 'base64').toString()) as MessageBody;
}
