import { applicationStateTitles } from '../../contracts/application.ts';
import { declareSheet, listColumns } from '../../contracts/core/sheet.ts';
import type { KeyChangeRow } from '../../contracts/key-change.ts';
import { checkStateTitles } from '../../contracts/registration.ts';
import { chinaDate } from '../../shared/clock.ts';

/** One change as a line of the exported list: as the page shows it. */
type ChangeLine = Record<keyof typeof lineTitles, string>;

const lineTitles = {
  name: ['学生姓名', 14],
  studentNumber: ['学籍号', 24],
  idNumber: ['变更后身份证件号', 24],
  schoolName: ['学校名称', 30],
  gradeName: ['年级名称', 16],
  items: ['变更项', 30],
  checkState: ['查重认证状态', 24],
  appliedAt: ['申请日期', 14],
  state: ['处理状态', 12],
  turnOrgName: ['当前处理单位', 30],
} as const;

export const keyChangeSheet = declareSheet<ChangeLine>({
  module: import.meta.url,
  name: 'keyChangeSheet',
  title: '关键数据变更列表',
  instructions: [],
  columns: listColumns<ChangeLine>(lineTitles),
});

export function lineOf(row: KeyChangeRow): ChangeLine {
  return {
    ...row,
    checkState: checkStateTitles[row.checkState],
    appliedAt: chinaDate(Date.parse(row.appliedAt)),
    state: applicationStateTitles[row.state],
    turnOrgName: row.turnOrgName ?? '',
  };
}
