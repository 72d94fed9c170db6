import { applicationStateTitles } from '../../contracts/application.ts';
import { declareSheet, listColumns } from '../../contracts/core/sheet.ts';
import type { InProvinceRow } from '../../contracts/in-province-transfer.ts';
import { chinaDate } from '../../shared/clock.ts';

/** One transfer as a line of the exported list: as the page shows it. */
type TransferLine = Record<keyof typeof lineTitles, string>;

const lineTitles = {
  name: ['学生姓名', 14],
  studentNumber: ['学籍号', 24],
  fromSchoolName: ['转出学校', 30],
  fromGradeName: ['转出年级', 16],
  toSchoolName: ['转入学校', 30],
  toGradeName: ['转入年级', 16],
  appliedAt: ['申请日期', 14],
  state: ['办理状态', 12],
  turnOrgName: ['当前处理单位', 30],
} as const;

export const inProvinceSheet = declareSheet<TransferLine>({
  module: import.meta.url,
  name: 'inProvinceSheet',
  title: '省内转学列表',
  instructions: [],
  columns: listColumns<TransferLine>(lineTitles),
});

export function lineOf(row: InProvinceRow): TransferLine {
  return {
    ...row,
    appliedAt: chinaDate(Date.parse(row.appliedAt)),
    state: applicationStateTitles[row.state],
    turnOrgName: row.turnOrgName ?? '',
  };
}
