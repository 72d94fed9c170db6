import { MessageBody } from '../../contracts/core/envelope.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Directory } from './directory.ts';
import { holds, openEnvelope, sha256, strict } from './envelope.ts';
import type { Opened } from './envelope.ts';
import { Refusal } from './refusal.ts';

/** A body whose signature holds, with the bytes that were signed and the bytes that came. */
export interface Verified {
  body: MessageBody;
  bodyHash: Buffer;
  keyId: string;
  envelope: Uint8Array;
}

/**
 * A message from the link, in the order that trusts nothing too early: size, envelope, key of the directory, key ↔
 * subject, signature over the raw bytes, strict parse, sender ↔ key, receiver, key's range. Throws `Refusal`.
 */
export function verifyMessage(bytes: Uint8Array, subjectFrom: NodeId, self: NodeId, directory: Directory): Verified {
  const opened = openEnvelope(bytes);
  const key = directory.key(opened.keyId);
  if (!key) throw new Refusal('unknown-key', opened.keyId);
  if (key.node !== subjectFrom) throw new Refusal('wrong-subject', `${opened.keyId} on ${subjectFrom}`);
  if (key.state !== 'active') throw new Refusal('node-suspended', key.node);
  if (!holds(opened, key.verifier)) throw new Refusal('bad-signature', opened.keyId);
  const body = parseBody(opened);
  if (body.from !== key.node) throw new Refusal('wrong-subject', `${opened.keyId} for ${body.from}`);
  if (body.to !== self) throw new Refusal('not-for-me', body.to);
  if (!key.covers(body)) throw new Refusal('key-out-of-range', opened.keyId);
  return { body, bodyHash: sha256(opened.payload), keyId: opened.keyId, envelope: bytes };
}

/** Only after the signature holds. */
export function parseBody(opened: Opened): MessageBody {
  const parsed = MessageBody.safeParse(strict(opened.payload, 'not-a-message'));
  if (!parsed.success) throw new Refusal('not-a-message', parsed.error.issues[0]?.path.join('.'));
  return parsed.data;
}
