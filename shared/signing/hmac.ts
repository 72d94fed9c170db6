import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * HMAC-SHA-256 (RFC 2104) of short texts under one key. `createHmac` makes an object in the crypto library for each text,
 * and a digest as a buffer takes memory of its own: together 7 to 14 µs, and a batch of a thousand claims has a thousand texts.
 * Two one-shot digests as texts of single bytes take 2 µs.
 */
export function hmacSha256(key: Uint8Array): (text: string) => Buffer {
  const padded = Buffer.alloc(BLOCK_BYTES);
  padded.set(key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key);
  const innerPad = padded.map((byte) => byte ^ 0x36);
  let inner = Buffer.from(innerPad);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  outer.set(padded.map((byte) => byte ^ 0x5c));
  return (text) => {
    // No character takes more than three bytes.
    const room = BLOCK_BYTES + 3 * text.length;
    if (inner.length < room) inner = Buffer.concat([innerPad], room);
    const end = BLOCK_BYTES + inner.write(text, BLOCK_BYTES);
    outer.write(hash('sha256', inner.subarray(0, end), 'binary'), BLOCK_BYTES, 'binary');
    return Buffer.from(hash('sha256', outer, 'binary'), 'binary');
  };
}
