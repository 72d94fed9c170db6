import type { AuditRow } from '../../contracts/audit.ts';
import { secondText } from '../../contracts/core/china-time.ts';
import type { ListSheet } from '../query/exported-list.ts';

export const auditSheet: ListSheet<AuditRow> = {
  title: '操作日志',
  unit: '条',
  advice: '请缩短操作时间的范围，分几次导出',
  columns: [
    ['时间', 20, ({ at }) => secondText(at)],
    ['操作人', 26, ({ account, personName }) => (personName ? `${personName}（${account}）` : account || '系统')],
    ['机构', 30, 'orgName'],
    ['操作', 24, 'title'],
    ['说明', 50, 'summary'],
    ['网络地址', 20, 'ip'],
    ['操作对象', 38, 'subject'],
    ['请求编号', 38, 'requestId'],
  ],
};
