import { connect, Events } from 'nats';
import type { ConnectionOptions, NatsConnection } from 'nats';
import type { NodeId } from '../../contracts/core/message.ts';
import { assertNotDeciding } from '../db/decision.ts';
import type { Log } from '../log.ts';
import { HUB } from './directory.ts';
import type { Link } from './link.ts';

/** The one file that knows NATS. The broker moves bytes and is trusted with nothing. */
export interface NatsLinkOptions {
  node: NodeId;
  /** `nats://host:port`, one or more of a cluster. */
  servers: string | string[];
  user?: string;
  password?: string;
  tls?: ConnectionOptions['tls'];
  log: Log;
}

export const SUBJECT_ROOT = 'xueji.v1';
/** A province's node id on subjects is its two-digit code. */
export const provinceToken = (node: NodeId): string => node.slice('p-'.length);

const RECONNECT_WAIT_MS = 1_000;
const PING_MS = 20_000;
const CONNECT_MS_MAX = 5_000;

/** Connects; when the broker is away it goes on trying behind the scenes, and what is sent until then is dropped. */
export async function openNatsLink(options: NatsLinkOptions): Promise<Link> {
  const { node, log } = options;
  const receivers: Array<(subjectFrom: NodeId, kind: string, bytes: Uint8Array) => void> = [];
  const reconnected: Array<() => void> = [];
  let connection: NatsConnection | undefined;
  let connected = false;
  let closed = false;

  const settings = connectionOptions(options);
  try {
    use(await connect({ ...settings, waitOnFirstConnect: false }));
  } catch (error) {
    log.warn({ err: error }, 'the broker is away');
    connect(settings).then(use, (reason: unknown) => log.error({ err: reason }, 'no connection to the broker'));
  }

  function use(opened: NatsConnection): void {
    if (closed) return void opened.close();
    connection = opened;
    connected = true;
    opened.subscribe(listensTo(node), {
      callback(error, message) {
        const told = error ? undefined : readSubject(node, message.subject);
        if (told) for (const receive of receivers) receive(told.from, told.kind, message.data);
      },
    });
    watch(opened).catch((error: unknown) => log.error({ err: error }, 'the connection is no longer watched'));
    for (const call of reconnected) call();
  }

  async function watch(opened: NatsConnection): Promise<void> {
    for await (const { type, data } of opened.status()) {
      if (type === Events.Disconnect) connected = false;
      if (type === Events.Reconnect) {
        connected = true;
        for (const call of reconnected) call();
      }
      if (type === Events.Error) log.warn({ data }, 'the broker refused something');
    }
  }

  return {
    send(to, kind, bytes) {
      assertNotDeciding('send');
      if (!connection || !connected || closed) return;
      connection.publish(subjectOf(node, to, kind), bytes);
    },
    onReceive: (receive) => void receivers.push(receive),
    onReconnect: (call) => void reconnected.push(call),
    async close() {
      closed = true;
      if (connection && !connection.isClosed()) await connection.close();
    },
  };
}

function connectionOptions({ node, servers, user, password, tls }: NatsLinkOptions): ConnectionOptions {
  return {
    servers,
    name: node,
    // A private inbox, so that no other node can listen to answers meant for this one.
    inboxPrefix: `_INBOX.${node}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    pingInterval: PING_MS,
    timeout: CONNECT_MS_MAX,
    waitOnFirstConnect: true,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(tls && { tls }),
  };
}

function listensTo(node: NodeId): string {
  return node === HUB ? `${SUBJECT_ROOT}.up.>` : `${SUBJECT_ROOT}.down.${provinceToken(node)}.>`;
}

function subjectOf(from: NodeId, to: NodeId, kind: string): string {
  const way = from === HUB ? `down.${provinceToken(to)}` : `up.${provinceToken(from)}`;
  return `${SUBJECT_ROOT}.${way}.${kind}`;
}

const subjectPattern = new RegExp(`^${SUBJECT_ROOT.replace('.', '\\.')}\\.(up|down)\\.(\\d{2})\\.(.+)$`);

/** Whoever may publish on this subject, and the kind. Undefined for what is none of ours. */
function readSubject(node: NodeId, subject: string): { from: NodeId; kind: string } | undefined {
  const [, way, province, kind] = subjectPattern.exec(subject) ?? [];
  if (!province || !kind || way !== (node === HUB ? 'up' : 'down')) return undefined;
  return { from: node === HUB ? `p-${province}` : HUB, kind };
}
