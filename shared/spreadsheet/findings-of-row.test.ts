import { expect, test } from 'vitest';
import type { SheetFinding } from '../../contracts/core/sheet.ts';
import { findingsOfRows } from './findings-of-row.ts';

const finding = (row: number, message: string, column?: string): SheetFinding => ({
  row,
  message,
  severity: 'warning',
  title: '',
  ...(column === undefined ? {} : { column }),
});

test('each row has its own findings in their order, and the first also what is said of the header', () => {
  const findings = [finding(1, 'an unknown column'), finding(3, 'a', 'name'), finding(4, 'b', 'name')];
  const findingsOf = findingsOfRows([...findings, finding(3, 'c', 'sex')]);
  const told = [2, 3, 4].map((row) => findingsOf(row).map(({ message }) => message));
  expect(told).toEqual([['an unknown column'], ['a', 'c'], ['b']]);
});
