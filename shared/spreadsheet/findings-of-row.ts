import type { SheetFinding } from '../../contracts/core/sheet.ts';
import { groupBy } from '../group-by.ts';

/**
 * What was found in each row, for a caller that goes through the rows in their order. What is said of the header stands at
 * the first of them: the header is no row of the grid.
 */
export function findingsOfRows(findings: readonly SheetFinding[]): (row: number) => SheetFinding[] {
  const byRow = groupBy(findings, ({ row }) => row);
  let ofHeader = findings.filter(({ column }) => column === undefined);
  return (row) => {
    const found = [...ofHeader, ...(byRow.get(row) ?? [])];
    ofHeader = [];
    return found;
  };
}
