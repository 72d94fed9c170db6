import { describe, expect, test } from 'vitest';
import { codesOf } from '../codes/code-table.ts';
import { idTypes } from '../codes/id-type.ts';
import { checkIdNumber, idCategoryOf, identityKey } from './id-document.ts';

const today = '2026-09-01';

describe('identity documents', () => {
  test('1 the id type decides the category', () => {
    expect(codesOf(idTypes).map(idCategoryOf)).toEqual([
      'resident',
      'hmt-foreign',
      'hmt-foreign',
      'hmt-foreign',
      'hmt-foreign',
      'hmt-foreign',
      'none',
    ]);
  });

  test('a residence permit and a permanent residence card tell birth date, sex and origin', () => {
    expect(checkIdNumber('6', '810000199408230021', today)).toEqual({
      ok: true,
      kind: 'residence-permit',
      canonical: '810000199408230021',
      birthDate: '1994-08-23',
      sex: '2',
      regionCode: '810000',
    });
    expect(checkIdNumber('9', '932682198501010017', today)).toEqual({
      ok: true,
      kind: 'permanent-residence-card',
      canonical: '932682198501010017',
      birthDate: '1985-01-01',
      sex: '1',
      regionCode: '320000',
      countryCode: 'SAU',
    });
  });

  test('a resident id under another type is refused with the type it belongs to', () => {
    for (const type of ['6', '7', '8', '9', 'A', 'Z'] as const) {
      expect(checkIdNumber(type, '440308199901101512', today)).toMatchObject({
        reason: 'wrong-document',
        message: expect.stringContaining('居民身份证'),
      });
    }
  });
});

describe('identity key (查重)', () => {
  test('1.8 one resident id typed in variants is one key', () => {
    const variants = [
      '610104196209276908',
      '610104620927690',
      ' ６１０１０４６２０９２７６９０\t',
      '610104 19620927 6908',
    ];
    expect(new Set(variants.map((text) => identityKey('1', text)))).toEqual(new Set(['resident:610104196209276908']));
    expect(identityKey('1', '44011320141005001x')).toBe(identityKey('1', '44011320141005001X'));
  });

  test('1.8 one document of Hong Kong, Macao, Taiwan or abroad typed in variants is one key', () => {
    expect(identityKey('6', 'h12345678')).toBe(identityKey('6', 'H1234567802'));
    expect(identityKey('6', 'A123456(3)')).toBe(identityKey('6', 'A1234563'));
    expect(identityKey('6', '810000199408230021')).toBe(identityKey('9', '810000199408230021'));
    expect(identityKey('A', 'e-12345678')).toBe(identityKey('A', 'Ｅ12345678'));
  });

  test('1.8 different documents are different keys', () => {
    const keys = [
      identityKey('1', '440308199901101512'),
      identityKey('1', '110101199003078670'),
      identityKey('6', 'H12345678'),
      identityKey('7', 'M12345678'),
      identityKey('8', '12345678'),
      identityKey('7', '12345678'),
      identityKey('A', '12345678'),
      identityKey('A', 'H12345678'),
      identityKey('9', '932682198501010017'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('1.8 the canonical form has the key of what was typed', () => {
    for (const [type, text] of [
      ['1', '610104620927690'],
      ['6', 'A123456(3)'],
      ['8', '0123456789(B)'],
      ['7', 'm12345678'],
    ] as const) {
      const read = checkIdNumber(type, text, today);
      expect(read.ok && identityKey(type, read.canonical)).toBe(identityKey(type, text));
    }
  });

  test('no document claims nothing', () => {
    expect([identityKey('Z', ''), identityKey('Z', 'P35010212345')]).toEqual([null, null]);
  });
});
