import chineseDays from 'chinese-days';
import { chinaDate } from './clock.ts';

/**
 * Working days in China: Monday to Friday without the holidays of the State Council's yearly notices, and with the weekends
 * that are worked instead (chinese-days keeps the notices as data; a year without one has plain weeks). Dates are ISO dates
 * in China.
 */
const DAY_MS = 86_400_000;

export function isWorkingDay(date: string): boolean {
  return chineseDays.isWorkday(date);
}

/** The `count`th working day after `date`, which itself does not count: until then something is to be done. */
export function workingDayAfter(date: string, count: number): string {
  let day = date;
  for (let left = count; left > 0;) {
    day = nextDay(day, 1);
    if (isWorkingDay(day)) left--;
  }
  return day;
}

/** The working day that something of this date counts for: of a weekend or holiday the next one. */
export function workingDayOf(date: string): string {
  return isWorkingDay(date) ? date : workingDayAfter(date, 1);
}

/** What came in before this instant should have been dealt with, in `count` working days, by the end of yesterday. */
export function lateBefore(nowMs: number, count: number): number {
  let day = chinaDate(nowMs);
  for (let left = count; left > 0;) {
    day = nextDay(day, -1);
    if (isWorkingDay(day)) left--;
  }
  return startOf(day);
}

/** What came in before this instant is to be dealt with, in `count` working days, by the `within`th working day from today. */
export function dueBefore(nowMs: number, count: number, within: number): number {
  const last = workingDayAfter(chinaDate(nowMs), within);
  return lateBefore(startOf(nextDay(last, 1)), count);
}

function nextDay(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Midnight in China, which knows no summer time. */
function startOf(date: string): number {
  return Date.parse(`${date}T00:00:00+08:00`);
}
