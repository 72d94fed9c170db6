import type { NodeId } from '../../contracts/core/message.ts';

/** One thing that happens at an instant of virtual time; `node` is whom it happens to, if anybody. */
export interface SimEvent {
  readonly atMs: number;
  readonly order: number;
  readonly what: string;
  readonly node: NodeId | undefined;
  readonly work: () => void;
  cancelled: boolean;
}

/** Virtual time: discrete events in one order, which depends on the seed alone. */
export interface Timeline {
  readonly nowMs: number;
  /** Happens after `delayMs`, in whole milliseconds as every clock counts; the returned function takes it back. */
  after(delayMs: number, what: string, node: NodeId | undefined, work: () => void): () => void;
  /** Moves time to the next event and answers it; undefined when nothing is to come. */
  next(): SimEvent | undefined;
  /** When the next event will be. */
  peekMs(): number | undefined;
  /** The same event again at a later instant: its node cannot attend to it now. */
  postpone(event: SimEvent, toMs: number): void;
}

export function openTimeline(startMs: number): Timeline {
  const heap: SimEvent[] = [];
  let nowMs = startMs;
  let order = 0;

  const before = (a: SimEvent, b: SimEvent): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

  function push(event: SimEvent): void {
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(event, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  function pop(): SimEvent | undefined {
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }

  function skipCancelled(): void {
    while (heap[0]?.cancelled) pop();
  }

  return {
    get nowMs() {
      return nowMs;
    },
    after(delayMs, what, node, work) {
      const event = {
        atMs: nowMs + Math.max(0, Math.round(delayMs)),
        order: order++,
        what,
        node,
        work,
        cancelled: false,
      };
      push(event);
      return () => {
        event.cancelled = true;
      };
    },
    next() {
      skipCancelled();
      const event = pop();
      if (event) nowMs = Math.max(nowMs, event.atMs);
      return event;
    },
    peekMs() {
      skipCancelled();
      return heap[0]?.atMs;
    },
    postpone(event, toMs) {
      push({ ...event, atMs: Math.round(toMs), order: order++ });
    },
  };
}
