import { Problem, type FieldError } from '../../contracts/core/problems.ts';
import { canonicalText, halfWidth, type SheetDeclaration } from '../../contracts/core/sheet.ts';
import { columnName } from './xlsx/references.ts';
import type { RawCell, RawRow } from './xlsx/reader.ts';

/** A declaration as the worker sees it: the keys are only known at run time. */
export type AnyRow = Record<string, unknown>;
export type AnySheet = SheetDeclaration<AnyRow>;
export type AnyColumn = AnySheet['columns'][number];

/** Marks a required column in the header; headers are compared without it. */
export const REQUIRED_MARK = '★';

export interface MatchedHeader {
  row: number;
  /** For each declared column, where it stands in the file. */
  places: readonly number[];
  unknown: readonly { at: number; title: string }[];
}

/**
 * Finds the declared columns by their titles, wherever they stand; spaces, the required mark and full-width forms do not
 * matter. Missing and repeated columns refuse the file (Problem `file-unreadable`, one error each), because the rows
 * could not be read; unknown columns are only told.
 */
export function matchHeader(sheet: AnySheet, header: RawRow): MatchedHeader {
  const found = new Map<string, number[]>();
  const titles = Array.from(header.cells, (cell) => rawText(cell));
  for (const [at, title] of titles.entries()) {
    const plain = plainTitle(title);
    if (plain !== '') found.set(plain, [...(found.get(plain) ?? []), at]);
  }
  const declared = new Set(sheet.columns.map(({ title }) => plainTitle(title)));
  const errors: FieldError[] = [];
  const places = sheet.columns.map(({ title }) => {
    const at = found.get(plainTitle(title)) ?? [];
    if (at.length === 0) errors.push(atRow(header.number, `缺少列“${title}”，请不要删除或改名模板中的列`));
    if (at.length > 1)
      errors.push(
        atRow(header.number, `列“${title}”出现了 ${at.length} 次（${at.map(columnName).join('、')}列），请只保留一列`),
      );
    return at[0] ?? -1;
  });
  const unknown = titles.flatMap((title, at) => {
    const plain = plainTitle(title);
    return plain === '' || declared.has(plain) ? [] : [{ at, title: canonicalText(title) }];
  });
  if (errors.length > 0) {
    for (const { at, title } of unknown)
      errors.push(atRow(header.number, `模板中没有列“${title}”（${columnName(at)}列）`));
    throw new Problem('file-unreadable', `表头与模板不一致：${errors[0]!.detail}`, { errors });
  }
  return { row: header.number, places, unknown };
}

function atRow(row: number, detail: string): FieldError {
  return { pointer: `第${row}行`, detail };
}

function plainTitle(title: string): string {
  return halfWidth(canonicalText(title)).replace(/[\s★*]/g, '');
}

/** What a person sees in the cell, more or less. */
export function rawText(cell: RawCell): string {
  return cell === undefined ? '' : typeof cell === 'string' ? cell : cell.text;
}

export function isBlank(row: RawRow): boolean {
  return row.cells.every((cell) => canonicalText(rawText(cell)) === '');
}
