/**
 * A spreadsheet that people fill in: ONE declaration of its columns gives the template, the import with its row errors,
 * the marked copy of the uploaded file, and the export (shared/spreadsheet). Plain data and pure functions.
 */
export interface SheetDeclaration<Row extends object> {
  /** `import.meta.url` of the module that exports the declaration: the worker thread imports it again from there. */
  module: string;
  /** Unique among the declarations of its module. */
  name: string;
  /** Chinese; the name of the sheet and of the file. At most 31 characters without : \ / ? * [ ] (Excel's rule). */
  title: string;
  /** General rules, one line each, at the top of the sheet 填写说明. */
  instructions: readonly string[];
  columns: readonly SheetColumn<Row>[];
  /** Checks across columns. A cell that is empty or wrong is absent from the row. */
  rowChecks?: readonly ((row: Partial<Row>, today: string) => readonly CellFinding<Row>[])[];
  /** What may not occur twice in one file. An undefined key is not compared; the finding stands at `column` of both rows. */
  unique?: readonly { column: keyof Row & string; key: (row: Partial<Row>) => string | undefined }[];
}

export type SheetColumn<Row extends object> = {
  [Key in keyof Row & string]-?: ColumnOf<Row, Key>;
}[keyof Row & string];

interface ColumnOf<Row extends object, Key extends keyof Row & string> {
  key: Key;
  /** The Chinese header. Columns are found by it, wherever they stand. */
  title: string;
  /** In characters of the default font. */
  width?: number;
  /** A function is asked after all cells of the row are read. */
  required: boolean | ((row: Partial<Row>) => boolean);
  kind: ColumnKind;
  /** Names of the drop-down list, as [code, name]; the cell holds the name. */
  codes?: { readonly rows: readonly (readonly [code: string, name: string])[] };
  /** The column's own rule, for the sheet 填写说明. */
  note?: string;
  example?: string;
  /** Reads a cell that is not empty. `text` is canonical (see `canonicalText`); `today` is `2026-09-01`, in China. */
  parse: (text: string, today: string) => CellResult<NonNullable<Row[Key]>>;
  /** The cell text that `parse` reads back to the value. Without it: the name of the code, or the value as text. */
  show?(value: NonNullable<Row[Key]>): string;
}

/** What the cells of a column look like; `readsNumbers`: a cell that Excel stored as a number has lost nothing. */
export const columnKinds = {
  text: { hint: '文字', readsNumbers: false },
  digits: { hint: '数字编号，单元格须为文本格式', readsNumbers: false },
  code: { hint: '从下拉列表中选择', readsNumbers: false },
  date: { hint: '8位数字的日期，如20100901', readsNumbers: true },
  month: { hint: '6位数字的年月，如202009', readsNumbers: true },
  region: { hint: '12位行政区划代码，单元格须为文本格式', readsNumbers: false },
  number: { hint: '数字', readsNumbers: true },
} as const satisfies Record<string, { hint: string; readsNumbers: boolean }>;
export type ColumnKind = keyof typeof columnKinds;

/** A warning lets the row in; an error keeps it out. */
export type Severity = 'error' | 'warning';

/** Chinese: what is wrong and how to mend it; `suggestion` is the text that was probably meant. */
export interface CellFault {
  severity: Severity;
  message: string;
  suggestion?: string;
}

export interface CellFinding<Row extends object> extends CellFault {
  column: keyof Row & string;
}

/** What a cell says: a value, a value with a warning, or an error. */
export type CellResult<Value> =
  { value: Value; fault?: CellFault & { severity: 'warning' } } | { fault: CellFault & { severity: 'error' } };

export function good<Value>(value: Value): CellResult<Value> {
  return { value };
}

export function bad(message: string, suggestion?: string): { fault: CellFault & { severity: 'error' } } {
  return { fault: { severity: 'error', message, ...(suggestion === undefined ? {} : { suggestion }) } };
}

export function doubtful<Value>(value: Value, message: string, suggestion?: string): CellResult<Value> {
  return { value, fault: { severity: 'warning', message, ...(suggestion === undefined ? {} : { suggestion }) } };
}

/** A finding in its place: `row` is Excel's own row number, counted from 1; row 1 is the header. */
export interface SheetFinding extends CellFault {
  row: number;
  /** Key of the declared column; absent when the finding is about an unknown column. */
  column?: string;
  /** The column's header, as the page and the list of findings show it. */
  title: string;
  /** What stands in the cell, as a person sees it; absent when it is empty. */
  text?: string;
}

export interface CheckedRow<Row extends object> {
  row: number;
  /** The values of the cells that were filled in and right; all that `Row` requires is there when `errors` is 0. */
  values: Partial<Row>;
  errors: number;
}

export interface SheetCounts {
  rows: number;
  rowsWithErrors: number;
  errors: number;
  warnings: number;
}

export interface CheckedSheet<Row extends object> {
  /** May be gone through more than once. Rows are unpacked on the way, so keep no more of them than needed. */
  rows: Iterable<CheckedRow<Row>>;
  /** In the order of rows; every wrong row has at least one. `counts` counts those beyond `FINDINGS_MAX` too. */
  findings: SheetFinding[];
  counts: SheetCounts;
}

/** Of an uploaded file; checked at the upload and again before it is opened. */
export const SHEET_BYTES_MAX = 20 * 1024 * 1024;
/** Rows with something in them, without the header. */
export const SHEET_ROWS_MAX = 10_000;
/** More findings than this are only counted, except the first error of a row: nobody reads them, and Excel opens that many comments with difficulty. */
export const FINDINGS_MAX = 10_000;

/** Only for type inference: the columns are checked against `Row`. */
export function declareSheet<Row extends object>(declaration: SheetDeclaration<Row>): SheetDeclaration<Row> {
  return declaration;
}

/** The cell text of a value: what the export writes and the import reads back. */
export function cellText<Row extends object>(column: SheetColumn<Row>, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (column.show) return column.show(value as never);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return column.codes?.rows.find(([code]) => code === text)?.[1] ?? text;
}

/** NUL, tab, line break and other control characters, and the byte order mark, have no place in a cell. */
const invisible = /[\p{Cc}\ufeff]/gu;

const plain = /^[\x21-\x7e\u3001-\ufefe\uff01-\uff60]*$/;

/** Without control characters and without spaces (full-width too) at the ends. Rare Han stay as they are: no NFC. */
export function canonicalText(text: string): string {
  // Nearly every cell, of the millions of a load: no blank and no control character.
  if (plain.test(text)) return text;
  return text.replace(invisible, '').trim();
}

/** Full-width digits, letters and signs (１２Ｘ) as ASCII, for columns whose `parse` wants them so. */
export function halfWidth(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}
