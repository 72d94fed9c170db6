import { declareSheet, listColumns } from '../../contracts/core/sheet.ts';
import type { LinkedGroupRow } from '../../contracts/problem-linkage.ts';
import { problemReachTitles } from '../../contracts/problem-record.ts';
import {
  groupStateTitles,
  problemErrorTitles,
  problemKindTitles,
  problemOriginTitles,
} from '../../contracts/problem-rules.ts';
import { chinaDate } from '../../shared/clock.ts';

/** One group as a line of the exported list: as the page shows it. */
type GroupLine = Record<keyof typeof lineTitles, string>;

const lineTitles = {
  members: ['同组学籍', 60],
  idNumber: ['身份证件号', 24],
  reach: ['范围', 8],
  type: ['问题学籍类型', 24],
  error: ['错误类型', 40],
  origin: ['问题来源', 10],
  state: ['状态', 14],
  turnName: ['当前处理单位', 34],
  turnSince: ['轮到日期', 14],
  dueOn: ['办理期限', 14],
  late: ['是否超期', 10],
  openedAt: ['发现日期', 14],
} as const;

export const groupsSheet = declareSheet<GroupLine>({
  module: import.meta.url,
  name: 'groupsSheet',
  title: '问题学籍联动',
  instructions: [],
  columns: listColumns<GroupLine>(lineTitles),
});

export function lineOf(row: LinkedGroupRow): GroupLine {
  return {
    members: row.members
      .map(({ name, provinceName, schoolName }) => `${name}（${provinceName} ${schoolName}）`)
      .join('；'),
    idNumber: row.idNumber,
    reach: problemReachTitles[row.reach],
    type: problemKindTitles[row.kind],
    error: problemErrorTitles[row.kind],
    origin: problemOriginTitles[row.origin],
    state: groupStateTitles[row.state],
    turnName: row.turnName ?? '',
    turnSince: chinaDate(Date.parse(row.turnSince)),
    dueOn: row.dueOn ?? '',
    late: row.isLate ? '已超期' : '',
    openedAt: chinaDate(Date.parse(row.openedAt)),
  };
}
