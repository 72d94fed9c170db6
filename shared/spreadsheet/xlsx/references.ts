const names: string[] = [];

/** 0 → `A`, 27 → `AB`. */
export function columnName(column: number): string {
  return (names[column] ??=
    column < 26 ? letter(column) : columnName(Math.floor(column / 26) - 1) + letter(column % 26));
}

function letter(index: number): string {
  return String.fromCharCode(65 + index);
}

/** Row from 1, column from 0: (2, 0) → `A2`. */
export function cellReference(row: number, column: number): string {
  return `${columnName(column)}${row}`;
}
