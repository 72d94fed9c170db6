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
  outcome: string | null;
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
  checkPromises(node: SimNode, nodes: readonly SimNode[]): void;
  /** The log is what it was at the backup. */
  restored(node: NodeId, nodes: readonly SimNode[]): void;
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
      if (packet.kind === 'identity.restated') marks.sometimes('a restored hub was told claims that it had forgotten');
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
        `select l.position, l.direction, l.peer, l.incarnation, l.sequence, l."messageId", e.outcome from message_log l
           left join message_exception e on e.direction = l.direction and e.peer = l.peer
             and e.incarnation = l.incarnation and e.sequence = l.sequence
           where l.position > ? order by l.position`,
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
        // What is parked is applied later, and is in the log by then.
        if (row.direction === 'received' && row.outcome !== 'parked') {
          memory.places.add(placeOf(row.peer, row));
          memory.ids.set(row.messageId, placeOf(row.peer, row));
        }
      }
    },
    checkPromises(node, nodes) {
      const find = ask(
        node.db,
        `select "bodyHash" from message_log where direction = 'received' and peer = ? and incarnation = ? and sequence = ?`,
      );
      for (const { node: promiser, peer, incarnation, upTo, hash } of promises.values()) {
        if (promiser !== node.id) continue;
        const row = find.get(peer, incarnation, upTo) as { bodyHash: Buffer } | undefined;
        if (
          !row &&
          hasAgain(
            node,
            nodes.find(({ id }) => id === peer)!,
            incarnation,
            upTo,
          )
        )
          continue;
        holds(
          row?.bodyHash.toString('hex') === hash,
          'I19',
          () =>
            `${node.id} receipted ${peer} ${incarnation}.${upTo} and ${row ? 'has another message there' : 'has not got it'}`,
        );
      }
    },
    restored(node, nodes) {
      memories.delete(node);
      const dbOf = (id: NodeId): SimNode['db'] | undefined => nodes.find((one) => one.id === id)?.db;
      for (const [name, promise] of promises) {
        if (promise.node !== node && promise.peer !== node) continue;
        // What both ends have lost nobody can bring back.
        const ends = [
          newestIn(dbOf(promise.node), 'received', promise.peer, promise),
          newestIn(dbOf(promise.peer), 'sent', promise.node, promise),
        ];
        const newest = ends.toSorted((a, b) => (b?.sequence ?? 0) - (a?.sequence ?? 0))[0];
        if (!newest) promises.delete(name);
        else Object.assign(promise, { upTo: newest.sequence, hash: newest.bodyHash.toString('hex') });
      }
    },
  };
}

function newestIn(
  db: SimNode['db'] | undefined,
  direction: 'sent' | 'received',
  peer: NodeId,
  { incarnation, upTo }: { incarnation: number; upTo: number },
): { sequence: number; bodyHash: Buffer } | undefined {
  if (!db) return undefined;
  const sql = `select sequence, "bodyHash" from message_log where direction = ? and peer = ? and incarnation = ?
    and sequence <= ? order by sequence desc limit 1`;
  return ask(db, sql).get(direction, peer, incarnation, upTo) as { sequence: number; bodyHash: Buffer } | undefined;
}

/** What a restored node lost comes back under the same id, in the newer incarnation of its sender. */
function hasAgain(node: SimNode, sender: SimNode, incarnation: number, sequence: number): boolean {
  const sql = `select "messageId" from message_log where direction = 'sent' and peer = ? and incarnation = ? and sequence = ?`;
  const id = ask(sender.db, sql).pluck().get(node.id, incarnation, sequence);
  const again = `select 1 from message_log where direction = 'received' and peer = ? and "messageId" = ?`;
  return id !== undefined && ask(node.db, again).get(sender.id, id) !== undefined;
}
