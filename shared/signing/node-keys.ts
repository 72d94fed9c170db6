import { createHash, createPublicKey } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { sm2 } from 'sm-crypto-v2';
import { z } from 'zod';
import { NodeId } from '../../contracts/core/message.ts';
import { PublicNodeKey } from '../../contracts/link.ts';
import type { SignatureSuite } from '../../contracts/link.ts';
import { assert } from '../assert.ts';
import type { Random } from '../random.ts';
import { privateKeyObject } from './signer.ts';

/** One key of a node with both its private halves, base64. It never leaves the node. */
export const NodeKey = PublicNodeKey.extend({ privateKey: z.base64(), agreementPrivateKey: z.base64() });
export type NodeKey = z.infer<typeof NodeKey>;

/** A node's keys, oldest first: the newest that the directory knows signs, the older ones open what is still under way. */
export const NodeKeys = z.object({ node: NodeId, keys: z.array(NodeKey).min(1) });
export type NodeKeys = z.infer<typeof NodeKeys>;

export function createNodeKeys(node: NodeId, random: Random, suite: SignatureSuite = 'ed25519'): NodeKeys {
  return { node, keys: [createNodeKey(node, 1, random, suite)] };
}

/** The same keys with one more, for a rollover: enrolled, approved, then used. */
export function withNextKey(keys: NodeKeys, random: Random, suite: SignatureSuite = 'ed25519'): NodeKeys {
  return { ...keys, keys: [...keys.keys, createNodeKey(keys.node, keys.keys.length + 1, random, suite)] };
}

function createNodeKey(node: NodeId, number: number, random: Random, suite: SignatureSuite): NodeKey {
  const agreement = random.bytes(32);
  return {
    keyId: `${node}/${number}`,
    suite,
    ...(suite === 'ed25519' ? ed25519Pair(random.bytes(32)) : sm2Pair(random)),
    agreementPrivateKey: base64(agreement),
    agreementKey: rawPublicKey(privateKeyObject('x25519', agreement)),
  };
}

function ed25519Pair(seed: Uint8Array) {
  return { privateKey: base64(seed), publicKey: rawPublicKey(privateKeyObject('ed25519', seed)) };
}

/** n - 1 of the SM2 curve (GB/T 32918.5): a private key lies in [1, n - 2]. */
const sm2OrderMinusOne = BigInt('0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122');

function sm2Pair(random: Random) {
  for (;;) {
    const secret = Buffer.from(random.bytes(32));
    const number = BigInt(`0x${secret.toString('hex')}`);
    if (number === 0n || number >= sm2OrderMinusOne) continue;
    const point = sm2.getPublicKeyFromPrivateKey(secret.toString('hex'));
    return { privateKey: base64(secret), publicKey: base64(Buffer.from(point, 'hex')) };
  }
}

function rawPublicKey(key: ReturnType<typeof privateKeyObject>): string {
  return base64(createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32));
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export function publicPart({ keyId, suite, publicKey, agreementKey }: NodeKey): PublicNodeKey {
  return { keyId, suite, publicKey, agreementKey };
}

/** What two people compare by voice: SHA-256 over all public parts, 16 groups of four hex digits. */
export function fingerprint(key: PublicNodeKey): string {
  const parts = [key.keyId, key.suite, key.publicKey, key.agreementKey].join('\n');
  const hex = createHash('sha256').update(parts).digest('hex');
  return hex.match(/.{4}/g)!.join('-');
}

/** Private keys stay in one file that only the node's own user can read. */
export function saveNodeKeys(file: string, keys: NodeKeys): void {
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

export function loadNodeKeys(file: string): NodeKeys {
  assert((statSync(file).mode & 0o077) === 0, `${file} can be read by others: chmod 600`);
  return NodeKeys.parse(JSON.parse(readFileSync(file, 'utf8')));
}
