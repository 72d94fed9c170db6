import { declareSheet, listColumns } from '../../contracts/core/sheet.ts';
import { lockedTitles } from '../../contracts/problem-record.ts';
import type { ProblemRow } from '../../contracts/problem-record.ts';
import {
  handlingTitles,
  memberStateTitles,
  problemErrorTitles,
  problemKindTitles,
  problemOriginTitles,
} from '../../contracts/problem-rules.ts';
import { chinaDate } from '../../shared/clock.ts';

/** One problem record as a line of the exported list: as the page shows it. */
type ProblemLine = Record<keyof typeof lineTitles, string>;

const lineTitles = {
  type: ['问题学籍类型', 24],
  handling: ['处理方式', 10],
  schoolName: ['学校名称', 30],
  schoolId: ['学校标识码', 16],
  gradeName: ['年级名称', 16],
  className: ['班级名称', 18],
  name: ['学生姓名', 14],
  sex: ['性别', 8],
  idType: ['身份证件类型', 20],
  idNumber: ['身份证件号', 24],
  studentNumber: ['全国学籍号', 24],
  error: ['错误类型', 40],
  origin: ['问题来源', 10],
  state: ['处理状态', 12],
  locked: ['是否锁定', 10],
  turnName: ['当前处理单位', 30],
  dueOn: ['办理期限', 14],
  openedAt: ['发现日期', 14],
} as const;

export const problemsSheet = declareSheet<ProblemLine>({
  module: import.meta.url,
  name: 'problemsSheet',
  title: '问题学籍列表',
  instructions: [],
  columns: listColumns<ProblemLine>(lineTitles),
});

export function lineOf(row: ProblemRow): ProblemLine {
  return {
    ...row,
    type: problemKindTitles[row.kind],
    error: problemErrorTitles[row.kind],
    handling: row.handling ? handlingTitles[row.handling] : '',
    origin: problemOriginTitles[row.origin],
    state: memberStateTitles[row.state],
    locked: lockedTitles[row.locked ? 'yes' : 'no'],
    className: row.className ?? '',
    turnName: row.turnName ?? '',
    dueOn: row.dueOn ?? '',
    openedAt: chinaDate(Date.parse(row.openedAt)),
  };
}
