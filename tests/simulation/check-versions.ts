import type { z } from 'zod';
import type { NodeId } from '../../contracts/core/message.ts';
import { RecordSummarised } from '../../contracts/national-index.ts';
import type { ReceivedMessage } from '../../shared/messaging/handlers.ts';
import { ask, hasChanged } from './ask.ts';
import type { SimNode } from './sim-node.ts';
import { holds } from './violation.ts';

type Summary = z.output<typeof RecordSummarised.item>;

/**
 * No version of a record says two things, and what counts upwards never goes back: versions and epochs at the hub, directories and
 * incarnations everywhere (I09). Nothing of an incarnation is taken after something of a newer one (I15). A restore takes a node back.
 */
export interface VersionCheck {
  /** What a handler did with these is durable. */
  applied(node: NodeId, message: ReceivedMessage, items: readonly unknown[]): void;
  check(node: SimNode): void;
  restored(node: NodeId): void;
}

interface Memory {
  texts: Map<string, string>;
  highest: Map<string, number>;
  position: number;
  incarnations: Map<NodeId, number>;
}

export function openVersionCheck(): VersionCheck {
  const memories = new Map<NodeId, Memory>();
  const said = new Map<string, string>();
  let twoThings: string | undefined;

  function memoryOf(node: NodeId): Memory {
    const known = memories.get(node) ?? { texts: new Map(), highest: new Map(), position: 0, incarnations: new Map() };
    memories.set(node, known);
    return known;
  }

  function rises({ highest }: Memory, name: string, value: number): void {
    const before = highest.get(name) ?? value;
    holds(value >= before, 'I09', () => `${name} went from ${before} to ${value}`);
    highest.set(name, value);
  }

  function checkRecords({ db }: SimNode, memory: Memory): void {
    if (hasChanged(db, memory.texts, 'national_record', '"studentId", version'))
      for (const { studentId, version } of ask(
        db,
        'select "studentId", version from national_record',
      ).all() as Summary[])
        rises(memory, `the version of ${studentId}`, version);
    if (!hasChanged(db, memory.texts, 'record_holder', '"studentId", epoch')) return;
    type Holder = { studentId: string; epoch: number };
    for (const { studentId, epoch } of ask(db, 'select "studentId", epoch from record_holder').all() as Holder[])
      rises(memory, `the epoch of ${studentId}`, epoch);
  }

  function checkReceived({ id, db }: SimNode, memory: Memory): void {
    type Logged = { position: number; peer: NodeId; incarnation: number; sequence: number };
    const rows = ask(
      db,
      `select position, peer, incarnation, sequence from message_log where direction = 'received' and position > ?
         order by position`,
    ).all(memory.position) as Logged[];
    for (const { position, peer, incarnation, sequence } of rows) {
      const newest = memory.incarnations.get(peer) ?? 0;
      holds(incarnation >= newest, 'I15', () => `${id} took ${peer} ${incarnation}.${sequence} after ${newest}`);
      memory.incarnations.set(peer, incarnation);
      memory.position = position;
    }
  }

  return {
    applied(node, { kind, from }, items) {
      if (node !== 'hub' || kind !== RecordSummarised.kind) return;
      for (const item of items as Summary[]) {
        const name = `version ${item.version} of ${item.studentId}`;
        const [words, earlier] = [JSON.stringify(item), said.get(name)];
        if (earlier !== undefined && earlier !== words) twoThings ??= `${name}, by ${from}: ${earlier}, then ${words}`;
        said.set(name, words);
      }
    },
    check(node) {
      holds(twoThings === undefined, 'I09', () => twoThings!);
      const memory = memoryOf(node.id);
      if (node.id === 'hub') checkRecords(node, memory);
      const number = (sql: string): number => (ask(node.db, sql).pluck().get() as number | null) ?? 0;
      rises(memory, `${node.id}: the directory`, number('select max(version) from node_directory'));
      rises(memory, `${node.id}: the incarnation`, number('select incarnation from link_state'));
      checkReceived(node, memory);
    },
    restored(node) {
      memories.delete(node);
      // What had been told to it after the backup nobody may have any more.
      if (node === 'hub') said.clear();
    },
  };
}
