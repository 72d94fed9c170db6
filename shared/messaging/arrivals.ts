import type { NodeId } from '../../contracts/core/message.ts';
import type { Verified } from './incoming.ts';
import { Refusal } from './refusal.ts';

/** What came from a peer and was not taken yet, by sequence: the next, copies, and what is ahead of a gap. */
export interface Arrivals {
  readonly peer: NodeId;
  incarnation: number;
  readonly waiting: Map<number, Verified>;
  bytes: number;
  /** Of a number that is held already, but with another body: proof against the sender once the number is taken. */
  conflict: Verified | undefined;
  /** Something came that no group has looked at. */
  dirty: boolean;
  /** The next message failed: it is tried again by itself, not before `blocked` is over. */
  alone: boolean;
  blocked: boolean;
}

/** Held per peer in memory; what does not fit is lost here and comes again. */
const HELD_MESSAGES_MAX = 512;
const HELD_BYTES_MAX = 32 * 1024 * 1024;

export function newArrivals(peer: NodeId): Arrivals {
  return {
    peer,
    incarnation: 0,
    waiting: new Map(),
    bytes: 0,
    conflict: undefined,
    dirty: false,
    alone: false,
    blocked: false,
  };
}

/** A newer incarnation of the sender supersedes what was held of an older one. */
export function hold(arrivals: Arrivals, message: Verified): void {
  const { incarnation, sequence } = message.body;
  if (incarnation < arrivals.incarnation) throw new Refusal('old-incarnation');
  if (incarnation > arrivals.incarnation) forget(arrivals);
  arrivals.incarnation = incarnation;
  arrivals.dirty = true;
  const before = arrivals.waiting.get(sequence);
  if (before && !before.bodyHash.equals(message.bodyHash)) arrivals.conflict = message;
  if (before) return;
  if (arrivals.waiting.size >= HELD_MESSAGES_MAX || arrivals.bytes > HELD_BYTES_MAX) dropFarthest(arrivals);
  arrivals.waiting.set(sequence, message);
  arrivals.bytes += message.envelope.length;
}

export function forget(arrivals: Arrivals): void {
  arrivals.waiting.clear();
  arrivals.bytes = 0;
  arrivals.conflict = undefined;
  arrivals.alone = false;
  arrivals.dirty = false;
}

/** Removes what has been taken. */
export function release(arrivals: Arrivals, upTo: number): void {
  for (const sequence of arrivals.waiting.keys()) if (sequence <= upTo) remove(arrivals, sequence);
}

function dropFarthest(arrivals: Arrivals): void {
  remove(arrivals, Math.max(...arrivals.waiting.keys()));
}

function remove(arrivals: Arrivals, sequence: number): void {
  const message = arrivals.waiting.get(sequence);
  if (message && arrivals.waiting.delete(sequence)) arrivals.bytes -= message.envelope.length;
}
