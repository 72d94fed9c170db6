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

/** Why this day is or is not worked, where that is not plain from the week: `国庆节放假`, `春节调休上班`, `周末`; empty on plain days. */
export function reasonOfDay(date: string): string {
  const { work, name } = chineseDays.getDayDetail(date);
  // A day of a notice is named in both languages, with its length.
  const [, holiday] = name.split(',');
  if (holiday) return work ? `${holiday}调休上班` : `${holiday}放假`;
  return work ? '' : '周末';
}

/** Whether the State Council's notice for the year of this date is known: the National Day is in each. */
export function knowsHolidaysOf(date: string): boolean {
  return chineseDays.getDayDetail(`${date.slice(0, 4)}-10-01`).name.includes(',');
}

/** The working days after `from` up to and with `to`. */
export function workingDaysBetween(from: string, to: string): number {
  return daysBetween(from, to).filter(isWorkingDay).length;
}

/** The dates after `from` up to and with `to`. */
export function daysBetween(from: string, to: string): string[] {
  const days = [];
  for (let day = nextDay(from, 1); day <= to; day = nextDay(day, 1)) days.push(day);
  return days;
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
export function startOf(date: string): number {
  return Date.parse(`${date}T00:00:00+08:00`);
}
