import { z } from 'zod';
import { KeyId, Sha256Hex } from './core/envelope.ts';
import { message, NodeId } from './core/message.ts';

/**
 * Control messages between nodes: signed like every message, but outside the streams (sequence 0), never logged,
 * idempotent, and repeated until they have had their effect (docs/PROTOCOL.md "Outbox, inbox, receipts").
 */
export const SignatureSuite = z.enum(['ed25519', 'sm2-sm3']);
export type SignatureSuite = z.infer<typeof SignatureSuite>;

/** The public half of a node's key: what the directory publishes. Both keys are base64 of their raw bytes. */
export const PublicNodeKey = z.object({
  keyId: KeyId,
  suite: SignatureSuite,
  publicKey: z.base64().max(128),
  /** X25519, for confidential data. */
  agreementKey: z.base64().max(64),
});
export type PublicNodeKey = z.infer<typeof PublicNodeKey>;

/** A place in a stream: incarnations first, then sequences. */
export const Cursor = z.object({ incarnation: z.int().min(0), sequence: z.int().min(0) });
export type Cursor = z.infer<typeof Cursor>;

/** A key signs from one place in its node's streams to another; a revoked key counts only up to what was receipted. */
export const DirectoryKey = PublicNodeKey.extend({
  validFrom: Cursor,
  validTo: Cursor.optional(),
  revokedAfter: Cursor.optional(),
});
export type DirectoryKey = z.infer<typeof DirectoryKey>;

/** Who is who, signed by the hub. Versions only rise; an older one is refused. */
export const DirectoryDocument = z.object({
  version: z.int().min(1),
  nodes: z
    .array(
      z.object({
        id: NodeId,
        name: z.string().max(40),
        state: z.enum(['active', 'suspended']),
        keys: z.array(DirectoryKey).min(1),
      }),
    )
    .min(1)
    .max(100),
});
export type DirectoryDocument = z.infer<typeof DirectoryDocument>;
export type DirectoryNode = DirectoryDocument['nodes'][number];

/**
 * Begins every start. Both sides compare what they remember of each other; who is behind was restored from a backup,
 * gets back what it forgot, and takes a new incarnation. What a hello tells counts only when it echoes my nonce:
 * a replayed one makes nobody send anything again.
 */
export const Hello = message(
  'link.hello',
  z.object({
    nonce: z.string().max(32),
    echo: z.string().max(32).optional(),
    /** All that I remember having sent to you, by incarnation. */
    sent: z.array(Cursor.extend({ hash: Sha256Hex })).max(1_000),
    /** The last that I have from you, in your newest incarnation that I know. */
    received: Cursor,
    /** And in the older ones: a restore takes that back too. */
    receivedBefore: z.array(Cursor).max(1_000).optional(),
    directoryVersion: z.int().min(0),
    logPosition: z.int().min(0),
    logHead: Sha256Hex,
  }),
);

export const ReceiptOutcome = z.enum(['refused', 'parked', 'dead']);
export type ReceiptOutcome = z.infer<typeof ReceiptOutcome>;

/** Why a message was refused, as the other side may read it. */
export const MessageProblem = z.object({ code: z.string().max(64), detail: z.string().max(1_000).optional() });
export type MessageProblem = z.infer<typeof MessageProblem>;

/** Everything after `after` up to `upTo` is durably applied, but for the exceptions. `hash` is of the body at `upTo`. */
export const Receipt = message(
  'link.receipt',
  z.object({
    incarnation: z.int().min(1),
    after: z.int().min(0),
    upTo: z.int().min(0),
    hash: Sha256Hex,
    exceptions: z
      .array(z.object({ sequence: z.int().min(1), outcome: ReceiptOutcome, problem: MessageProblem.optional() }))
      .max(1_000),
  }),
);

/**
 * What I have of your stream and what mine has come to: who is missing something sends or asks. `unsettled` is the first
 * of mine that I know as parked or dead: I ask how these went on.
 */
export const Digest = message(
  'link.digest',
  z.object({ received: Cursor, sent: Cursor, unsettled: Cursor.optional() }),
);

/** A key asks to be admitted. Signed with itself; an operator at the hub compares the fingerprint and approves. */
export const Enrol = message('link.enrol', z.object({ name: z.string().min(1).max(40), key: PublicNodeKey }));

export const Heartbeat = message('link.heartbeat', z.object({ logPosition: z.int().min(0), logHead: Sha256Hex }));

/** Not messages of their own but subjects: the hub's signed directory, and envelopes handed back to their author. */
export const DIRECTORY_SUBJECT = 'link.directory';
export const RETURNED_SUBJECT = 'link.returned';
