import { DIRECTORY_TYPE } from '../../contracts/core/envelope.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { DirectoryDocument } from '../../contracts/link.ts';
import type { Cursor, DirectoryKey, DirectoryNode } from '../../contracts/link.ts';
import { fingerprint } from '../signing/node-keys.ts';
import { openVerifier } from '../signing/signer.ts';
import type { Signer, Verifier } from '../signing/signer.ts';
import { holds, openEnvelope, writeEnvelope } from './envelope.ts';
import type { Opened } from './envelope.ts';
import { parseStrictJson } from './strict-json.ts';

export const HUB: NodeId = 'hub';

/** One key of the directory, ready to verify. */
export interface KnownKey extends DirectoryKey {
  node: NodeId;
  state: DirectoryNode['state'];
  verifier: Verifier;
  /** Whether a message at this place in the node's streams may be signed with it. */
  covers(place: Cursor): boolean;
}

/** Who is who, as the hub signed it last (docs/PROTOCOL.md "Directory and trust"). */
export interface Directory {
  readonly version: number;
  readonly document: DirectoryDocument | undefined;
  node(id: NodeId): DirectoryNode | undefined;
  key(keyId: string): KnownKey | undefined;
  /** The key with which data for `node` is encrypted: its newest that was not revoked. */
  newestKey(node: NodeId): KnownKey | undefined;
}

export function openDirectory(document: DirectoryDocument | undefined): Directory {
  const nodes = new Map(document?.nodes.map((node) => [node.id, node]));
  const keys = new Map<string, KnownKey>();
  for (const node of nodes.values()) {
    for (const key of node.keys) {
      // A key is only looked up under its owner's name.
      if (key.keyId.startsWith(`${node.id}/`)) keys.set(key.keyId, known(node, key));
    }
  }
  return {
    version: document?.version ?? 0,
    document,
    node: (id) => nodes.get(id),
    key: (keyId) => keys.get(keyId),
    newestKey(id) {
      const usable = nodes.get(id)?.keys.filter(isUsable);
      return usable?.length ? keys.get(usable[usable.length - 1]!.keyId) : undefined;
    },
  };
}

/** Nothing has ended it. */
export function isUsable({ validTo, revokedAfter }: KeyRange): boolean {
  return !validTo && !revokedAfter;
}

function known(node: DirectoryNode, key: DirectoryKey): KnownKey {
  let opened: Verifier | undefined;
  return {
    ...key,
    node: node.id,
    state: node.state,
    // Opening an SM2 key precomputes a table: only keys that are met pay for it.
    verifier: {
      verify: (bytes, signature) => (opened ??= openVerifier(key.suite, key.publicKey)).verify(bytes, signature),
    },
    covers: (place) => covers(key, place),
  };
}

type KeyRange = Pick<DirectoryKey, 'validFrom' | 'validTo' | 'revokedAfter'>;

/** Control messages (sequence 0) stand outside the streams: they need a key that nothing has ended. */
export function covers({ validFrom, validTo, revokedAfter }: KeyRange, place: Cursor): boolean {
  if (place.sequence === 0) return !validTo && !revokedAfter;
  const ends = [validTo, revokedAfter].filter((end) => end !== undefined);
  return !isBefore(place, validFrom) && ends.every((end) => !isBefore(end, place));
}

export function isBefore(a: Cursor, b: Cursor): boolean {
  return a.incarnation < b.incarnation || (a.incarnation === b.incarnation && a.sequence < b.sequence);
}

export function signDirectory(document: DirectoryDocument, keyId: string, signer: Signer): Buffer {
  return writeEnvelope(DIRECTORY_TYPE, Buffer.from(JSON.stringify(DirectoryDocument.parse(document))), keyId, signer);
}

/** A directory that must not be believed. */
export class BadDirectory extends Error {}

/**
 * The document in `bytes` when the hub signed it: with a key of the directory in force, or, for a node that has none,
 * with the key whose fingerprint its operator configured. Throws `BadDirectory`; the version is the caller's to compare.
 */
export function readDirectory(bytes: Uint8Array, inForce: Directory, hubFingerprint: string): DirectoryDocument {
  const opened = openEnvelope(bytes);
  const key = inForce.document ? inForce.key(opened.keyId) : pinnedKey(opened, hubFingerprint);
  if (!key || key.node !== HUB || key.revokedAfter) throw new BadDirectory('not a key of the hub');
  if (!holds(opened, key.verifier, DIRECTORY_TYPE)) throw new BadDirectory('signature');
  return parseDocument(opened);
}

/** The one place where something is parsed before its signature is checked: the key comes with what it signs. */
function pinnedKey(opened: Opened, hubFingerprint: string): KnownKey | undefined {
  const key = openDirectory(parseDocument(opened)).key(opened.keyId);
  return key && fingerprint(key) === hubFingerprint ? key : undefined;
}

/** One that was believed when it was stored. */
export function storedDirectory(bytes: Uint8Array): DirectoryDocument {
  return parseDocument(openEnvelope(bytes));
}

function parseDocument(opened: Opened): DirectoryDocument {
  const parsed = DirectoryDocument.safeParse(parseStrictJson(opened.payload));
  if (!parsed.success) throw new BadDirectory('not a directory');
  return parsed.data;
}
