import { timeText } from '../../contracts/core/china-time.ts';
import { suspectReasonTitles, suspectStateTitles } from '../../contracts/suspect.ts';
import type { SuspectRow, SuspectSide } from '../../contracts/suspect.ts';
import type { ListColumn, ListSheet } from '../../shared/query/exported-list.ts';

export const suspectsSheet: ListSheet<SuspectRow> = {
  title: '疑似重复学籍列表',
  unit: '对',
  columns: [
    ['相似度', 8, 'score'],
    ['依据', 50, ({ reasons }) => reasons.map((reason) => suspectReasonTitles[reason]).join('；')],
    ...sideColumns('学籍一', ({ sides: [side] }) => side),
    ...sideColumns('学籍二', ({ sides: [, side] }) => side),
    ['发现时间', 18, ({ foundAt }) => timeText(foundAt)],
    ['核查情况', 20, ({ state }) => suspectStateTitles[state]],
    ['核查单位', 30, ({ verdict }) => verdict?.orgName ?? ''],
    ['核查说明', 40, ({ verdict }) => verdict?.reason ?? ''],
  ],
};

function sideColumns(which: string, of: (row: SuspectRow) => SuspectSide): ListColumn<SuspectRow>[] {
  return [
    [`${which}姓名`, 14, (row) => of(row).name],
    [`${which}出生日期`, 14, (row) => of(row).birthDate],
    [`${which}身份证件号`, 24, (row) => of(row).maskedIdNumber ?? ''],
    [`${which}省份`, 16, (row) => of(row).provinceName],
    [`${which}学校`, 30, (row) => of(row).schoolName],
  ];
}
