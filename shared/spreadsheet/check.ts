import { Problem } from '../../contracts/core/problems.ts';
import {
  canonicalText,
  cellText,
  FINDINGS_MAX,
  SHEET_ROWS_MAX,
  type CellFault,
  type CheckedRow,
  type SheetCounts,
  type SheetFinding,
} from '../../contracts/core/sheet.ts';
import { must } from '../assert.ts';
import { readText } from './cell.ts';
import { isBlank, matchHeader, rawText, type AnyRow, type AnySheet, type MatchedHeader } from './header.ts';
import { unreadable } from './xlsx/refusals.ts';
import type { OpenedSheet, RawCell, RawRow } from './xlsx/reader.ts';

/** Small enough that taking one over never holds up the server's thread. */
const ROWS_PER_SLICE = 200;
const SHOWN_CHARS_MAX = 200;

export interface CheckedSlice {
  rows: CheckedRow<AnyRow>[];
  findings: SheetFinding[];
  /** Rows, mostly of earlier slices, in which something occurs that another row has too; once for each such finding. */
  repeated: number[];
  /** So far, this slice included. */
  counts: SheetCounts;
}

/**
 * Checks the rows in one pass. What occurs twice is known only at the end: the last slice tells it of rows that
 * were handed on before. Findings beyond `FINDINGS_MAX`
 * are only counted, except the first error of a row.
 * Problems: `file-unreadable` (header, nothing in it), `file-too-large` (rows).
 */
export async function* checkRows(
  sheet: AnySheet,
  opened: OpenedSheet,
  today: string,
  rowsMax = SHEET_ROWS_MAX,
): AsyncGenerator<CheckedSlice> {
  const counts: SheetCounts = { rows: 0, rowsWithErrors: 0, errors: 0, warnings: 0 };
  const twice = repetitions(sheet);
  let rows: CheckedRow<AnyRow>[] = [];
  let findings: SheetFinding[] = [];
  const explained = new Set<number>();
  const note = (finding: SheetFinding): void => {
    counts[finding.severity === 'error' ? 'errors' : 'warnings']++;
    const first = finding.severity === 'error' && !explained.has(finding.row);
    if (first) explained.add(finding.row);
    if (first || counts.errors + counts.warnings <= FINDINGS_MAX) findings.push(finding);
  };
  let header: MatchedHeader | undefined;

  for await (const raw of opened.rows) {
    if (isBlank(raw)) continue;
    if (!header) {
      header = matchHeader(sheet, raw);
      header.unknown.map(({ title }) => unknownColumn(raw.number, title)).forEach(note);
      continue;
    }
    if (++counts.rows > rowsMax) throw new Problem('file-too-large', `一次最多导入 ${rowsMax} 行，请分成几个文件上传`);
    const { row, found } = checkRow(sheet, header, raw, opened.dateSystem, today);
    found.forEach(note);
    if (row.errors > 0) counts.rowsWithErrors++;
    twice.see(row);
    rows.push(row);
    if (rows.length < ROWS_PER_SLICE) continue;
    yield { rows, findings, repeated: [], counts };
    rows = [];
    findings = [];
  }
  if (counts.rows === 0) throw unreadable('表格中没有数据，请从表头的下一行开始填写');
  twice.findings.forEach(note);
  counts.rowsWithErrors += twice.rowsOtherwiseRight;
  yield { rows, findings, repeated: twice.findings.map(({ row }) => row), counts };
}

function unknownColumn(row: number, title: string): SheetFinding {
  return { row, title, severity: 'warning', message: `模板中没有列“${title}”，该列没有导入` };
}

function checkRow(
  sheet: AnySheet,
  { places }: MatchedHeader,
  raw: RawRow,
  dateSystem: OpenedSheet['dateSystem'],
  today: string,
): { row: CheckedRow<AnyRow>; found: SheetFinding[] } {
  const row: CheckedRow<AnyRow> = { row: raw.number, values: {}, errors: 0 };
  const found: SheetFinding[] = [];
  const empty = new Set<string>();
  const note = (key: string, fault: CellFault): void => {
    const index = sheet.columns.findIndex((column) => column.key === key);
    if (fault.severity === 'error') row.errors++;
    const title = sheet.columns[index]?.title ?? key;
    const { severity, message, suggestion } = fault;
    const finding = { row: raw.number, column: key, title, severity, message, ...shown(raw.cells[places[index]!]) };
    found.push(suggestion === undefined ? finding : { ...finding, suggestion });
  };

  for (const [index, column] of sheet.columns.entries()) {
    const text = readText(column, raw.cells[places[index]!], dateSystem);
    if (text === '') {
      empty.add(column.key);
      continue;
    }
    const result = typeof text === 'string' ? column.parse(text, today) : text;
    if ('value' in result) row.values[column.key] = result.value;
    if (result.fault) note(column.key, result.fault);
  }
  for (const { key, title, required } of sheet.columns)
    if (empty.has(key) && (typeof required === 'function' ? required(row.values) : required))
      note(key, { severity: 'error', message: `${title}必填，请填写` });
  for (const check of sheet.rowChecks ?? [])
    for (const finding of check(row.values, today)) note(finding.column, finding);
  return { row, found };
}

/** What a person sees in the cell, cut where a page would cut it too. */
function shown(cell: RawCell): { text?: string } {
  const text = canonicalText(rawText(cell)).slice(0, SHOWN_CHARS_MAX);
  return text === '' ? {} : { text };
}

interface Repetitions {
  see(row: CheckedRow<AnyRow>): void;
  findings: SheetFinding[];
  rowsOtherwiseRight: number;
}

/** Remembers the declared keys of all rows; both rows of a repetition get a finding, the first one only once. */
function repetitions(sheet: AnySheet): Repetitions {
  const rules = (sheet.unique ?? []).map(({ column: name, key }) => {
    const column = must(
      sheet.columns.find((one) => one.key === name),
      `${sheet.name} has the column ${name}`,
    );
    return { column, key, seen: new Map<string, FirstSeen>() };
  });
  const wrong = new Set<number>();
  const all: Repetitions = {
    findings: [],
    rowsOtherwiseRight: 0,
    see(row) {
      for (const { column, key, seen } of rules) {
        const id = key(row.values);
        if (id === undefined) continue;
        const first = seen.get(id);
        if (!first) {
          seen.set(ownText(id), { row: row.row, right: row.errors === 0, told: false });
          continue;
        }
        const text = ownText(cellText(column, row.values[column.key]));
        if (!first.told) note(column.title, column.key, text, first.row, row.row, first.right);
        first.told = true;
        note(column.title, column.key, text, row.row, first.row, row.errors === 0);
      }
    },
  };
  const note = (title: string, column: string, text: string, row: number, other: number, right: boolean): void => {
    all.findings.push({ row, column, title, text, severity: 'error', message: `${title}与第${other}行重复，请核对` });
    if (right && !wrong.has(row)) all.rowsOtherwiseRight++;
    wrong.add(row);
  };
  return all;
}

interface FirstSeen {
  row: number;
  right: boolean;
  told: boolean;
}

/** A copy: V8's substrings keep the whole text alive from which they were cut, here 128 KB of the file each. */
function ownText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
