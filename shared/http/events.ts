import type { Context, Hono } from 'hono';
import { Problem } from '../../contracts/core/problems.ts';
import { isWithin } from '../../contracts/orgs/org.ts';
import type { Clock } from '../clock.ts';
import type { HttpEnv } from './env.ts';

/** Server-sent events: pages hear that a topic has news and fetch it again. Nothing but the topic is sent. */
export interface Events {
  /** To the pages of the org at `path` and of those above it, or to all. What a decision changes: `tellPages`. */
  publish(topic: string, path?: string): void;
  /** Whether any page listens. */
  isHeard(): boolean;
  /** Ends the streams of a session at once. */
  endSession(sessionId: string): void;
  /** The same for a session that somebody else has ended: its pages hear it and ask to sign in again. */
  forceOff(sessionIds: readonly string[]): void;
  /** One more stream of a session. Throws `too-many-requests` beyond `STREAMS_PER_SESSION_MAX`. */
  open(listener: Listener): ReadableStream<Uint8Array>;
  /** Ends every stream, and refuses new ones: the server stops. */
  close(): void;
}

export interface Listener {
  sessionId: string;
  orgPath: string;
  /** Asked at every beat: a session that has ended meanwhile (idle, disabled, forced off) takes its streams along. */
  isLive(): Promise<boolean>;
}

/** Keeps proxies from closing a quiet stream, and is how fast an ended session is noticed. */
export const BEAT_MS = 15_000;
/**
 * A page hears of a topic at most so often, the last time included: ten thousand answers that come in together are one
 * look of the page, not ten thousand.
 */
export const NEWS_EVERY_MS = 1_000;
/** One for each open tab. */
export const STREAMS_PER_SESSION_MAX = 10;
/** Messages that a stalled reader may leave unread before its stream is ended. */
const UNREAD_MAX = 100;

const topicPattern = /^[\w.-]{1,64}$/;
const encoder = new TextEncoder();

interface Stream extends Listener {
  tell(topic: string): void;
  sayForcedOff(): void;
  end(): void;
}

export function openEvents(clock: Clock): Events {
  const streams = new Set<Stream>();
  let closed = false;
  const endWhere = (picks: (stream: Stream) => boolean): void => [...streams].filter(picks).forEach((one) => one.end());

  return {
    publish(topic, path) {
      if (!topicPattern.test(topic)) throw new Error(`not a topic: ${topic}`);
      for (const stream of streams) if (path === undefined || isWithin(path, stream.orgPath)) stream.tell(topic);
    },
    isHeard: () => streams.size > 0,
    endSession: (sessionId) => endWhere((stream) => stream.sessionId === sessionId),
    forceOff(sessionIds) {
      const forced = new Set(sessionIds);
      for (const stream of streams) if (forced.has(stream.sessionId)) stream.sayForcedOff();
      endWhere((stream) => forced.has(stream.sessionId));
    },
    open(listener) {
      const open = [...streams].filter(({ sessionId }) => sessionId === listener.sessionId).length;
      if (closed) throw new Problem('busy');
      if (open >= STREAMS_PER_SESSION_MAX) throw new Problem('too-many-requests', '打开的页面太多');
      return openStream(clock, listener, streams);
    },
    close() {
      closed = true;
      endWhere(() => true);
    },
  };
}

function openStream(clock: Clock, listener: Listener, streams: Set<Stream>): ReadableStream<Uint8Array> {
  let cancelBeat = (): void => undefined;
  let stream: Stream;
  const forget = (): void => {
    cancelBeat();
    streams.delete(stream);
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (text: string): void => {
          if (!streams.has(stream)) return;
          if ((controller.desiredSize ?? 0) <= 0) return stream.end();
          controller.enqueue(encoder.encode(text));
        };
        stream = {
          ...listener,
          tell: atMostEvery(clock, NEWS_EVERY_MS, (topic) => send(`event: news\ndata: ${topic}\n\n`)),
          sayForcedOff: () => send('event: forced-off\ndata: \n\n'),
          end() {
            if (!streams.has(stream)) return;
            forget();
            controller.close();
          },
        };
        streams.add(stream);
        send(': open\n\n');
        const beat = async (): Promise<void> => {
          const live = await listener.isLive().catch(() => false);
          if (!streams.has(stream)) return;
          if (!live) return stream.end();
          send(': beat\n\n');
          cancelBeat = clock.after(BEAT_MS, () => void beat());
        };
        cancelBeat = clock.after(BEAT_MS, () => void beat());
      },
      cancel: forget,
    },
    { highWaterMark: UNREAD_MAX },
  );
}

/** Tells a topic at once; what comes within the time after it is told once, at its end. */
function atMostEvery(clock: Clock, everyMs: number, tell: (topic: string) => void): (topic: string) => void {
  const resting = new Map<string, 'nothing new' | 'news'>();
  const tellNow = (topic: string): void => {
    resting.set(topic, 'nothing new');
    clock.after(everyMs, () => {
      const came = resting.get(topic);
      resting.delete(topic);
      if (came === 'news') tellNow(topic);
    });
    tell(topic);
  };
  return (topic) => {
    if (resting.has(topic)) resting.set(topic, 'news');
    else tellNow(topic);
  };
}

/** `listens` says who is at the other end, from the request's own session. */
export function mountEvents(
  app: Hono<HttpEnv>,
  events: Events,
  listens: (c: Context<HttpEnv>) => Promise<Listener>,
): void {
  app.get('/api/events', async (c) => {
    const stream = events.open(await listens(c));
    return c.body(stream, 200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
  });
}
