import { columnKinds, SHEET_ROWS_MAX } from '../../contracts/core/sheet.ts';
import { REQUIRED_MARK, type AnyColumn, type AnySheet } from './header.ts';
import { columnName } from './xlsx/references.ts';
import type { DropDown, NewCell, NewRow, NewSheet } from './xlsx/writer.ts';

const DICTIONARY = '字典';
export const WIDTH_DEFAULT = 14;
/** Excel's limit for names written into the list itself, with quotes and commas. */
const INLINE_LIST_CHARS_MAX = 255;

/** The template: the sheet to fill in, the sheet 填写说明, and a hidden sheet with the long lists of names. */
export function templateSheets(sheet: AnySheet): NewSheet[] {
  const places = sheet.columns.map((_, index) => index);
  const data: NewSheet = {
    name: sheet.title,
    widths: widthsOf(sheet),
    frozenRows: 1,
    rows: [{ cells: headerCells(sheet) }],
    dropDowns: dropDownsOf(sheet, places, 1),
  };
  return [data, instructionSheet(sheet), ...dictionarySheets(sheet)];
}

export function widthsOf(sheet: AnySheet): number[] {
  return sheet.columns.map(({ width }) => width ?? WIDTH_DEFAULT);
}

export function headerCells(sheet: AnySheet): NewCell[] {
  return sheet.columns.map((column) =>
    column.required === true
      ? { text: `${REQUIRED_MARK}${column.title}`, style: 'requiredHeader' }
      : { text: column.title, style: 'header' },
  );
}

/** One list for each column of codes, below the header; `places` says where each declared column stands. */
export function dropDownsOf(sheet: AnySheet, places: readonly number[], headerRow: number): DropDown[] {
  const long = longLists(sheet);
  return sheet.columns.flatMap((column, index) => {
    if (!column.codes) return [];
    const names = column.codes.rows.map(([, name]) => name);
    const at = columnName(long.indexOf(column));
    const source = long.includes(column) ? { range: `'${DICTIONARY}'!$${at}$1:$${at}$${names.length}` } : { names };
    return [{ column: places[index]!, firstRow: headerRow + 1, lastRow: headerRow + SHEET_ROWS_MAX, source }];
  });
}

/** What `dropDownsOf` points at; none when every list fits into its own cell rule. */
export function dictionarySheets(sheet: AnySheet): NewSheet[] {
  const lists = longLists(sheet).map((column) => column.codes!.rows);
  if (lists.length === 0) return [];
  const length = Math.max(...lists.map((list) => list.length));
  const rows = Array.from({ length }, (_, row): NewRow => ({ cells: lists.map((list) => list[row]?.[1]) }));
  return [{ name: DICTIONARY, hidden: true, widths: lists.map(() => WIDTH_DEFAULT), rows }];
}

function longLists(sheet: AnySheet): AnyColumn[] {
  return sheet.columns.filter(({ codes }) => {
    const names = codes?.rows.map(([, name]) => name) ?? [];
    return names.join(',').length + 2 > INLINE_LIST_CHARS_MAX || names.some((name) => /[,"]/.test(name));
  });
}

function instructionSheet(sheet: AnySheet): NewSheet {
  const general: NewRow[] = [
    { cells: [{ text: `${sheet.title} 填写说明`, style: 'title' }] },
    ...sheet.instructions.map((line): NewRow => ({ cells: [line] })),
    { cells: [`标有${REQUIRED_MARK}的列必须填写；列的顺序可以调整，列名不能修改，也不能删除列。`] },
    { cells: [`每个文件最多 ${SHEET_ROWS_MAX} 行。所有单元格均为文本格式，请勿改为数字或日期格式。`] },
    { cells: [] },
  ];
  const titles = ['列', '列名', '是否必填', '填写内容', '说明', '示例'];
  const head: NewRow = { cells: titles.map((text): NewCell => ({ text, style: 'header' })) };
  const rules = sheet.columns.map((column, index): NewRow => ({
    cells: [
      columnName(index),
      column.title,
      column.required === true ? '必填' : column.required === false ? '选填' : '按情况必填',
      columnKinds[column.kind].hint,
      column.note && { text: column.note, style: 'wrapped' },
      column.example,
    ],
  }));
  return { name: '填写说明', widths: [6, 24, 12, 34, 60, 24], rows: [...general, head, ...rules] };
}
