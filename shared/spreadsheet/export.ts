import { cellText } from '../../contracts/core/sheet.ts';
import { assert } from '../assert.ts';
import type { AnyRow, AnySheet } from './header.ts';
import { headerCells, widthsOf } from './template.ts';
import type { NewRow, NewSheet } from './xlsx/writer.ts';

/** Excel's own limit. */
const SHEET_ROW_NUMBER_MAX = 1_048_576;

/** The rows under the template's header: the file can be imported again, value for value. */
export function exportSheets(sheet: AnySheet, rows: AsyncIterable<AnyRow>): NewSheet[] {
  return [{ name: sheet.title, widths: widthsOf(sheet), frozenRows: 1, rows: exportRows(sheet, rows) }];
}

async function* exportRows(sheet: AnySheet, rows: AsyncIterable<AnyRow>): AsyncGenerator<NewRow> {
  yield { cells: headerCells(sheet) };
  let number = 1;
  for await (const row of rows) {
    assert(++number <= SHEET_ROW_NUMBER_MAX, 'an exported sheet fits into Excel');
    yield { cells: sheet.columns.map((column) => cellText(column, row[column.key])) };
  }
}
