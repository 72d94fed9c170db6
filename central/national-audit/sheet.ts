import { dateText, timeText } from '../../contracts/core/china-time.ts';
import type { RepairRow } from '../../contracts/custody-repair.ts';
import {
  auditCauseTitles,
  auditPhaseTitles,
  differenceTitles,
  fixTitles,
  repairStateTitles,
} from '../../contracts/national-audit.ts';
import type { AuditRun } from '../../contracts/national-audit.ts';
import type { ListSheet } from '../../shared/query/exported-list.ts';

export const repairsSheet: ListSheet<RepairRow> = {
  title: '学籍归属修复单',
  unit: '张',
  columns: [
    ['最近发现日期', 16, ({ foundAt }) => dateText(foundAt)],
    ['差异', 30, ({ kind }) => differenceTitles[kind]],
    ['状态', 16, ({ state }) => repairStateTitles[state]],
    ['省份', 16, 'provinceName'],
    ['学校', 34, 'schoolName'],
    ['姓名', 12, 'maskedName'],
    ['学籍号', 26, 'maskedStudentNumber'],
    ['修复方案', 30, ({ fix }) => fixTitles[fix]],
    ['决定日期', 16, ({ decidedAt }) => dateText(decidedAt)],
  ],
};

export const runsSheet: ListSheet<AuditRun> = {
  title: '全国查重审计记录',
  unit: '次',
  columns: [
    ['开始时间', 18, ({ startedAt }) => timeText(startedAt)],
    ['完成时间', 18, ({ endedAt }) => timeText(endedAt)],
    ['发起方式', 12, ({ cause }) => auditCauseTitles[cause]],
    ['进展', 14, ({ phase }) => auditPhaseTitles[phase]],
    ['国家库学籍', 14, 'records'],
    ['查重占用', 14, 'claims'],
    ['已比对省份', 12, ({ answered, provinces }) => `${answered} / ${provinces}`],
    ['比对的学校', 14, 'schools'],
    ['比对的学籍', 14, 'pupils'],
    ['确认的差异', 14, 'found'],
    ['自动修复', 14, 'repaired'],
  ],
};
