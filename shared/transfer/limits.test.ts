import { expect, test } from 'vitest';
import { limitOn, reminderDay } from '../../contracts/transfer-limit.ts';
import type { TransferLimit } from '../../contracts/transfer-limit.ts';
import { lateBefore } from '../working-days.ts';
import { dueOnOf, spansUntil, termOf } from './limits.ts';

const at = (date: string, hour = '10'): string => new Date(`${date}T${hour}:00:00+08:00`).toISOString();

test('a turn goes by the rule in force on the day on which it came', () => {
  expect(limitOn('2025-01-02').source).toContain('〔2013〕7号');
  expect(limitOn('2025-01-03').source).toContain('〔2025〕1号');
  expect(limitOn('2012-01-01').since).toBe('2013-09-01');
});

test('the term says day by day what counts and why: 13 October 2026 is the seventh day of what came on 28 September', () => {
  const term = termOf(at('2026-09-28'), Date.parse(at('2026-10-13')));
  expect(term).toMatchObject({ day: 7, dueOn: '2026-10-16', startedOn: '2026-09-28', holidaysUnknownIn: null });
  expect(term.rule.workingDays).toBe(10);
  const on = (date: string) => term.days.find((day) => day.date === date);
  expect(on('2026-09-29')).toMatchObject({ number: 1, why: '' });
  expect(on('2026-10-01')).toMatchObject({ number: null, why: '国庆节放假' });
  expect(on('2026-10-10')).toMatchObject({ number: 5, why: '国庆节调休上班' });
  expect(on('2026-10-11')).toMatchObject({ number: null, why: '周末' });
  expect(term.days.at(-1)).toMatchObject({ date: '2026-10-16', number: 10 });
  expect(dueOnOf(at('2026-09-28'))).toBe('2026-10-16');
});

test('what comes at night in China counts from its day there, and a year without a notice is named', () => {
  expect(termOf(at('2026-09-28', '00'), Date.parse(at('2026-09-28'))).day).toBe(0);
  expect(termOf(at('2035-03-01'), Date.parse(at('2035-03-02'))).holidaysUnknownIn).toBe('2035');
});

test('reminders come on the fifth and the eighth of ten days', () => {
  expect([reminderDay('half', 10), reminderDay('four-fifths', 10)]).toEqual([5, 8]);
  expect([reminderDay('half', 5), reminderDay('four-fifths', 5)]).toEqual([3, 4]);
});

test('rules that say the same are one condition; where they differ each counts for its own time', () => {
  const now = Date.parse(at('2026-11-26'));
  const late = ({ workingDays }: TransferLimit): number => lateBefore(now, workingDays);
  expect(spansUntil(late)).toHaveLength(1);
  const shorter = [
    { since: '2013-09-01', workingDays: 20, source: '' },
    { since: '2026-11-10', workingDays: 5, source: '' },
  ];
  const [old, young] = spansUntil(late, shorter);
  expect(Date.parse(old!.before)).toBe(lateBefore(now, 20));
  expect(young).toEqual({ from: at('2026-11-10', '00'), before: new Date(lateBefore(now, 5)).toISOString() });
});
