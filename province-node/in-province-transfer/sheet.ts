import { applicationStateTitles } from '../../contracts/application.ts';
import { dateText } from '../../contracts/core/china-time.ts';
import type { InProvinceRow } from '../../contracts/in-province-transfer.ts';
import type { ListColumn, ListSheet } from '../../shared/query/exported-list.ts';

const transfer: readonly ListColumn<InProvinceRow>[] = [
  ['学生姓名', 14, 'name'],
  ['学籍号', 24, 'studentNumber'],
  ['转出学校', 30, 'fromSchoolName'],
  ['转出年级', 16, 'fromGradeName'],
  ['转入学校', 30, 'toSchoolName'],
  ['转入年级', 16, 'toGradeName'],
  ['申请日期', 14, ({ appliedAt }) => dateText(appliedAt)],
];

export const inProvinceSheet: ListSheet<InProvinceRow> = {
  title: '省内转学列表',
  unit: '项',
  columns: [
    ...transfer,
    ['办理状态', 12, ({ state }) => applicationStateTitles[state]],
    ['当前处理单位', 30, 'turnOrgName'],
  ],
};

export const waitingSheet: ListSheet<InProvinceRow> = {
  title: '待办省内转学列表',
  unit: '项',
  columns: [...transfer, ['最近办理', 14, ({ turnSince }) => dateText(turnSince)]],
};
