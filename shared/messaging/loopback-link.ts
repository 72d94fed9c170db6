import type { NodeId } from '../../contracts/core/message.ts';
import { assert } from '../assert.ts';
import { assertNotDeciding } from '../db/decision.ts';
import type { Link } from './link.ts';

/** Several nodes in one process: the demo without a broker, and tests. */
export interface Loopback {
  join(node: NodeId): Link;
  /** Cuts a node off: what it sends and what is sent to it is lost. */
  cut(node: NodeId): void;
  mend(node: NodeId): void;
}

interface Member {
  receive: Array<(subjectFrom: NodeId, kind: string, bytes: Uint8Array) => void>;
  reconnected: Array<() => void>;
}

/** `schedule` runs work later, in order; never within the call that sends. */
export function openLoopback(schedule: (work: () => void) => void = setImmediate): Loopback {
  const members = new Map<NodeId, Member>();
  const cut = new Set<NodeId>();

  function deliver(from: NodeId, to: NodeId, kind: string, bytes: Uint8Array): void {
    if (cut.has(from) || cut.has(to)) return;
    schedule(() => {
      if (cut.has(to)) return;
      for (const receive of members.get(to)?.receive ?? []) receive(from, kind, bytes);
    });
  }

  return {
    join(node) {
      assert(!members.has(node), `${node} is on the loopback already`);
      const member: Member = { receive: [], reconnected: [] };
      members.set(node, member);
      return {
        send(to, kind, bytes) {
          assertNotDeciding('send');
          // The bytes are the receiver's own, as from a socket.
          if (members.get(node) === member) deliver(node, to, kind, Uint8Array.from(bytes));
        },
        onReceive: (receive) => void member.receive.push(receive),
        onReconnect: (reconnected) => void member.reconnected.push(reconnected),
        async close() {
          if (members.get(node) === member) members.delete(node);
        },
      };
    },
    cut: (node) => void cut.add(node),
    mend(node) {
      cut.delete(node);
      for (const reconnected of members.get(node)?.reconnected ?? []) schedule(reconnected);
    },
  };
}
