import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '../core/problems.ts';
import { checkStudentNumber, formalNumber, nextTemporarySerial, temporaryNumber } from './student-number.ts';

const anyText = fc.string({ unit: fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)) });

const anySerial = fc.integer({ min: 1, max: 46_655 });
const birthDate = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2026-09-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const region = fc.constantFrom('441623', '460202', '370102', '110101', '441900', '659001');

describe('student number (全国学籍号)', () => {
  test('1.13 a verified resident id makes the formal number', () => {
    expect(formalNumber('11010519491231002X')).toBe('G11010519491231002X');
    expect(() => formalNumber('110105491231002')).toThrow(RangeError);
  });

  test('1.13 the numbers of the ministry and the fixed values come out of their parts', () => {
    expect(temporaryNumber('441623', '2003-06-16', 8)).toBe('L44162320030616008X');
    expect(temporaryNumber('441623', '2003-06-16', 10)).toBe('L4416232003061600A6');
    expect(temporaryNumber('441623', '2003-06-16', 12)).toBe('L4416232003061600C2');
    expect(temporaryNumber('370102', '2001-04-24', 41)).toBe('L370102200104240155');
    expect(temporaryNumber('110101', '2018-08-31', 46_655)).toBe('L11010120180831ZZZ5');
  });

  test('1.13 region, birth date and serial come back from every temporary number', () => {
    fc.assert(
      fc.property(region, birthDate, anySerial, (regionCode, birth, serial) => {
        const number = temporaryNumber(regionCode, birth, serial);
        expect(number).toHaveLength(19);
        expect(checkStudentNumber(number)).toEqual({
          ok: true,
          kind: 'temporary',
          canonical: number,
          regionCode,
          birthDate: birth,
          serial,
        });
      }),
      { numRuns: 2000 },
    );
  });

  test('1.13 every change of one digit into another is caught, and of the check character mended', () => {
    const change = fc.tuple(fc.integer({ min: 1, max: 18 }), fc.constantFrom(...'0123456789'.split('')));
    fc.assert(
      fc.property(region, birthDate, anySerial, change, (regionCode, birth, serial, [at, digit]) => {
        const number = temporaryNumber(regionCode, birth, serial);
        fc.pre(number[at] !== digit && (at === 18 || /\d/.test(number[at] ?? '')));
        const result = checkStudentNumber(number.slice(0, at) + digit + number.slice(at + 1));
        expect(result.ok).toBe(false);
        if (at === 18) expect(result).toMatchObject({ reason: 'check-digit', suggestion: number });
      }),
      { numRuns: 3000 },
    );
  });

  test('1.13 serials of a sex run in steps of two: female from 002, male from 001', () => {
    expect([nextTemporarySerial(undefined, '2'), nextTemporarySerial(undefined, '1')]).toEqual([2, 1]);
    expect([nextTemporarySerial(2, '2'), nextTemporarySerial(1, '1'), nextTemporarySerial(8, '2')]).toEqual([4, 3, 10]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 46_000 }), fc.constantFrom('1' as const, '2' as const), (last, sex) => {
        const next = nextTemporarySerial(last, sex);
        expect(next).toBeGreaterThan(last);
        expect(next % 2 === 1 ? '1' : '2').toBe(sex);
      }),
    );
  });

  test('1.13 each sex has 23 328 or 23 327 serials of one county and day, then none', () => {
    for (const [sex, count] of [
      ['1', 23_328],
      ['2', 23_327],
    ] as const) {
      let serial: number | undefined;
      let given = 0;
      const giveAll = () => {
        for (;;) {
          serial = nextTemporarySerial(serial, sex);
          given += 1;
        }
      };
      expect(giveAll).toThrow(Problem);
      expect([sex, given]).toEqual([sex, count]);
    }
  });

  test('impossible parts make no number', () => {
    expect(() => temporaryNumber('370102', '2019-02-29', 1)).toThrow(RangeError);
    expect(() => temporaryNumber('370102', '2019-09-01', 0)).toThrow(RangeError);
    expect(() => temporaryNumber('370102', '2019-09-01', 46_656)).toThrow(RangeError);
    expect(() => temporaryNumber('37010', '2019-09-01', 1)).toThrow(RangeError);
  });

  test('no text makes the check fail', () => {
    fc.assert(fc.property(anyText, (text) => void checkStudentNumber(`L${text}`)));
  });
});
