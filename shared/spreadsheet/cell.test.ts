import { describe, expect, test } from 'vitest';
import { good, type ColumnKind } from '../../contracts/core/sheet.ts';
import { readText } from './cell.ts';

function read(kind: ColumnKind, text: string, dateSystem: 1900 | 1904 = 1900): unknown {
  const column = { key: 'x', title: '列', required: false, kind, parse: good };
  const result = readText(column, { kind: 'number', text }, dateSystem);
  return typeof result === 'string' ? result : result.fault.message;
}

describe('a number in a cell', () => {
  test('is a date as eight digits, or as Excel counts days, in either of its calendars, with or without a time', () => {
    expect(read('date', '20100901')).toBe('20100901');
    expect(read('date', '40422')).toBe('20100901');
    expect(read('date', '40422.75')).toBe('20100901');
    expect(read('date', '38960', 1904)).toBe('20100901');
    expect(read('date', '61')).toBe('19000301');
    expect(read('month', '202009')).toBe('202009');
    expect(read('month', '44075')).toBe('202009');
  });

  test('is a number without the noise of binary fractions', () => {
    expect(read('number', '0.30000000000000004')).toBe('0.3');
    expect(read('number', '1E3')).toBe('1000');
  });

  test('A50 is an error where digits or leading zeros may be lost, or where it means nothing', () => {
    for (const kind of ['text', 'digits', 'code', 'region'] as const) expect(read(kind, '5')).toContain('存成了数字');
    expect(read('date', '20100901.5')).toContain('无法识别');
    expect(read('date', '-1')).toContain('无法识别');
    expect(read('number', 'x')).toContain('无法识别');
  });
});
