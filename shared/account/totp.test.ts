import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base32, hotp, matchingStep, otpauthUri, stepAt, STEP_MS } from './totp.ts';

/** The secret of the test vectors of both RFCs. */
const secret = Buffer.from('12345678901234567890');

test('RFC 4226 appendix D: the codes of the first ten counters', () => {
  const codes = Array.from({ length: 10 }, (_, counter) => hotp(secret, counter)).join(' ');
  expect(codes).toBe('755224 287082 359152 969429 338314 254676 287922 162583 399871 520489');
});

test.each([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('RFC 6238 appendix B: the code at second %i ends the eight digits of the table', (second, eight) => {
  expect(hotp(secret, stepAt(second * 1_000))).toBe(eight.slice(2));
});

describe('a code', () => {
  const nowMs = 1_800_000_000_000;
  const now = stepAt(nowMs);
  test('is taken one step early or late, and not two', () => {
    const taken = [-2, -1, 0, 1, 2].filter((off) => matchingStep(secret, hotp(secret, now + off), nowMs, -1));
    expect(taken).toEqual([-1, 0, 1]);
  });
  test('is taken once, and none before it afterwards', () => {
    expect(matchingStep(secret, hotp(secret, now), nowMs, now)).toBeUndefined();
    expect(matchingStep(secret, hotp(secret, now - 1), nowMs, now)).toBeUndefined();
    expect(matchingStep(secret, hotp(secret, now + 1), nowMs, now)).toBe(now + 1);
  });
  test('of another length or secret is none', () => {
    for (const code of ['', '12345', '1234567', '12345a'])
      expect(matchingStep(secret, code, nowMs, -1)).toBeUndefined();
    expect(matchingStep(Buffer.from('another'), hotp(secret, now), nowMs, -1)).toBeUndefined();
  });
  test('changes every 30 seconds', () => {
    expect(stepAt(STEP_MS - 1)).toBe(0);
    expect(stepAt(STEP_MS)).toBe(1);
  });
});

test('RFC 4648 §10: base32 of the test strings, and no two secrets with one text', () => {
  const texts = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => base32(Buffer.from(text)));
  expect(texts).toEqual(['', 'MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI']);
  const bytes = fc.uint8Array({ minLength: 20, maxLength: 20 });
  fc.assert(fc.property(bytes, bytes, (a, b) => Buffer.compare(a, b) === 0 || base32(a) !== base32(b)));
});

test('the QR code says issuer, account, secret and the figures', () => {
  const uri = new URL(otpauthUri('学籍系统-山东省', 'gl370000', secret));
  expect(uri.protocol).toBe('otpauth:');
  expect(decodeURIComponent(uri.pathname)).toContain('学籍系统-山东省:gl370000');
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    issuer: '学籍系统-山东省',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
});
