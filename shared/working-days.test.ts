import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chinaDate } from './clock.ts';
import { dueBefore, isWorkingDay, lateBefore, workingDayAfter } from './working-days.ts';

test('holidays are not worked, weekends before and after them are (the State Council’s notice for 2026)', () => {
  const worked = ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10', '2026-09-01'];
  const free = [
    '2026-01-01',
    '2026-02-16',
    '2026-04-06',
    '2026-05-05',
    '2026-06-19',
    '2026-09-25',
    '2026-10-07',
    '2026-09-05',
  ];
  expect(worked.filter((date) => !isWorkingDay(date))).toEqual([]);
  expect(free.filter((date) => isWorkingDay(date))).toEqual([]);
});

test('ten working days after 28 September 2026 end on 16 October: a week of holidays lies between, and one Saturday is worked', () => {
  expect(workingDayAfter('2026-09-28', 10)).toBe('2026-10-16');
});

test('late is what should have been done by the end of yesterday, to the day', () => {
  const days = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2026, 11, 1) });
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 15 }), (nowMs, count) => {
      const before = lateBefore(nowMs, count);
      const today = chinaDate(nowMs);
      expect(workingDayAfter(chinaDate(before - 1), count) < today).toBe(true);
      expect(workingDayAfter(chinaDate(before), count) < today).toBe(false);
    }),
  );
});

test('due soon is what is due by the second working day from today, to the day', () => {
  const days = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2026, 11, 1) });
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 15 }), (nowMs, count) => {
      const before = dueBefore(nowMs, count, 2);
      const last = workingDayAfter(chinaDate(nowMs), 2);
      expect(workingDayAfter(chinaDate(before - 1), count) <= last).toBe(true);
      expect(workingDayAfter(chinaDate(before), count) <= last).toBe(false);
    }),
  );
});
