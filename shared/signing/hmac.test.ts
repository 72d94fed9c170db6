import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hmacSha256 } from './hmac.ts';

describe('HMAC-SHA-256', () => {
  // RFC 4231, test cases 1, 2 and 6 (a key longer than a block).
  test.each([
    [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      Buffer.from('Jefe'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      Buffer.alloc(131, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('RFC 4231: %s', (key, text, expected) => {
    expect(hmacSha256(key)(text).toString('hex')).toBe(expected);
  });

  test('is what the library makes of any key and text, text after text', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }),
        (key, texts) => {
          const hmac = hmacSha256(key);
          for (const text of texts) {
            const known = createHmac('sha256', key).update(text).digest('hex');
            expect(hmac(text).toString('hex')).toBe(known);
          }
        },
      ),
    );
  });
});
