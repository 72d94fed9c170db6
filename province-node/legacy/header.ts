import { Problem } from '../../contracts/core/problems.ts';
import { canonicalText, halfWidth } from '../../contracts/core/sheet.ts';
import { rawText } from '../../shared/spreadsheet/header.ts';
import type { RawRow } from '../../shared/spreadsheet/xlsx/reader.ts';
import type { LegacyColumn } from './columns.ts';

export interface PlacedColumn extends LegacyColumn {
  /** Where it stands in the file. */
  at: number;
}

/**
 * The columns that the file has, by their titles in any order; others are not read and told. Problem `file-unreadable` when
 * one is missing without which nobody has a record, or when one is there twice.
 */
export function placeColumns(
  columns: readonly LegacyColumn[],
  header: RawRow,
): { placed: readonly PlacedColumn[]; unknown: readonly string[] } {
  const titles = Array.from(header.cells, (cell) => plainTitle(rawText(cell)));
  const faults: string[] = [];
  const placed = columns.flatMap((column): PlacedColumn[] => {
    const places = titles.flatMap((title, at) =>
      title !== '' && column.titles.map(plainTitle).includes(title) ? [at] : [],
    );
    if (places.length > 1) faults.push(`列“${column.titles[0]}”出现了 ${places.length} 次，请只保留一列`);
    if (places.length === 0 && column.essential) faults.push(`缺少列“${column.titles[0]}”`);
    return places.length === 0 ? [] : [{ ...column, at: places[0]! }];
  });
  if (faults.length > 0) throw new Problem('file-unreadable', `表头不是一期学籍信息的表头：${faults.join('；')}`);
  const known = new Set(placed.map(({ at }) => at));
  return { placed, unknown: titles.filter((title, at) => title !== '' && !known.has(at)) };
}

function plainTitle(title: string): string {
  return halfWidth(canonicalText(title)).replace(/[\s★*]/g, '');
}
