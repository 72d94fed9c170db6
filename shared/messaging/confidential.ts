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
  /** `isCompressed`: what will not get smaller, such as pictures, is not tried. */
  seal(
    mine: NodeKey,
    theirAgreementKey: string,
    message: SealedFor,
    content: string | Uint8Array,
    isCompressed?: boolean,
  ): string;
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
    seal(mine, theirs, message, content, isCompressed = false) {
      const nonce = random.bytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', pairKey(mine, theirs), nonce).setAAD(boundTo(message));
      const bytes =
        typeof content === 'string'
          ? Buffer.from(content)
          : Buffer.from(content.buffer, content.byteOffset, content.length);
      const packed =
        isCompressed || bytes.length < COMPRESSED_BYTES_MIN
          ? store(bytes)
          : deflateRawSync(bytes, { level: DEFLATE_LEVEL });
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

/** What the length of a stored block can say. */
const STORED_BYTES_MAX = 0xffff;

/** Blocks of deflate that are stored as they are (RFC 1951 3.2.4): a receiver inflates them like any other. */
function store(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let from = 0; from === 0 || from < bytes.length; from += STORED_BYTES_MAX) {
    const block = bytes.subarray(from, from + STORED_BYTES_MAX);
    const head = Buffer.alloc(STORED_HEAD_BYTES);
    head.writeUInt8(from + STORED_BYTES_MAX >= bytes.length ? 1 : 0);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(STORED_BYTES_MAX - block.length, 3);
    blocks.push(head, block);
  }
  return Buffer.concat(blocks);
}

/** The bytes of what is nothing but whole stored blocks, no more of them than `ITEMS_BYTES_MAX`; undefined for everything else. */
function stored(packed: Buffer): Buffer | undefined {
  const blocks: Buffer[] = [];
  for (let at = 0; at + STORED_HEAD_BYTES <= packed.length && packed.length <= ITEMS_BYTES_MAX;) {
    const kind = packed[at];
    const length = packed.readUInt16LE(at + 1);
    const end = at + STORED_HEAD_BYTES + length;
    const isWhole = packed.readUInt16LE(at + 3) === STORED_BYTES_MAX - length && end <= packed.length;
    if (!isWhole || (kind !== 0 && kind !== 1)) return undefined;
    blocks.push(packed.subarray(at + STORED_HEAD_BYTES, end));
    if (kind === 1) return end === packed.length ? Buffer.concat(blocks) : undefined;
    at = end;
  }
  return undefined;
}

function boundTo({ id, from, to }: SealedFor): Buffer {
  return Buffer.from(`${id}|${from}|${to}`);
}
