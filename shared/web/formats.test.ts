import { describe, expect, test } from 'vitest';
import {
  dateText,
  digestGroups,
  numberGroups,
  rowsText,
  secondText,
  sizeText,
  spanText,
  thousands,
  timeText,
} from './formats.ts';

describe('how values are written on pages', () => {
  test('a calendar date stays as it is', () => expect(dateText('2026-09-01')).toBe('2026-09-01'));
  test('an instant late in the evening UTC is the next day in China', () => {
    expect(dateText('2026-08-31T16:00:00.000Z')).toBe('2026-09-01');
    expect(timeText('2026-08-31T16:05:59.000Z')).toBe('2026-09-01 00:05');
    expect(secondText('2026-08-31T16:05:59.000Z')).toBe('2026-09-01 00:05:59');
  });
  test('what is not known is written as nothing', () => expect(timeText(null)).toBe(''));

  test.each([
    [59_999, '不到 1 分钟'],
    [12 * 60_000, '12 分钟'],
    [3_600_000, '1 小时'],
    [3_600_000 + 60_000, '1 小时 1 分钟'],
    [86_400_000, '1 天'],
    [3 * 86_400_000 + 4 * 3_600_000 + 59 * 60_000, '3 天 4 小时'],
  ])('a span of %i ms is %s', (ms, text) => expect(spanText(ms)).toBe(text));

  test('numbers have thousands separators', () => expect(thousands(1234567)).toBe('1,234,567'));
  test('a list tells how many rows it has, or that there are more than it reaches', () => {
    expect(rowsText(9_999)).toBe('共 9,999 条');
    expect(rowsText(10_000)).toBe('共 10,000 条以上，可翻看前 10,000 条');
  });
  test.each([
    [812, '812 字节'],
    [2 * 1024 * 1024, '2 MB'],
    [1536, '1.5 KB'],
  ])('%i bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));

  test.each([
    ['11010119900307867X', ['110101', '19900307', '867X']],
    ['110101********867X', ['110101', '********', '867X']],
    ['G11010119900307867X', ['G', '110101', '19900307', '867X']],
    ['L4416232003061600A6', ['L', '441623', '20030616', '00A6']],
    ['H12345678', ['H12345678']],
  ])('%s is read in groups', (value, groups) => expect(numberGroups(value)).toEqual(groups));

  test('a digest is read in fours, other text stays', () => {
    expect(digestGroups('9f3c1a77d2')).toBe('9f3c 1a77 d2');
    expect(digestGroups('无')).toBe('无');
  });
});
