import { dateText } from '../../contracts/core/china-time.ts';
import { lockedTitles } from '../../contracts/problem-record.ts';
import type { ArbitrationRow, ProblemRow } from '../../contracts/problem-record.ts';
import {
  groupStateTitles,
  handlingTitles,
  memberStateTitles,
  problemErrorTitles,
  problemKindTitles,
  problemOriginTitles,
} from '../../contracts/problem-rules.ts';
import type { ListColumn, ListSheet } from '../../shared/query/exported-list.ts';

/** Problem records as all their lists show them. */
const columns: readonly ListColumn<ProblemRow>[] = [
  ['问题学籍类型', 24, ({ kind }) => problemKindTitles[kind]],
  ['处理方式', 10, ({ handling }) => (handling ? handlingTitles[handling] : '')],
  ['学校名称', 30, 'schoolName'],
  ['学校标识码', 16, 'schoolId'],
  ['年级名称', 16, 'gradeName'],
  ['班级名称', 18, 'className'],
  ['学生姓名', 14, 'name'],
  ['性别', 8, 'sex'],
  ['身份证件类型', 20, 'idType'],
  ['身份证件号', 24, 'idNumber'],
  ['全国学籍号', 24, 'studentNumber'],
  ['错误类型', 40, ({ kind }) => problemErrorTitles[kind]],
  ['问题来源', 10, ({ origin }) => problemOriginTitles[origin]],
  ['处理状态', 12, ({ state }) => memberStateTitles[state]],
  ['是否锁定', 10, ({ locked }) => lockedTitles[locked ? 'yes' : 'no']],
  ['当前处理单位', 30, 'turnName'],
  ['办理期限', 14, 'dueOn'],
  ['发现日期', 14, ({ openedAt }) => dateText(openedAt)],
];

export const problemsSheet: ListSheet<ProblemRow> = { title: '问题学籍列表', unit: '条', columns };
export const turnsSheet: ListSheet<ProblemRow> = { title: '待处理问题学籍列表', unit: '条', columns };
export const reviewsSheet: ListSheet<ProblemRow> = { title: '待审核问题学籍列表', unit: '条', columns };

export const arbitrationsSheet: ListSheet<ArbitrationRow> = {
  title: '省内问题学籍仲裁列表',
  unit: '组',
  columns: [
    ['问题学籍类型', 24, ({ kind }) => problemKindTitles[kind]],
    ['学生姓名', 24, 'names'],
    ['学校名称', 50, 'schools'],
    ['身份证件号', 24, 'idNumber'],
    ['状态', 14, ({ groupState }) => groupStateTitles[groupState]],
    ['提请日期', 14, ({ turnSince }) => dateText(turnSince)],
    ['办理期限', 14, 'dueOn'],
    ['是否超期', 10, ({ isLate }) => (isLate ? '已超期' : '')],
  ],
};
