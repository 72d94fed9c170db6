import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Random } from '../random.ts';
import { hmacSha256 } from './hmac.ts';

/**
 * Personal data at rest: AES-256-GCM under a key that is never in the database, and a keyed fingerprint
 * (HMAC-SHA-256, first 16 bytes) beside it for equality search. Both keys derive from the node's master secret.
 */
export interface Vault {
  /** `text` encrypted: nonce (12) + ciphertext + tag (16). */
  seal(text: string): Buffer;
  open(sealed: Uint8Array): string;
  sealBytes(bytes: Uint8Array): Buffer;
  openBytes(sealed: Uint8Array): Buffer;
  /** The same for the same text under the same secret; says nothing about the text without it. */
  fingerprint(text: string): Buffer;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const FINGERPRINT_BYTES = 16;

/** How long so many bytes are once they are sealed. */
export function sealedBytes(bytes: number): number {
  return NONCE_BYTES + bytes + TAG_BYTES;
}

export function openVault(masterSecret: Uint8Array, random: Random): Vault {
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', masterSecret, 'xueji', purpose, 32));
  const dataKey = derive('data at rest');
  const keyed = hmacSha256(derive('fingerprint'));
  const sealBytes = (bytes: Uint8Array): Buffer => {
    const nonce = random.bytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', dataKey, nonce);
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  };
  const openBytes = (sealed: Uint8Array): Buffer => {
    const decipher = createDecipheriv('aes-256-gcm', dataKey, sealed.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  };
  return {
    seal: (text) => sealBytes(Buffer.from(text, 'utf8')),
    open: (sealed) => openBytes(sealed).toString('utf8'),
    sealBytes,
    openBytes,
    fingerprint: (text) => keyed(text).subarray(0, FINGERPRINT_BYTES),
  };
}
