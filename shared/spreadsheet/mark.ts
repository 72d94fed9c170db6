import type { SheetFinding } from '../../contracts/core/sheet.ts';
import { isBlank, matchHeader, rawText, type AnySheet } from './header.ts';
import { dictionarySheets, dropDownsOf, widthsOf, WIDTH_DEFAULT } from './template.ts';
import { unreadable } from './xlsx/refusals.ts';
import type { OpenedSheet, RawRow } from './xlsx/reader.ts';
import type { NewCell, NewRow, NewSheet } from './xlsx/writer.ts';

const MARKED = '（问题标注）';

/** Of an uploaded file with its findings marked: once more of one that was mended in the marked file, it says so once. */
export function markedFileName(uploaded: string): string {
  return `${uploaded.replace(/\.xlsx$/i, '').replaceAll(MARKED, '')}${MARKED}.xlsx`;
}

/**
 * The uploaded rows again, each in its row and column, with the cells of findings coloured (error red, warning yellow)
 * and commented, and all findings once more as the sheet 问题清单. It can be mended and uploaded as it is.
 */
export async function markedSheets(
  sheet: AnySheet,
  opened: OpenedSheet,
  findings: readonly SheetFinding[],
): Promise<NewSheet[]> {
  const rows = opened.rows[Symbol.asyncIterator]();
  const header = await firstRow(rows);
  const { places, unknown } = matchHeader(sheet, header);
  const marks = marksOf(findings, ({ column, title }) => {
    const index = sheet.columns.findIndex(({ key }) => key === column);
    return places[index] ?? unknown.find((other) => other.title === title)?.at;
  });
  const widths = widthsOf(sheet);
  return [
    {
      name: sheet.title,
      widths: Array.from({ length: header.cells.length }, (_, at) => widths[places.indexOf(at)] ?? WIDTH_DEFAULT),
      frozenRows: header.number,
      rows: markedRows(header, rows, marks),
      dropDowns: dropDownsOf(sheet, places, header.number),
      comments: [...marks].flatMap(([row, cells]) =>
        [...cells].map(([column, mark]) => ({ row, column, text: mark.lines.join('\n') })),
      ),
    },
    listOfFindings(findings),
    ...dictionarySheets(sheet),
  ];
}

async function firstRow(rows: AsyncIterator<RawRow>): Promise<RawRow> {
  for (;;) {
    const next = await rows.next();
    if (next.done) throw unreadable('表格中没有数据');
    if (!isBlank(next.value)) return next.value;
  }
}

interface Mark {
  severity: 'error' | 'warning';
  lines: string[];
}

/** Row → column → mark; several findings of one cell share its comment, and the worst one gives the colour. */
function marksOf(
  findings: readonly SheetFinding[],
  placeOf: (finding: SheetFinding) => number | undefined,
): Map<number, Map<number, Mark>> {
  const marks = new Map<number, Map<number, Mark>>();
  for (const finding of findings) {
    const column = placeOf(finding);
    if (column === undefined) continue;
    const row = marks.get(finding.row) ?? new Map<number, Mark>();
    marks.set(finding.row, row);
    const mark = row.get(column) ?? { severity: 'warning', lines: [] };
    row.set(column, mark);
    if (finding.severity === 'error') mark.severity = 'error';
    mark.lines.push(finding.message + (finding.suggestion === undefined ? '' : `\n建议：${finding.suggestion}`));
  }
  return marks;
}

async function* markedRows(
  header: RawRow,
  rest: AsyncIterator<RawRow>,
  marks: Map<number, Map<number, Mark>>,
): AsyncGenerator<NewRow> {
  for (let row: RawRow | undefined = header; row; row = await next(rest)) {
    const cells = Array.from(row.cells, (cell): NewCell => rawText(cell));
    if (row === header) for (const [at, text] of cells.entries()) cells[at] = { text: text as string, style: 'header' };
    for (const [at, { severity }] of marks.get(row.number) ?? [])
      cells[at] = { text: rawText(row.cells[at]), style: severity };
    yield { number: row.number, cells };
  }
}

async function next(rows: AsyncIterator<RawRow>): Promise<RawRow | undefined> {
  const { done, value } = await rows.next();
  return done ? undefined : (value as RawRow);
}

function listOfFindings(findings: readonly SheetFinding[]): NewSheet {
  const head = ['行号', '列名', '级别', '问题', '建议'].map((text): NewCell => ({ text, style: 'header' }));
  const rows = findings.map(({ row, title, severity, message, suggestion }): NewRow => ({
    cells: [String(row), title, { text: severity === 'error' ? '错误' : '提醒', style: severity }, message, suggestion],
  }));
  return { name: '问题清单', widths: [8, 24, 8, 70, 30], frozenRows: 1, rows: [{ cells: head }, ...rows] };
}
