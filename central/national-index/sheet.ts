import { timeText } from '../../contracts/core/china-time.ts';
import { indexAlarmTitles } from '../../contracts/national-query.ts';
import type { IndexAlarm } from '../../contracts/national-query.ts';
import type { ListSheet } from '../../shared/query/exported-list.ts';

export const alarmsSheet: ListSheet<IndexAlarm> = {
  title: '全国学籍库异常',
  unit: '条',
  columns: [
    ['最近发生', 18, ({ at }) => timeText(at)],
    ['异常种类', 30, ({ kind }) => indexAlarmTitles[kind]],
    ['报送省份', 18, 'provinceName'],
    ['学校', 30, 'schoolName'],
    ['姓名', 12, 'maskedName'],
    ['学籍号', 24, 'maskedStudentNumber'],
    ['已属于', 18, 'otherProvinceName'],
    ['次数', 8, 'times'],
  ],
};
