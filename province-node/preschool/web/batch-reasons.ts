import type { PreschoolEntry } from '../../../contracts/preschool.ts';
import { reasonAgainstExport, reasonAgainstMixing, reasonAgainstMove } from '../../../contracts/preschool-rules.ts';

/** Why the chosen pupils cannot be exported together: the first of them with its reason, and how many more. */
export function reasonAgainstExporting(rows: readonly PreschoolEntry[], max: number): string | undefined {
  if (rows.length > max) return `一次最多选择 ${max} 人，更多请用“调档学生全部导出”`;
  return reasonAgainstMixing(rows) ?? firstReason(rows, reasonAgainstExport);
}

export function reasonAgainstRemoving(rows: readonly PreschoolEntry[], max: number): string | undefined {
  if (rows.length > max) return `一次最多删除 ${max} 人`;
  return firstReason(rows, ({ progress }) => reasonAgainstMove('remove', progress));
}

function firstReason(
  rows: readonly PreschoolEntry[],
  reasonOf: (row: PreschoolEntry) => string | undefined,
): string | undefined {
  const refused = rows.filter((row) => reasonOf(row) !== undefined);
  const [first] = refused;
  if (!first) return undefined;
  const more = refused.length > 1 ? `；另有 ${refused.length - 1} 人也不能` : '';
  return `${first.name}：${reasonOf(first)}${more}`;
}
