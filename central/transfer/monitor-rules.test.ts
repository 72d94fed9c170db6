import { expect, test } from 'vitest';
import { workingDayOf } from '../../shared/working-days.ts';
import { medianOf } from './monitor-rules.ts';

test('the median of counted values is the value in the middle, and of two the lower one', () => {
  expect(medianOf([])).toBeNull();
  expect(medianOf([{ value: 4, total: 1 }])).toBe(4);
  expect(
    medianOf([
      { value: 30, total: 1 },
      { value: 2, total: 3 },
      { value: 5, total: 1 },
    ]),
  ).toBe(2);
  expect(
    medianOf([
      { value: 9, total: 1 },
      { value: 3, total: 1 },
    ]),
  ).toBe(3);
});

test('a weekend counts for the working day after it, a working day for itself', () => {
  expect(workingDayOf('2026-11-27')).toBe('2026-11-27');
  expect(workingDayOf('2026-11-28')).toBe('2026-11-30');
});
