import { declareSheet, listColumns } from '../../contracts/core/sheet.ts';
import { differenceTitles, fixTitles, repairStateTitles } from '../../contracts/national-audit.ts';
import type { RepairRow } from '../../contracts/custody-repair.ts';
import { chinaDate } from '../../shared/clock.ts';

/** One repair as a line of the exported list: as the page shows it. */
type RepairLine = Record<keyof typeof lineTitles, string>;

const lineTitles = {
  foundAt: ['最近发现日期', 16],
  kind: ['差异', 30],
  state: ['状态', 16],
  provinceName: ['省份', 16],
  schoolName: ['学校', 34],
  maskedName: ['姓名', 12],
  maskedStudentNumber: ['学籍号', 26],
  fix: ['修复方案', 30],
  decidedAt: ['决定日期', 16],
} as const;

export const repairsSheet = declareSheet<RepairLine>({
  module: import.meta.url,
  name: 'repairsSheet',
  title: '学籍归属修复单',
  instructions: [],
  columns: listColumns<RepairLine>(lineTitles),
});

export function lineOf(row: RepairRow): RepairLine {
  const { provinceName, schoolName, maskedName, maskedStudentNumber, foundAt, decidedAt } = row;
  return {
    provinceName,
    schoolName,
    maskedName,
    maskedStudentNumber,
    foundAt: chinaDate(Date.parse(foundAt)),
    decidedAt: decidedAt === null ? '' : chinaDate(Date.parse(decidedAt)),
    kind: differenceTitles[row.kind],
    state: repairStateTitles[row.state],
    fix: fixTitles[row.fix],
  };
}
