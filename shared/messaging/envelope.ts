import { createHash } from 'node:crypto';
import { Envelope, ENVELOPE_BYTES_MAX, MESSAGE_TYPE } from '../../contracts/core/envelope.ts';
import type { Signer, Verifier } from '../signing/signer.ts';
import { Refusal } from './refusal.ts';
import { BadJson, parseStrictJson } from './strict-json.ts';

/** An envelope whose outside is well formed; nothing in it is trusted yet. */
export interface Opened {
  payloadType: string;
  payload: Buffer;
  keyId: string;
  signature: Buffer;
}

/** DSSE pre-authentication encoding (in-toto DSSE v1): type and body cannot be shifted into one another. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

export function writeEnvelope(payloadType: string, payload: Uint8Array, keyId: string, signer: Signer): Buffer {
  const signature = signer.sign(preAuthEncoding(payloadType, payload)).toString('base64');
  const payloadText = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('base64');
  const signatures = JSON.stringify([{ keyId, signature }]);
  // Nothing in it needs an escape or a second byte.
  return Buffer.from(
    `{"payloadType":"${payloadType}","payload":"${payloadText}","signatures":${signatures}}`,
    'latin1',
  );
}

export function openEnvelope(bytes: Uint8Array): Opened {
  if (bytes.length > ENVELOPE_BYTES_MAX) throw new Refusal('too-large', `${bytes.length} bytes`);
  const parsed = Envelope.safeParse(strict(bytes, 'not-an-envelope'));
  if (!parsed.success) throw new Refusal('not-an-envelope');
  const { payloadType, payload, signatures } = parsed.data;
  const [{ keyId, signature }] = signatures;
  return { payloadType, payload: strictBase64(payload), keyId, signature: strictBase64(signature) };
}

/** The signature is over these bytes as a message; another payload type is another document. */
export function holds(opened: Opened, verifier: Verifier, payloadType: string = MESSAGE_TYPE): boolean {
  return (
    opened.payloadType === payloadType &&
    verifier.verify(preAuthEncoding(payloadType, opened.payload), opened.signature)
  );
}

export function sha256(...parts: Array<Uint8Array | string>): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Strict JSON, refused with `reason`. */
export function strict(bytes: Uint8Array, reason: 'not-an-envelope' | 'not-a-message'): unknown {
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    if (error instanceof BadJson) throw new Refusal(reason, error.message);
    throw error;
  }
}

/**
 * Buffer skips what is not base64, takes the alphabet of URLs too and ignores spare bits; two texts for the same bytes would be two
 * envelopes. What it skips makes the bytes fewer, and spare bits there are only in the last four signs.
 */
function strictBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  const last = bytes.subarray(bytes.length - (bytes.length % 3 || 3)).toString('base64');
  const isWhole = Math.ceil(bytes.length / 3) * 4 === text.length && text.endsWith(last);
  if (!isWhole || text.includes('-') || text.includes('_')) throw new Refusal('not-an-envelope', 'base64');
  return bytes;
}
