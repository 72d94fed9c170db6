import { isWorkingDay, workingDayAfter } from '../../shared/working-days.ts';

/** The working day that something of this date counts for: of a weekend or holiday the next one. */
export function workingDayOf(date: string): string {
  return isWorkingDay(date) ? date : workingDayAfter(date, 1);
}

/** The median of values that each came `total` times; the lower of the two in the middle. Null of nothing. */
export function medianOf(counted: ReadonlyArray<{ value: number; total: number }>): number | null {
  const ascending = counted.toSorted((a, b) => a.value - b.value);
  const half = ascending.reduce((sum, { total }) => sum + total, 0) / 2;
  let seen = 0;
  for (const { value, total } of ascending) {
    seen += total;
    if (seen >= half) return value;
  }
  return null;
}
