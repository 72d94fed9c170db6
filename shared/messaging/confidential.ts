import { createCipheriv, createDecipheriv, diffieHellman, hkdfSync } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Problem } from '../../contracts/core/problems.ts';
import type { Random } from '../random.ts';
import { privateKeyObject, publicKeyObject } from '../signing/signer.ts';
import type { NodeKey } from '../signing/node-keys.ts';

/** Items' JSON before compression; the sender splits, the receiver refuses to inflate more. */
export const ITEMS_BYTES_MAX = 4 * 1024 * 1024;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Level 1 takes a third of the time of the default and leaves batches a tenth larger. */
const DEFLATE_LEVEL = 1;
/** Shorter texts are not compressed: setting zlib up costs more than encrypting them, and they gain nothing. */
const COMPRESSED_BYTES_MIN = 1_024;

/** Who may open it and for which message: bound into the tag, so that a body cannot carry another's data. */
export interface SealedFor {
  id: string;
  from: string;
  to: string;
}

/**
 * Confidential data between two nodes: AES-256-GCM under a key that both derive from their X25519 agreement keys
 * (HKDF-SHA-256), so that neither the broker nor the log's disk ever sees it.
 */
export interface Confidential {
  seal(mine: NodeKey, theirAgreementKey: string, message: SealedFor, content: string | Uint8Array): string;
  /** Throws `Problem('message-invalid')` for what does not open. */
  open(mine: NodeKey, theirAgreementKey: string, message: SealedFor, sealed: string): Buffer;
}

export function openConfidential(random: Random): Confidential {
  const pairKeys = new Map<string, Buffer>();

  function pairKey(mine: NodeKey, theirs: string): Buffer {
    const name = `${mine.keyId}|${theirs}`;
    const known = pairKeys.get(name);
    if (known) return known;
    const privateKey = privateKeyObject('x25519', Buffer.from(mine.agreementPrivateKey, 'base64'));
    const secret = diffieHellman({ privateKey, publicKey: publicKeyObject('x25519', Buffer.from(theirs, 'base64')) });
    const key = Buffer.from(hkdfSync('sha256', secret, 'xueji', 'confidential message data v1', 32));
    pairKeys.set(name, key);
    return key;
  }

  return {
    seal(mine, theirs, message, content) {
      const nonce = random.bytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', pairKey(mine, theirs), nonce).setAAD(boundTo(message));
      const bytes =
        typeof content === 'string'
          ? Buffer.from(content)
          : Buffer.from(content.buffer, content.byteOffset, content.length);
      const packed =
        bytes.length < COMPRESSED_BYTES_MIN ? store(bytes) : deflateRawSync(bytes, { level: DEFLATE_LEVEL });
      return Buffer.concat([nonce, cipher.update(packed), cipher.final(), cipher.getAuthTag()]).toString('base64');
    },
    open(mine, theirs, message, sealed) {
      try {
        const bytes = Buffer.from(sealed, 'base64');
        const nonce = bytes.subarray(0, NONCE_BYTES);
        const decipher = createDecipheriv('aes-256-gcm', pairKey(mine, theirs), nonce, { authTagLength: TAG_BYTES });
        decipher.setAAD(boundTo(message)).setAuthTag(bytes.subarray(-TAG_BYTES));
        const packed = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
        decipher.final();
        return stored(packed) ?? inflateRawSync(packed, { maxOutputLength: ITEMS_BYTES_MAX });
      } catch {
        throw new Problem('message-invalid', '加密内容无法打开');
      }
    },
  };
}

const STORED_HEAD_BYTES = 5;

/** One last block of deflate that is stored as it is (RFC 1951 3.2.4): a receiver inflates it like any other. */
function store(bytes: Buffer): Buffer {
  const head = Buffer.alloc(STORED_HEAD_BYTES);
  head.writeUInt8(1);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(0xffff - bytes.length, 3);
  return Buffer.concat([head, bytes]);
}

/** The bytes of what is exactly one stored block; undefined for everything else. */
function stored(packed: Buffer): Buffer | undefined {
  if (packed.length < STORED_HEAD_BYTES || packed[0] !== 1) return undefined;
  const length = packed.readUInt16LE(1);
  const whole = packed.length === STORED_HEAD_BYTES + length && packed.readUInt16LE(3) === 0xffff - length;
  return whole ? packed.subarray(STORED_HEAD_BYTES) : undefined;
}

function boundTo({ id, from, to }: SealedFor): Buffer {
  return Buffer.from(`${id}|${from}|${to}`);
}
