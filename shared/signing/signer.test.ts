import { mkdtempSync, chmodSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom, systemRandom } from '../random.ts';
import { createNodeKeys, fingerprint, loadNodeKeys, saveNodeKeys, withNextKey } from './node-keys.ts';
import { openSigner, openVerifier } from './signer.ts';

describe.each(['ed25519', 'sm2-sm3'] as const)('signatures of suite %s', (suite) => {
  const key = createNodeKeys('p-37', systemRandom, suite).keys[0]!;
  const signer = openSigner(suite, key.privateKey);
  const verifier = openVerifier(suite, key.publicKey);

  test('hold for exactly the bytes that were signed', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (bytes, at) => {
      const signature = signer.sign(bytes);
      expect(verifier.verify(bytes, signature)).toBe(true);
      const other = Uint8Array.from([...bytes, 0]);
      expect(verifier.verify(other, signature)).toBe(false);
      const bent = Buffer.from(signature);
      bent[at % bent.length]! ^= 1 << (at % 8);
      expect(verifier.verify(bytes, bent)).toBe(false);
    });
    fc.assert(property, { numRuns: suite === 'ed25519' ? 100 : 15 });
  });

  test('hold after the key was written to its file and read again (T2)', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'xueji-keys-')), 'keys.json');
    const keys = createNodeKeys('p-44', systemRandom, suite);
    saveNodeKeys(file, keys);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const loaded = loadNodeKeys(file);
    expect(loaded).toEqual(keys);
    const bytes = Buffer.from('学籍');
    const again = openSigner(suite, loaded.keys[0]!.privateKey).sign(bytes);
    expect(openVerifier(suite, keys.keys[0]!.publicKey).verify(bytes, again)).toBe(true);
    chmodSync(file, 0o644);
    expect(() => loadNodeKeys(file)).toThrow('chmod 600');
  });

  test.each([0, 1, 63, 65, 72])('of %i bytes hold never', (length) => {
    expect(verifier.verify(Buffer.from('x'), new Uint8Array(length))).toBe(false);
  });

  test('of another key do not hold', () => {
    const other = createNodeKeys('p-37', systemRandom, suite).keys[0]!;
    const signature = openSigner(suite, other.privateKey).sign(Buffer.from('x'));
    expect(verifier.verify(Buffer.from('x'), signature)).toBe(false);
  });
});

describe('SM2', () => {
  // GB/T 32918.5-2017 annex A: curve sm2p256v1, user 1234567812345678, message "message digest".
  const publicKey =
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
    'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13';
  const signature =
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
    'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa';
  const message = Buffer.from('message digest');

  test('GB/T 32918.5 the sample signature holds', () => {
    const verifier = openVerifier('sm2-sm3', Buffer.from(publicKey, 'hex').toString('base64'));
    expect(verifier.verify(message, Buffer.from(signature, 'hex'))).toBe(true);
    expect(verifier.verify(Buffer.from('message digesu'), Buffer.from(signature, 'hex'))).toBe(false);
  });

  test('GB/T 32918.5 the sample private key has the sample public key and signs for it', () => {
    const secret = '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8';
    const signer = openSigner('sm2-sm3', Buffer.from(secret, 'hex').toString('base64'));
    const verifier = openVerifier('sm2-sm3', Buffer.from(publicKey, 'hex').toString('base64'));
    expect(verifier.verify(message, signer.sign(message))).toBe(true);
  });

  test('a public key that is not on the curve is refused', () => {
    const off = Buffer.from(publicKey, 'hex');
    off[64]! ^= 1;
    expect(() => openVerifier('sm2-sm3', off.toString('base64'))).toThrow('is not on curve');
  });
});

describe('node keys', () => {
  test('come only from the chance that was given', () => {
    expect(createNodeKeys('hub', seededRandom(7))).toEqual(createNodeKeys('hub', seededRandom(7)));
    expect(createNodeKeys('hub', seededRandom(8))).not.toEqual(createNodeKeys('hub', seededRandom(7)));
  });

  test('have a fingerprint that changes with every public part', () => {
    const { keys } = withNextKey(createNodeKeys('hub', systemRandom), systemRandom);
    const [key, next] = keys as [(typeof keys)[0], (typeof keys)[0]];
    expect(fingerprint(key)).toMatch(/^([0-9a-f]{4}-){15}[0-9a-f]{4}$/);
    const variants = [
      key,
      { ...key, keyId: 'hub/2' },
      { ...key, suite: 'sm2-sm3' as const },
      { ...key, publicKey: next.publicKey },
      { ...key, agreementKey: next.agreementKey },
    ];
    expect(new Set(variants.map(fingerprint)).size).toBe(variants.length);
  });
});
