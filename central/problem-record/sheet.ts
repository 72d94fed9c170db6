import { dateText } from '../../contracts/core/china-time.ts';
import type { LinkedGroupRow } from '../../contracts/problem-linkage.ts';
import { problemReachTitles } from '../../contracts/problem-record.ts';
import {
  groupStateTitles,
  problemErrorTitles,
  problemKindTitles,
  problemOriginTitles,
} from '../../contracts/problem-rules.ts';
import type { ListColumn, ListSheet } from '../../shared/query/exported-list.ts';

const columns: readonly ListColumn<LinkedGroupRow>[] = [
  ['同组学籍', 60, ({ members }) => membersText(members)],
  ['身份证件号', 24, 'idNumber'],
  ['范围', 8, ({ reach }) => problemReachTitles[reach]],
  ['问题学籍类型', 24, ({ kind }) => problemKindTitles[kind]],
  ['错误类型', 40, ({ kind }) => problemErrorTitles[kind]],
  ['问题来源', 10, ({ origin }) => problemOriginTitles[origin]],
  ['状态', 14, ({ state }) => groupStateTitles[state]],
  ['当前处理单位', 34, 'turnName'],
  ['轮到日期', 14, ({ turnSince }) => dateText(turnSince)],
  ['办理期限', 14, 'dueOn'],
  ['是否超期', 10, ({ isLate }) => (isLate ? '已超期' : '')],
  ['发现日期', 14, ({ openedAt }) => dateText(openedAt)],
];

export const groupsSheet: ListSheet<LinkedGroupRow> = { title: '问题学籍联动', unit: '组', columns };

export const arbitrationsSheet: ListSheet<LinkedGroupRow> = {
  title: '跨省问题学籍仲裁',
  unit: '组',
  columns: [...columns, ['仲裁意见', 24, ({ proposedBy }) => (proposedBy ? `${proposedBy}已提出，待确认` : '')]],
};

function membersText(members: LinkedGroupRow['members']): string {
  return members.map(({ name, provinceName, schoolName }) => `${name}（${provinceName} ${schoolName}）`).join('；');
}
