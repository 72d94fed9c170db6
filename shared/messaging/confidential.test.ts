import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemRandom } from '../random.ts';
import { createNodeKeys } from '../signing/node-keys.ts';
import { openConfidential } from './confidential.ts';

const hub = createNodeKeys('hub', systemRandom).keys[0]!;
const province = createNodeKeys('p-37', systemRandom).keys[0]!;
const confidential = openConfidential(systemRandom);
const message = { id: 'm', from: 'p-37', to: 'hub' };

test('a text of any length, compressed or stored, opens as it was sealed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), (text) => {
      const sealed = confidential.seal(province, hub.agreementKey, message, text);
      expect(confidential.open(hub, province.agreementKey, message, sealed).toString()).toBe(text);
    }),
  );
});

test('long texts are compressed', () => {
  const sealed = confidential.seal(province, hub.agreementKey, message, '学'.repeat(2_000));
  expect(sealed.length).toBeLessThan(200);
});

test('what is not compressed opens as it was sealed, over several stored blocks too', () => {
  for (const length of [0, 1, 65_534, 65_535, 65_536, 131_070, 200_000]) {
    const bytes = Buffer.from(systemRandom.bytes(length));
    const sealed = confidential.seal(province, hub.agreementKey, message, bytes, true);
    expect(confidential.open(hub, province.agreementKey, message, sealed).equals(bytes)).toBe(true);
  }
});
