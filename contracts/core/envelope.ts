import { z } from 'zod';
import { Actor, ITEMS_PER_MESSAGE_MAX, NodeId } from './message.ts';

/**
 * What crosses the link: a DSSE envelope (sign the exact bytes, parse them only after the signature holds, never
 * re-serialise) around one body (docs/PROTOCOL.md, "The message").
 */
export const ENVELOPE_BYTES_MAX = 256 * 1024;

/** The payload type is part of what is signed, so that one kind of document never passes for another. */
export const MESSAGE_TYPE = 'application/vnd.xueji.message+json;v=1';
export const DIRECTORY_TYPE = 'application/vnd.xueji.directory+json;v=1';

/** `<node>/<number>`: only ever looked up in the node directory. The algorithm stands there, never in a message. */
export const KeyId = z.string().regex(/^(hub|p-\d{2})\/\d{1,6}$/);
export type KeyId = z.infer<typeof KeyId>;

export const Envelope = z.strictObject({
  payloadType: z.string().max(100),
  payload: z.string().min(1),
  signatures: z.tuple([z.strictObject({ keyId: KeyId, signature: z.string().min(1).max(200) })]),
});
export type Envelope = z.infer<typeof Envelope>;

export const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
/** `previous` of the first body of a stream, and of every control message. */
export const NO_HASH = '0'.repeat(64);

export const KIND_LENGTH_MAX = 64;
const kindPattern = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/;

/** Plain items, or the same items compressed and encrypted for the receiver's agreement key `sealedFor`. */
export const MessageData = z.union([
  z.strictObject({ items: z.array(z.unknown()).min(1).max(ITEMS_PER_MESSAGE_MAX) }),
  z.strictObject({ sealed: z.string().min(1), sealedFor: KeyId }),
]);

/** Fields that a newer node adds are ignored here; the bytes keep them. */
export const MessageBody = z.object({
  /** UUIDv7, made in the business transaction; survives a re-issue in a new incarnation. */
  id: z.uuid(),
  kind: z.string().max(KIND_LENGTH_MAX).regex(kindPattern),
  schema: z.int().min(1),
  from: NodeId,
  to: NodeId,
  /** Of the sender: one higher after every restore from a backup. */
  incarnation: z.int().min(1),
  /** Gapless from 1 per (from, incarnation, to); 0 for control messages, which stand outside the streams. */
  sequence: z.int().min(0),
  /** SHA-256 of the sender's previous body in this stream. */
  previous: Sha256Hex,
  /** The highest incarnation of the hub that the sender obeys; 0 before it met the hub. */
  hubIncarnation: z.int().min(0),
  /** Id of the message or application that this answers. */
  cause: z.string().max(64).optional(),
  /** Information, never ordering. */
  issuedAt: z.string().max(32),
  actor: Actor.optional(),
  data: MessageData,
});
export type MessageBody = z.infer<typeof MessageBody>;
