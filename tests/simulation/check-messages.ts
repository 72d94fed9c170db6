import { ask } from './ask.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Receipt } from '../../contracts/link.ts';
import type { ReceivedMessage } from '../../shared/messaging/handlers.ts';
import type { z } from 'zod';
import type { Marks } from './marks.ts';
import { bodyOf } from './network.ts';
import type { Packet } from './network.ts';
import type { SimNode } from './sim-node.ts';
import { holds } from './violation.ts';

interface Logged {
  position: number;
  direction: 'sent' | 'received';
  peer: NodeId;
  incarnation: number;
  sequence: number;
  messageId: string;
  bodyHash: Buffer;
}

interface Memory {
  position: number;
  last: Map<string, number>;
  /** Every place and every id that was applied or is in the log. */
  places: Set<string>;
  ids: Map<string, string>;
}

/**
 * Each message is applied at most once and none before its predecessor (I14); what a node has receipted is in its log
 * after every crash (I19). A restore takes the log back: there the promise is that it is whole again in the end.
 */
export interface MessageCheck {
  sent(packet: Packet): void;
  applied(node: NodeId, message: ReceivedMessage): void;
  /** Reads what is new in the node's log. */
  check(node: SimNode): void;
  /** After a crash, a restart, and at the end. */
  checkPromises(node: SimNode): void;
  /** The log is what it was at the backup. */
  restored(node: NodeId): void;
}

export function openMessageCheck(marks: Marks): MessageCheck {
  const memories = new Map<NodeId, Memory>();
  const promises = new Map<string, { node: NodeId; peer: NodeId; incarnation: number; upTo: number; hash: string }>();

  function memoryOf(node: NodeId): Memory {
    const known = memories.get(node) ?? { position: 0, last: new Map(), places: new Set(), ids: new Map() };
    memories.set(node, known);
    return known;
  }

  const placeOf = (peer: NodeId, { incarnation, sequence }: { incarnation: number; sequence: number }): string =>
    `${peer} ${incarnation}.${sequence}`;

  return {
    sent(packet) {
      if (packet.kind === 'link.returned') marks.sometimes('a restored province got its own words back');
      if (packet.kind === 'identity.release') marks.sometimes('a claim was released');
      if (packet.kind !== 'link.receipt') return;
      const { data } = bodyOf(packet);
      const receipt = ('items' in data ? data.items[0] : undefined) as z.output<typeof Receipt.item>;
      const { incarnation, upTo, hash } = receipt;
      const name = `${packet.from} ${packet.to} ${incarnation}`;
      if ((promises.get(name)?.upTo ?? 0) >= upTo) return marks.sometimes('a message came again after it was applied');
      promises.set(name, { node: packet.from, peer: packet.to, incarnation, upTo, hash });
    },
    applied(node, message) {
      const { places, ids } = memoryOf(node);
      const place = placeOf(message.from, message);
      holds(!places.has(place), 'I14', () => `${node} applied ${place} (${message.kind}) again`);
      const earlier = ids.get(message.id);
      holds(earlier === undefined, 'I14', () => `${node} applied message ${message.id} as ${earlier} and as ${place}`);
      places.add(place);
      ids.set(message.id, place);
    },
    check(node) {
      const memory = memoryOf(node.id);
      if (ask(node.db, 'select 1 from outbox_waiting limit 1').get())
        marks.sometimes('a message waited for its stream to open');
      const rows = ask(
        node.db,
        `select position, direction, peer, incarnation, sequence, "messageId", "bodyHash" from message_log
           where position > ? order by position`,
      ).all(memory.position) as Logged[];
      for (const row of rows) {
        holds(
          row.position === memory.position + 1,
          'I14',
          () => `${node.id}: log position ${row.position} after ${memory.position}`,
        );
        memory.position = row.position;
        const stream = `${row.direction} ${row.peer} ${row.incarnation}`;
        const last = memory.last.get(stream) ?? 0;
        holds(row.sequence === last + 1, 'I14', () => `${node.id}: ${stream}: ${row.sequence} follows on ${last}`);
        memory.last.set(stream, row.sequence);
        if (row.direction === 'received') {
          memory.places.add(placeOf(row.peer, row));
          memory.ids.set(row.messageId, placeOf(row.peer, row));
        }
      }
    },
    checkPromises(node) {
      const find = ask(
        node.db,
        `select "bodyHash" from message_log where direction = 'received' and peer = ? and incarnation = ? and sequence = ?`,
      );
      for (const { node: promiser, peer, incarnation, upTo, hash } of promises.values()) {
        if (promiser !== node.id) continue;
        const row = find.get(peer, incarnation, upTo) as { bodyHash: Buffer } | undefined;
        holds(
          row?.bodyHash.toString('hex') === hash,
          'I19',
          () =>
            `${node.id} receipted ${peer} ${incarnation}.${upTo} and ${row ? 'has another message there' : 'has not got it'}`,
        );
      }
    },
    restored(node) {
      memories.delete(node);
    },
  };
}
