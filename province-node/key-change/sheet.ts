import { applicationStateTitles } from '../../contracts/application.ts';
import { dateText } from '../../contracts/core/china-time.ts';
import type { KeyChangeRow } from '../../contracts/key-change.ts';
import { checkStateTitles } from '../../contracts/registration.ts';
import type { ListColumn, ListSheet } from '../../shared/query/exported-list.ts';

const change: readonly ListColumn<KeyChangeRow>[] = [
  ['学生姓名', 14, 'name'],
  ['学籍号', 24, 'studentNumber'],
  ['变更后身份证件号', 24, 'idNumber'],
  ['学校名称', 30, 'schoolName'],
  ['年级名称', 16, 'gradeName'],
  ['变更项', 30, 'items'],
  ['查重认证状态', 24, ({ checkState }) => checkStateTitles[checkState]],
  ['申请日期', 14, ({ appliedAt }) => dateText(appliedAt)],
];

export const keyChangeSheet: ListSheet<KeyChangeRow> = {
  title: '关键数据变更列表',
  unit: '项',
  columns: [
    ...change,
    ['处理状态', 12, ({ state }) => applicationStateTitles[state]],
    ['当前处理单位', 30, 'turnOrgName'],
  ],
};

export const waitingSheet: ListSheet<KeyChangeRow> = {
  title: '待办关键数据变更列表',
  unit: '项',
  columns: [...change, ['最近办理', 14, ({ turnSince }) => dateText(turnSince)]],
};
