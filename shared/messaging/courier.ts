import type { NodeId } from '../../contracts/core/message.ts';
import type { Core } from './core.ts';
import type { Stream } from './log.ts';

/**
 * Carries what the log says was sent and the peer has not receipted: in order, a window at a time, for ever. It decides
 * nothing and writes nothing; lose all of it and it resumes from the log.
 */
export interface Courier {
  /** (Re)starts with a peer at the place that both sides agreed on. */
  resume(stream: Stream): void;
  /** Messages just committed. */
  offer(peer: NodeId, incarnation: number, messages: readonly Sendable[]): void;
  /** The peer has everything up to `upTo`. */
  receipted(peer: NodeId, incarnation: number, upTo: number): void;
  /** The peer asks again for everything after `after`. */
  askedAgain(peer: NodeId, incarnation: number, after: number): void;
  /** The connection is back: everything without a receipt, at once. */
  hurry(): void;
  stop(): void;
}

export interface Sendable {
  sequence: number;
  kind: string;
  envelope: Uint8Array;
}

/** Unreceipted messages and bytes under way to one peer: less than a broker buffers for a slow consumer. */
const WINDOW_MESSAGES = 256;
const WINDOW_BYTES = 16 * 1024 * 1024;
/** After a silence only this many are tried, until a receipt comes. */
const PROBE_MESSAGES = 8;
const READ_ROWS = 32;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 300_000;

interface Route {
  peer: NodeId;
  incarnation: number;
  receipted: number;
  sent: number;
  last: number;
  /** Committed bytes not sent yet, so that the usual way does not read the log. */
  ready: Map<number, Sendable>;
  underWay: Array<{ sequence: number; bytes: number }>;
  underWayBytes: number;
  window: number;
  retryMs: number;
  cancelRetry: (() => void) | undefined;
  reading: boolean;
}

interface Trade {
  core: Core;
  routes: Map<NodeId, Route>;
}

export function openCourier(core: Core): Courier {
  const routes = new Map<NodeId, Route>();
  const trade: Trade = { core, routes };

  return {
    resume({ peer, incarnation, receiptedSequence: receipted, lastSequence: last }) {
      const before = routes.get(peer);
      before?.cancelRetry?.();
      const idle = { ready: new Map(), underWay: [], underWayBytes: 0, cancelRetry: undefined, reading: false };
      const pace = { window: WINDOW_MESSAGES, retryMs: RETRY_MS_MIN };
      const route: Route = { peer, incarnation, receipted, sent: receipted, last, ...idle, ...pace };
      routes.set(peer, route);
      pump(trade, route);
    },
    offer(peer, incarnation, messages) {
      const route = routeIn(trade, peer, incarnation);
      if (!route) return;
      for (const message of messages) {
        route.last = Math.max(route.last, message.sequence);
        if (route.ready.size < WINDOW_MESSAGES) route.ready.set(message.sequence, message);
      }
      pump(trade, route);
    },
    receipted(peer, incarnation, upTo) {
      const route = routeIn(trade, peer, incarnation);
      if (!route || upTo <= route.receipted || upTo > route.last) return;
      route.receipted = upTo;
      route.sent = Math.max(route.sent, upTo);
      while (route.underWay[0] && route.underWay[0].sequence <= upTo)
        route.underWayBytes -= route.underWay.shift()!.bytes;
      relax(route);
      pump(trade, route);
    },
    askedAgain(peer, incarnation, after) {
      const route = routeIn(trade, peer, incarnation);
      if (!route || after >= route.sent) return;
      rewind(route, Math.max(after, route.receipted));
      pump(trade, route);
    },
    hurry() {
      for (const route of routes.values()) {
        relax(route);
        rewind(route, route.receipted);
        pump(trade, route);
      }
    },
    stop() {
      for (const route of routes.values()) route.cancelRetry?.();
      routes.clear();
    },
  };
}

function routeIn({ routes }: Trade, peer: NodeId, incarnation: number): Route | undefined {
  const route = routes.get(peer);
  return route?.incarnation === incarnation ? route : undefined;
}

function pump(trade: Trade, route: Route): void {
  const { core, routes } = trade;
  if (core.stopped || routes.get(route.peer) !== route) return;
  while (route.sent < route.last && mayFly(route)) {
    const next = route.ready.get(route.sent + 1);
    if (!next) {
      void read(trade, route);
      break;
    }
    route.ready.delete(next.sequence);
    core.failpoint('courier.before-send');
    transmit(trade, route.peer, next);
    route.sent = next.sequence;
    route.underWay.push({ sequence: next.sequence, bytes: next.envelope.length });
    route.underWayBytes += next.envelope.length;
  }
  if (route.receipted < route.last) route.cancelRetry ??= core.clock.after(route.retryMs, () => retry(trade, route));
}

/** Whoever committed the message is not told that it failed because it could not leave: it goes again. */
function transmit({ core }: Trade, peer: NodeId, { kind, envelope }: Sendable): void {
  try {
    core.link.send(peer, kind, envelope);
  } catch (error) {
    core.log.warn({ err: error, peer, kind }, 'the link took no message');
  }
}

async function read(trade: Trade, route: Route): Promise<void> {
  const { core } = trade;
  if (route.reading) return;
  route.reading = true;
  try {
    const rows = await core.store.read
      .selectFrom('message_log')
      .select(['sequence', 'kind', 'envelope'])
      .where('direction', '=', 'sent')
      .where('peer', '=', route.peer)
      .where('incarnation', '=', route.incarnation)
      .where('sequence', '>', route.sent)
      .orderBy('sequence')
      .limit(READ_ROWS)
      .execute();
    for (const row of rows) if (row.sequence > route.sent) route.ready.set(row.sequence, row);
    route.reading = false;
    if (rows.length > 0) pump(trade, route);
  } catch (error) {
    route.reading = false;
    core.log.error({ err: error, peer: route.peer }, 'courier cannot read the log');
  }
}

/** Decorrelated jitter: nodes that were cut off together do not come back together. */
function retry(trade: Trade, route: Route): void {
  const { core } = trade;
  route.cancelRetry = undefined;
  route.window = PROBE_MESSAGES;
  rewind(route, route.receipted);
  route.retryMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN + core.random.fraction() * (3 * route.retryMs - RETRY_MS_MIN));
  pump(trade, route);
}

function relax(route: Route): void {
  route.cancelRetry?.();
  route.cancelRetry = undefined;
  route.retryMs = RETRY_MS_MIN;
  route.window = WINDOW_MESSAGES;
}

function mayFly(route: Route): boolean {
  return route.sent - route.receipted < route.window && route.underWayBytes < WINDOW_BYTES;
}

function rewind(route: Route, to: number): void {
  route.sent = to;
  route.ready.clear();
  route.underWay = [];
  route.underWayBytes = 0;
}
