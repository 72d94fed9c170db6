import { describe, expect, test } from 'vitest';
import { DIRECTORY_TYPE, ENVELOPE_BYTES_MAX } from '../../contracts/core/envelope.ts';
import type { DirectoryDocument } from '../../contracts/link.ts';
import { bodyOf, signed } from '../../tests/world/letters.ts';
import { systemRandom } from '../random.ts';
import { createNodeKeys, publicPart } from '../signing/node-keys.ts';
import type { NodeKey } from '../signing/node-keys.ts';
import { openDirectory } from './directory.ts';
import { preAuthEncoding } from './envelope.ts';
import { verifyMessage } from './incoming.ts';
import { Refusal } from './refusal.ts';
import type { RefusalReason } from './refusal.ts';

const always = { incarnation: 0, sequence: 0 };
const shandong = createNodeKeys('p-37', systemRandom).keys[0]!;
const guangdong = createNodeKeys('p-44', systemRandom, 'sm2-sm3').keys[0]!;

function directoryOf(changes: Partial<DirectoryDocument['nodes'][number]['keys'][number]> = {}) {
  const node = (id: string, key: NodeKey) => ({
    id,
    name: id,
    state: 'active' as const,
    keys: [
      {
        ...publicPart(key),
        validFrom: always,
        ...changes,
      },
    ],
  });
  return openDirectory({ version: 1, nodes: [node('p-37', shandong), node('p-44', guangdong)] });
}
const directory = directoryOf();

function reasonOf(bytes: Uint8Array, subjectFrom = 'p-37', inForce = directory): RefusalReason | 'taken' {
  try {
    verifyMessage(bytes, subjectFrom, 'hub', inForce);
    return 'taken';
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
}

const text = (bytes: Buffer): string => bytes.toString();
const bent = (from: string | RegExp, to: string): Uint8Array =>
  Buffer.from(text(signed(bodyOf(), shandong)).replace(from, to));

describe('a message from the link', () => {
  test.each([
    ['Ed25519', 'p-37', shandong],
    ['SM2', 'p-44', guangdong],
  ])('is taken when its sender signed it with %s', (_, from, key) => {
    expect(reasonOf(signed(bodyOf({ from }), key), from)).toBe('taken');
  });

  test('F05 is refused with any one bit of its envelope changed', () => {
    const whole = signed(bodyOf({ data: { items: [{ text: 'x' }] } }), shandong);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const copy = Buffer.from(whole);
      copy[bit >> 3]! ^= 1 << (bit & 7);
      expect(reasonOf(copy), `bit ${bit}`).not.toBe('taken');
    }
  });

  test('F05 is refused when cut off anywhere', () => {
    const whole = signed(bodyOf(), shandong);
    for (let length = 0; length < whole.length; length++) expect(reasonOf(whole.subarray(0, length))).not.toBe('taken');
  });

  test.each<[string, RefusalReason, () => Uint8Array, string?]>([
    ['A01 on the subject of another province', 'wrong-subject', () => signed(bodyOf(), shandong), 'p-44'],
    ['A01 in the name of another province', 'wrong-subject', () => signed(bodyOf({ from: 'p-44' }), shandong)],
    ['A02 in the name of the hub', 'wrong-subject', () => signed(bodyOf({ from: 'hub' }), shandong)],
    ['A04 for another receiver', 'not-for-me', () => signed(bodyOf({ to: 'p-46' }), shandong)],
    ['A05 signed as another kind of document', 'bad-signature', () => signed(bodyOf(), shandong, DIRECTORY_TYPE)],
    ['A05 of another payload type than signed', 'bad-signature', () => bent('message+json', 'directory+json')],
    ['A06 whose envelope names an algorithm', 'not-an-envelope', () => bent('"signature"', '"alg":"none","signature"')],
    ['A06 whose key is a path', 'not-an-envelope', () => bent('p-37/1', '../etc/passwd')],
    ['A06 whose key is a URL', 'not-an-envelope', () => bent('p-37/1', 'http://x/1')],
    ['A06 without a signature', 'not-an-envelope', () => bent(/\[.*\]/, '[]')],
    ['A07 whose signature is base64 in another spelling', 'not-an-envelope', () => bent('=="', '"')],
    ['with two signatures', 'not-an-envelope', () => bent(/\[(.*)\]/, '[$1,$1]')],
    ['with a field more on the envelope', 'not-an-envelope', () => bent('{"payloadType"', '{"x":1,"payloadType"')],
    [
      'with a field twice on the envelope',
      'not-an-envelope',
      () => bent('{"payloadType"', '{"payloadType":"","payloadType"'),
    ],
    ['F15 of an unknown key', 'unknown-key', () => bent('p-37/1', 'p-37/2')],
    ['signed by another key', 'bad-signature', () => signed(bodyOf(), { ...guangdong, keyId: 'p-37/1' })],
    ['that is not JSON', 'not-a-message', () => signed('hello', shandong)],
    ['A08 with a field twice', 'not-a-message', () => signed(twice(), shandong)],
    [
      'A08 with __proto__',
      'not-a-message',
      () => signed(JSON.stringify(bodyOf()).replace('"id"', '"__proto__":{},"id"'), shandong),
    ],
    ['A08 with a sequence beyond exact numbers', 'not-a-message', () => signed(hugeSequence(), shandong)],
    ['with a negative sequence', 'not-a-message', () => signed(bodyOf({ sequence: -1 }), shandong)],
    ['with half a sequence', 'not-a-message', () => signed(bodyOf({ sequence: 1.5 }), shandong)],
    ['with a wildcard for a kind', 'not-a-message', () => signed(bodyOf({ kind: 'test.>' }), shandong)],
    ['with no items', 'not-a-message', () => signed(bodyOf({ data: { items: [] } }), shandong)],
    ['with 1,001 items', 'not-a-message', () => signed(bodyOf({ data: { items: Array(1_001).fill(0) } }), shandong)],
    [
      'with data of both forms',
      'not-a-message',
      () => signed(JSON.stringify(bodyOf()).replace('"items"', '"sealed":"","items"'), shandong),
    ],
  ])('is refused: %s', (_, reason, bytes, subjectFrom) => {
    expect(reasonOf(bytes(), subjectFrom)).toBe(reason);
  });

  test('F12 is refused one byte above the limit, before anything of it is parsed', () => {
    expect(reasonOf(Buffer.alloc(ENVELOPE_BYTES_MAX, 'x'))).toBe('not-an-envelope');
    expect(reasonOf(Buffer.alloc(ENVELOPE_BYTES_MAX + 1, 'x'))).toBe('too-large');
  });

  test('is refused outside the range of its key, and taken at its ends', () => {
    const range = { validFrom: { incarnation: 1, sequence: 3 }, validTo: { incarnation: 1, sequence: 5 } };
    const inForce = directoryOf(range);
    const at = (sequence: number) => reasonOf(signed(bodyOf({ sequence }), shandong), 'p-37', inForce);
    expect([2, 3, 5, 6].map(at)).toEqual(['key-out-of-range', 'taken', 'taken', 'key-out-of-range']);
  });

  test('F59 is refused beyond what was received before its key was revoked, and as a control message', () => {
    const inForce = directoryOf({ revokedAfter: { incarnation: 1, sequence: 5 } });
    const at = (sequence: number) => reasonOf(signed(bodyOf({ sequence }), shandong), 'p-37', inForce);
    expect([0, 5, 6].map(at)).toEqual(['key-out-of-range', 'taken', 'key-out-of-range']);
  });

  test('is encoded for signing so that no two pairs of type and body look alike', () => {
    expect(preAuthEncoding('a', Buffer.from('b')).toString()).toBe('DSSEv1 1 a 1 b');
    expect(preAuthEncoding('a 1 b', Buffer.from('')).toString()).not.toBe(
      preAuthEncoding('a', Buffer.from('b')).toString(),
    );
  });
});

function twice(): string {
  return JSON.stringify(bodyOf()).replace('"to":"hub"', '"to":"p-46","to":"hub"');
}

function hugeSequence(): string {
  return JSON.stringify(bodyOf()).replace('"sequence":1', '"sequence":9007199254740993');
}
