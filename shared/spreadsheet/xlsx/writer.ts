import { commentsXml, drawingXml, type CellComment } from './comments.ts';
import { packageParts } from './package-parts.ts';
import { cellReference, columnName } from './references.ts';
import { styleIndex, type CellStyle } from './styles.ts';
import { escapeCell, escapeXml } from './xml.ts';
import { writeZip, type ZipPart } from './zip-writer.ts';

export type NewCell = string | undefined | { text: string; style: CellStyle };

export interface NewRow {
  /** Excel's row number, from 1; the next one when absent. Rows go up. */
  number?: number;
  cells: readonly NewCell[];
}

/** A drop-down list: the names themselves, or a range such as `'字典'!$A$1:$A$9`. */
export interface DropDown {
  column: number;
  firstRow: number;
  lastRow: number;
  source: { names: readonly string[] } | { range: string };
}

export interface NewSheet {
  name: string;
  hidden?: boolean;
  /** Width of each column in characters; the column's empty cells have the text format too. */
  widths: readonly number[];
  /** Rows that stay in sight at the top. */
  frozenRows?: number;
  rows: AsyncIterable<NewRow> | Iterable<NewRow>;
  dropDowns?: readonly DropDown[];
  comments?: readonly CellComment[];
}

/**
 * An .xlsx, piece by piece: memory does not grow with the rows. Every cell is an inline string in the text format: no
 * cell is a formula, whatever its text begins with, and Excel keeps it so when a person edits it.
 */
export function writeWorkbook(sheets: readonly NewSheet[]): AsyncGenerator<Uint8Array> {
  return writeZip(workbookParts(sheets));
}

function* workbookParts(sheets: readonly NewSheet[]): Generator<ZipPart> {
  yield* packageParts(sheets);
  for (const [index, sheet] of sheets.entries()) {
    const number = index + 1;
    yield { name: `xl/worksheets/sheet${number}.xml`, text: sheetXml(sheet, index === 0) };
    if (!sheet.comments?.length) continue;
    yield { name: `xl/comments${number}.xml`, text: commentsXml(sheet.comments) };
    yield { name: `xl/drawings/vmlDrawing${number}.vml`, text: drawingXml(sheet.comments, number) };
  }
}

async function* sheetXml(sheet: NewSheet, selected: boolean): AsyncGenerator<string> {
  yield sheetHead(sheet, selected);
  let number = 0;
  for await (const row of sheet.rows) {
    number = row.number ?? number + 1;
    yield rowXml(number, row.cells);
  }
  yield '</sheetData>';
  yield dropDownsXml(sheet.dropDowns ?? []);
  // The relation is written by package-parts.ts under the same id.
  if (sheet.comments?.length) yield '<legacyDrawing r:id="rId1"/>';
  yield '</worksheet>';
}

function sheetHead({ widths, frozenRows = 0 }: NewSheet, selected: boolean): string {
  const pane =
    frozenRows > 0
      ? `<pane ySplit="${frozenRows}" topLeftCell="A${frozenRows + 1}" activePane="bottomLeft" state="frozen"/>`
      : '';
  const text = styleIndex('plain');
  const columns = widths.map(
    (width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" style="${text}" customWidth="1"/>`,
  );
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"' +
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">' +
    `<sheetViews><sheetView${selected ? ' tabSelected="1"' : ''} workbookViewId="0">${pane}</sheetView></sheetViews>` +
    `<sheetFormatPr defaultRowHeight="15"/>${columns.length > 0 ? `<cols>${columns.join('')}</cols>` : ''}<sheetData>`
  );
}

function rowXml(number: number, cells: readonly NewCell[]): string {
  let xml = `<row r="${number}">`;
  for (const [column, cell] of cells.entries()) {
    if (cell === undefined || cell === '') continue;
    const { text, style } = typeof cell === 'string' ? { text: cell, style: 'plain' as const } : cell;
    const head = `<c r="${columnName(column)}${number}" s="${styleIndex(style)}"`;
    xml +=
      text === '' ? `${head}/>` : `${head} t="inlineStr"><is><t xml:space="preserve">${escapeCell(text)}</t></is></c>`;
  }
  return `${xml}</row>`;
}

function dropDownsXml(dropDowns: readonly DropDown[]): string {
  if (dropDowns.length === 0) return '';
  const lists = dropDowns.map(({ column, firstRow, lastRow, source }) => {
    const formula = 'range' in source ? source.range : `"${source.names.join(',')}"`;
    return (
      '<dataValidation type="list" allowBlank="1" showErrorMessage="1" errorTitle="填写有误"' +
      ` error="请从下拉列表中选择" sqref="${cellReference(firstRow, column)}:${cellReference(lastRow, column)}">` +
      `<formula1>${escapeXml(formula)}</formula1></dataValidation>`
    );
  });
  return `<dataValidations count="${lists.length}">${lists.join('')}</dataValidations>`;
}
