import { bad, canonicalText, columnKinds, type CellFault } from '../../contracts/core/sheet.ts';
import type { AnyColumn } from './header.ts';
import type { OddCell, OpenedSheet, RawCell } from './xlsx/reader.ts';

const DAY_MS = 86_400_000;
/** Day 0 of Excel's two calendars; that of 1900 counts a 29 February 1900, so it is right from March 1900 on. */
const dayZeroMs = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) };
/** The 2173rd year: no date of ours, and far below 190001, the first number that can be a month. */
const SERIAL_MAX = 99_999;

/** The canonical text of a cell, or why it has none. A number is text only where nothing can have been lost. */
export function readText(
  column: AnyColumn,
  cell: RawCell,
  dateSystem: OpenedSheet['dateSystem'],
): string | { fault: CellFault } {
  if (cell === undefined) return '';
  if (typeof cell !== 'string') return readOdd(column, cell, dateSystem);
  const text = canonicalText(cell);
  return text.includes('\ufffd') ? bad('含有无法识别的字符（�），请重新输入该单元格') : text;
}

function readOdd(
  column: AnyColumn,
  cell: OddCell,
  dateSystem: OpenedSheet['dateSystem'],
): string | { fault: CellFault } {
  switch (cell.kind) {
    case 'fault':
      return bad(`该单元格的公式出错（${cell.text.slice(0, 10)}），请删除公式，直接填写内容`);
    case 'boolean':
      return bad('该单元格是逻辑值 TRUE 或 FALSE，请把单元格格式设为文本后重新填写');
    case 'number':
      return readNumber(column, Number(cell.text), dateSystem) ?? numberFault(column);
  }
}

function readNumber(column: AnyColumn, number: number, dateSystem: OpenedSheet['dateSystem']): string | undefined {
  if (!columnKinds[column.kind].readsNumbers || !Number.isFinite(number)) return undefined;
  // Excel itself keeps 15 digits; the rest is the noise of binary fractions.
  if (column.kind === 'number') return String(Number(number.toPrecision(15)));
  if (number < 1) return undefined;
  if (number > SERIAL_MAX) return Number.isInteger(number) ? String(number) : undefined;
  const day = new Date(dayZeroMs[dateSystem] + Math.floor(number) * DAY_MS).toISOString().replaceAll('-', '');
  return day.slice(0, column.kind === 'month' ? 6 : 8);
}

function numberFault(column: AnyColumn): { fault: CellFault } {
  return columnKinds[column.kind].readsNumbers
    ? bad(`该单元格的数字无法识别，应为${columnKinds[column.kind].hint}`)
    : bad('该单元格被 Excel 存成了数字，可能已丢失位数，请把单元格格式设为文本后重新填写');
}
