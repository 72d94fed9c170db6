import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import type { SignatureSuite } from '../../contracts/link.ts';
import { assert } from '../assert.ts';

/**
 * Signs bytes under one private key. Ed25519 comes from Node; SM2 with SM3 (GB/T 32918.2) from sm-crypto-v2, because
 * Node's own `sign('sm3')` knows no user id. A certified module replaces it here.
 */
export interface Signer {
  sign(bytes: Uint8Array): Buffer;
}

export interface Verifier {
  /** False for anything that is not exactly a signature of these bytes; never throws. */
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
}

/** The user id that GM/T 0009 prescribes where none was agreed. */
const SM2_USER_ID = '1234567812345678';
const SIGNATURE_BYTES = 64;

/** DER wrappings of raw 32-byte keys (RFC 8410). */
const der = {
  ed25519: { private: '302e020100300506032b657004220420', public: '302a300506032b6570032100' },
  x25519: { private: '302e020100300506032b656e04220420', public: '302a300506032b656e032100' },
} as const;

export function privateKeyObject(curve: 'ed25519' | 'x25519', raw: Uint8Array) {
  assert(raw.length === 32, `${curve} private key is 32 bytes`);
  const key = Buffer.concat([Buffer.from(der[curve].private, 'hex'), raw]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

export function publicKeyObject(curve: 'ed25519' | 'x25519', raw: Uint8Array) {
  assert(raw.length === 32, `${curve} public key is 32 bytes`);
  const key = Buffer.concat([Buffer.from(der[curve].public, 'hex'), raw]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/** `privateKey` is base64 of the raw 32 bytes, in both suites. */
export function openSigner(suite: SignatureSuite, privateKey: string): Signer {
  const raw = Buffer.from(privateKey, 'base64');
  if (suite === 'ed25519') {
    const key = privateKeyObject('ed25519', raw);
    return { sign: (bytes) => sign(null, bytes, key) };
  }
  const hex = raw.toString('hex');
  const options = { hash: true, publicKey: sm2.getPublicKeyFromPrivateKey(hex), userId: SM2_USER_ID };
  return { sign: (bytes) => Buffer.from(sm2.doSignature(bytes, hex, options), 'hex') };
}

/** `publicKey` is base64 of 32 bytes (Ed25519) or of the uncompressed point, 65 bytes (SM2). */
export function openVerifier(suite: SignatureSuite, publicKey: string): Verifier {
  const raw = Buffer.from(publicKey, 'base64');
  if (suite === 'ed25519') {
    const key = publicKeyObject('ed25519', raw);
    return {
      verify: (bytes, signature) => signature.length === SIGNATURE_BYTES && verify(null, bytes, key, signature),
    };
  }
  const hex = raw.toString('hex');
  // Throws for a point that is not on the curve.
  const point = sm2.precomputePublicKey(hex);
  return {
    verify(bytes, signature) {
      if (signature.length !== SIGNATURE_BYTES) return false;
      try {
        const text = Buffer.from(signature).toString('hex');
        return sm2.doVerifySignature(bytes, text, point, { hash: true, userId: SM2_USER_ID });
      } catch {
        return false;
      }
    },
  };
}
