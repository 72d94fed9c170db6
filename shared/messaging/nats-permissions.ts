import { ENVELOPE_BYTES_MAX } from '../../contracts/core/envelope.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { HUB } from './directory.ts';
import { provinceToken, SUBJECT_ROOT } from './nats-link.ts';

export interface NatsUser {
  node: NodeId;
  user: string;
  /** As it stands in the file: a bcrypt hash (`nats server passwd`), or plain on a machine of one's own. */
  password: string;
}

export interface NatsServerSettings {
  host: string;
  port: number;
  users: readonly NatsUser[];
  tls?: { certFile: string; keyFile: string; caFile: string };
}

/** Broker memory for one slow client, bytes: above a courier's whole window, below what would hurt the others. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;

/**
 * The configuration of nats-server (docs/PROTOCOL.md "The message"): allow-lists only, since deny rules have been bypassed; no
 * monitoring port, no anonymous user, no `allow_responses`, nothing that we do not use. A broker that was taken over can
 * still lose messages; it can neither read nor forge one.
 */
export function natsServerConfig({ host, port, users, tls }: NatsServerSettings): string {
  const lines = [
    `listen: "${host}:${port}"`,
    `max_payload: ${ENVELOPE_BYTES_MAX}`,
    `max_pending: ${MAX_PENDING_BYTES}`,
    ...(tls ? ['tls {', ...tlsLines(tls), '}'] : []),
    'authorization {',
    '  users = [',
    ...users.map((user) => `    ${userLine(user)}`),
    '  ]',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** Only the broker shows a certificate: nodes prove themselves with a password, and trust the CA that they are told of. */
function tlsLines({ certFile, keyFile, caFile }: NonNullable<NatsServerSettings['tls']>): string[] {
  return [`  cert_file: "${certFile}"`, `  key_file: "${keyFile}"`, `  ca_file: "${caFile}"`, '  verify: false'];
}

function userLine({ node, user, password }: NatsUser): string {
  const { publish, subscribe } = natsPermissions(node);
  const permissions = `{ publish: { allow: ${list(publish)} }, subscribe: { allow: ${list(subscribe)} } }`;
  return `{ user: ${quoted(user)}, password: ${quoted(password)}, permissions: ${permissions} }`;
}

/** What a node may do at the broker; everything else is refused there. */
export function natsPermissions(node: NodeId): { publish: string[]; subscribe: string[] } {
  const inbox = `_INBOX.${node}.>`;
  if (node === HUB) return { publish: [`${SUBJECT_ROOT}.down.>`], subscribe: [`${SUBJECT_ROOT}.up.>`, inbox] };
  const self = provinceToken(node);
  return { publish: [`${SUBJECT_ROOT}.up.${self}.>`], subscribe: [`${SUBJECT_ROOT}.down.${self}.>`, inbox] };
}

function list(subjects: readonly string[]): string {
  return `[${subjects.map(quoted).join(', ')}]`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
