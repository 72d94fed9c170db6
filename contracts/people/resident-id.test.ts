import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wasEverRegion } from '../regions/ever-valid.ts';
import { everValidLines } from '../regions/ever-valid.data.ts';
import { canonicaliseNumber, checkCharacter, dateOfDigits } from './number-text.ts';
import { checkResidentId, upgradeTo18 } from './resident-id.ts';

const anyText = fc.string({ unit: fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)) });

const today = '2026-09-01';
const prefectures = everValidLines.trim().split('\n');

const region = fc
  .tuple(fc.constantFrom(...prefectures.filter((line) => !/^\d\d00/.test(line))), fc.nat())
  .map(([line, at]) => {
    const ends = line.slice(5).match(/../g) ?? [];
    return line.slice(0, 4) + (ends[at % ends.length] ?? '');
  });
const birthDate = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date(`${today}T00:00:00Z`), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const serial = fc.integer({ min: 0, max: 999 });
const parts = fc.record({ region, birthDate, serial });

const numberOf = (id: { region: string; birthDate: string; serial: number }): string => {
  const body = id.region + id.birthDate.replaceAll('-', '') + String(id.serial).padStart(3, '0');
  return body + checkCharacter(body);
};
const validId = parts.map(numberOf);
const place = fc.integer({ min: 0, max: 17 });

describe('resident id number (GB 11643)', () => {
  test('region, birth date and sex come back from every number that is put together from them', () => {
    fc.assert(
      fc.property(parts, (id) => {
        expect(checkResidentId(numberOf(id), today)).toEqual({
          ok: true,
          kind: 'resident-id',
          canonical: numberOf(id),
          birthDate: id.birthDate,
          sex: id.serial % 2 === 1 ? '1' : '2',
          regionCode: id.region,
        });
      }),
      { numRuns: 2000 },
    );
  });

  test('every change of one character of a valid number is caught', () => {
    fc.assert(
      fc.property(validId, place, fc.constantFrom(...'0123456789X'.split('')), (id, at, sign) => {
        fc.pre(id[at] !== sign);
        expect(checkResidentId(id.slice(0, at) + sign + id.slice(at + 1), today).ok).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  test('every swap of two different neighbours is caught', () => {
    fc.assert(
      fc.property(validId, fc.integer({ min: 0, max: 16 }), (id, at) => {
        const swapped = id.slice(0, at) + (id[at + 1] ?? '') + (id[at] ?? '') + id.slice(at + 2);
        fc.pre(swapped !== id);
        expect(checkResidentId(swapped, today).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('the suggestion for a wrong check character is the valid number', () => {
    fc.assert(
      fc.property(validId, fc.constantFrom(...'0123456789X'.split('')), (id, check) => {
        const wrong = id.slice(0, 17) + check;
        fc.pre(wrong !== id && !wrong.endsWith('000'));
        expect(checkResidentId(wrong, today)).toMatchObject({ reason: 'check-digit', suggestion: id });
      }),
      { numRuns: 2000 },
    );
  });

  test('the check character agrees with the recursive form of ISO 7064 MOD 11-2', () => {
    const recursive = (body: string): string => {
      const product = Array.from(body).reduce((sum, sign) => ((sum + Number.parseInt(sign, 36)) * 2) % 11, 0);
      return '0123456789X'[(12 - product) % 11] ?? '';
    };
    const body = fc.string({ unit: fc.constantFrom(...'0123456789ABCXYZIO'.split('')), minLength: 17, maxLength: 17 });
    fc.assert(
      fc.property(body, (text) => {
        expect(checkCharacter(text)).toBe(recursive(text));
      }),
    );
  });

  test('15 digits are the same person as their 18, born in the twentieth century', () => {
    const of20thCentury = parts.filter((id) => id.birthDate < '2000');
    fc.assert(
      fc.property(of20thCentury, (id) => {
        const long = numberOf(id);
        const short = long.slice(0, 6) + long.slice(8, 17);
        expect(upgradeTo18(short)).toBe(long);
        expect(checkResidentId(short, today)).toEqual(checkResidentId(long, today));
      }),
    );
  });

  test('nobody is born after today, and a child born today is accepted', () => {
    const born = (birth: string) => numberOf({ region: '370102', birthDate: birth, serial: 12 });
    expect(checkResidentId(born('2026-09-01'), today).ok).toBe(true);
    expect(checkResidentId(born('2026-09-02'), today)).toMatchObject({ reason: 'birth-date' });
    expect(checkResidentId(born('2026-09-02'), '2026-09-02').ok).toBe(true);
  });

  test('the prefix is judged by all codes ever valid, and a province is none', () => {
    const id = (prefix: string) => numberOf({ region: prefix, birthDate: '1985-05-05', serial: 1 });
    for (const prefix of ['330103', '512222', '441900', '442001', '370102', '653228']) {
      expect([prefix, checkResidentId(id(prefix), today).ok]).toEqual([prefix, true]);
    }
    for (const prefix of ['370000', '371999', '000000', '700101']) {
      expect([prefix, checkResidentId(id(prefix), today)]).toMatchObject([prefix, { reason: 'region' }]);
    }
    expect(wasEverRegion('371999')).toBe(false);
  });

  test('of the six-digit prefixes only the listed ones pass', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), (value) => {
        const prefix = String(value).padStart(6, '0');
        const id = numberOf({ region: prefix, birthDate: '1985-05-05', serial: 1 });
        expect(checkResidentId(id, today).ok).toBe(wasEverRegion(prefix) && !prefix.endsWith('0000'));
      }),
      { numRuns: 3000 },
    );
  });

  test('no text makes it fail, and every refusal is in Chinese', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), anyText, validId), (text) => {
        const result = checkResidentId(text, today);
        if (!result.ok) expect(result.message).toMatch(/\p{Script=Han}/u);
      }),
    );
  });
});

describe('numbers as typed', () => {
  test('bringing a number to its form twice changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(canonicaliseNumber(canonicaliseNumber(text))).toBe(canonicaliseNumber(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('blanks, NUL, tabs, zero-width characters, full width and case make no difference', () => {
    const noise = fc.constantFrom('', ' ', '\0', '\t', '\r\n', '\u3000', '\u200b', '\ufeff', '\u00a0', '\u202c');
    fc.assert(
      fc.property(validId, fc.array(noise, { minLength: 18, maxLength: 18 }), fc.boolean(), (id, between, wide) => {
        const typed = Array.from(id.toLowerCase())
          .map((sign, at) => (wide ? String.fromCharCode(sign.charCodeAt(0) + 0xfee0) : sign) + (between[at] ?? ''))
          .join('');
        expect(canonicaliseNumber(typed)).toBe(id);
      }),
    );
  });

  test('a date is one exactly when the calendar has it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (value) => {
        const digits = String(value).padStart(8, '0');
        const iso = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
        const time = Date.parse(`${iso}T00:00:00Z`);
        const real = !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso) && iso >= '1900';
        expect(dateOfDigits(digits)).toBe(real ? iso : undefined);
      }),
      { numRuns: 3000 },
    );
    expect([dateOfDigits('20000229'), dateOfDigits('19000229'), dateOfDigits('20240229')]).toEqual([
      '2000-02-29',
      undefined,
      '2024-02-29',
    ]);
  });
});
