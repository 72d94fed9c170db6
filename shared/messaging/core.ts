import { MESSAGE_TYPE, NO_HASH } from '../../contracts/core/envelope.ts';
import type { MessageBody } from '../../contracts/core/envelope.ts';
import type { MessageKind, NodeId } from '../../contracts/core/message.ts';
import type { z } from 'zod';
import { isoTime } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../db/store.ts';
import type { Log } from '../log.ts';
import type { Ids, Random } from '../random.ts';
import type { NodeKey, NodeKeys } from '../signing/node-keys.ts';
import { openSigner } from '../signing/signer.ts';
import type { Signer } from '../signing/signer.ts';
import { must } from '../assert.ts';
import type { Confidential } from './confidential.ts';
import { HUB } from './directory.ts';
import type { Directory } from './directory.ts';
import { writeEnvelope } from './envelope.ts';
import type { Link } from './link.ts';
import type { RefusalReason } from './refusal.ts';
import type { MessagingTables } from './tables.ts';

/**
 * What the parts of messaging share: the ports, and who this node is at the moment. The mutable fields follow the
 * database: they change after the commit that changed it, before the next decision begins.
 */
export interface Core {
  readonly node: NodeId;
  readonly store: Store<MessagingTables>;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly log: Log;
  readonly link: Link;
  readonly keys: NodeKeys;
  readonly confidential: Confidential;
  readonly failpoint: (point: FailPoint) => void;
  directory: Directory;
  incarnation: number;
  /** A restore was noticed, or a key revoked: the next handshake takes a new incarnation. */
  incarnationDue: boolean;
  /** The highest incarnation of the hub that was met; at the hub its own. */
  hubIncarnation: number;
  /** Peers with which both sides agree where the streams stand. Only to them are messages numbered, only from them taken. */
  readonly open: Set<NodeId>;
  /** Those of them that have been open since the start, and since a restore was noticed. */
  readonly agreed: Set<NodeId>;
  readonly refusals: Map<RefusalReason, number>;
  stopped: boolean;
}

/** The boundaries at which the simulation may crash a node. */
export type FailPoint =
  | 'outbox.before-write'
  | 'courier.before-send'
  | 'receive.before-commit'
  | 'receive.after-commit-before-receipt'
  | 'receipt.before-commit'
  | 'handshake.before-commit';

/** A province talks to the hub only; the hub to every active province of the directory. */
export function peersOf(core: Core): NodeId[] {
  if (core.node !== HUB) return [HUB];
  const nodes = core.directory.document?.nodes ?? [];
  return nodes.filter((node) => node.id !== HUB && node.state === 'active').map((node) => node.id);
}

const signers = new WeakMap<NodeKey, Signer>();

/** The newest of the node's keys that the directory admits; before it is admitted, its newest. */
export function signingKey(core: Core): { keyId: string; signer: Signer } {
  const admitted = core.keys.keys.filter((key) => {
    const known = core.directory.key(key.keyId);
    return known !== undefined && !known.revokedAfter && !known.validTo;
  });
  const key = must((admitted.length ? admitted : core.keys.keys).at(-1), 'a node has a key');
  const signer = signers.get(key) ?? openSigner(key.suite, key.privateKey);
  signers.set(key, signer);
  return { keyId: key.keyId, signer };
}

/** The node's key that data was encrypted for, or that it encrypts with. */
export function ownKey(core: Core, keyId: string): NodeKey | undefined {
  return core.keys.keys.find((key) => key.keyId === keyId);
}

/** The bytes of a signed control message: outside the streams, made anew each time. */
export function writeControl<Item extends z.ZodType>(
  core: Core,
  to: NodeId,
  kind: MessageKind<Item>,
  item: z.input<Item>,
): Buffer {
  const body: MessageBody = {
    id: core.ids.next(),
    kind: kind.kind,
    schema: kind.schema,
    from: core.node,
    to,
    incarnation: core.incarnation,
    sequence: 0,
    previous: NO_HASH,
    hubIncarnation: core.hubIncarnation,
    issuedAt: isoTime(core.clock.now()),
    data: { items: [item] },
  };
  const { keyId, signer } = signingKey(core);
  return writeEnvelope(MESSAGE_TYPE, Buffer.from(JSON.stringify(body)), keyId, signer);
}

export function sendControl<Item extends z.ZodType>(
  core: Core,
  to: NodeId,
  kind: MessageKind<Item>,
  item: z.input<Item>,
): void {
  if (!core.stopped) core.link.send(to, kind.kind, writeControl(core, to, kind, item));
}

export function now(core: Core): string {
  return isoTime(core.clock.now());
}
