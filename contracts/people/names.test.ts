import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicaliseName, checkName, maskIdNumber, maskName, maskPhone } from './names.ts';

const anyText = fc.string({ unit: fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)) });

describe('names', () => {
  test('bringing a name to its form twice changes nothing', () => {
    const text = fc.oneof(
      anyText,
      fc.string({
        unit: fc.constantFrom('张', 'a', 'e', ' ', '·', '.', '•', '．', '\u0301', '\u0387', '\u200d', 'Ａ', '\u3000'),
      }),
    );
    fc.assert(
      fc.property(text, (typed) => {
        expect(canonicaliseName(canonicaliseName(typed))).toBe(canonicaliseName(typed));
      }),
      { numRuns: 5000 },
    );
  });

  test('an accepted name is accepted again in its canonical form', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('张', '三', 'a', ' ', '·', '.', '-') }), (typed) => {
        const name = checkName(typed);
        if (name.ok) expect(checkName(name.canonical)).toEqual(name);
      }),
    );
  });

  test('all dots that people type become the one dot', () => {
    for (const dot of '·•．.・‧') expect(canonicaliseName(`买买提${dot}吐尔逊`)).toBe('买买提·吐尔逊');
  });

  test('a name has 2 to 50 characters, rare ones counted once', () => {
    expect(checkName('𠮷'.repeat(50)).ok).toBe(true);
    expect(checkName('张'.repeat(51))).toMatchObject({
      reason: 'length',
      message: expect.stringContaining('现为51个字'),
    });
  });
});

describe('masks', () => {
  test('a masked name shows its ends', () => {
    expect(['张三丰', '李四', '欧阳娜娜', '张', '𠮷田'].map(maskName)).toEqual(['张*丰', '李*', '欧**娜', '*', '𠮷*']);
  });

  test('a masked id number shows region and last four, a short document less', () => {
    expect(maskIdNumber('110101199003071234')).toBe('110101********1234');
    expect(['H12345678', '12345678', '123456', ''].map(maskIdNumber)).toEqual(['H1*****78', '12****78', '******', '']);
  });

  test('a masked phone shows the first three and the last four', () => {
    expect(maskPhone('13812348888')).toBe('138****8888');
    expect(['65501234', '110', ''].map(maskPhone)).toEqual(['****1234', '*10', '']);
  });

  test('a mask keeps the length and hides something of everything', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789X'.split('')), minLength: 1, maxLength: 30 }),
        (text) => {
          for (const masked of [maskName(text), maskIdNumber(text)]) {
            expect(masked).toHaveLength(text.length);
            expect(masked).toContain('*');
          }
        },
      ),
    );
  });
});
