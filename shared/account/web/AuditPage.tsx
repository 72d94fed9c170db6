import { exportAuditEntries, listAuditEntries } from '../../../contracts/audit.ts';
import type { AuditRow } from '../../../contracts/audit.ts';
import { custom, second, text } from '../../web/columns.tsx';
import type { Column } from '../../web/columns.tsx';
import { daysCondition, textCondition } from '../../web/conditions.ts';
import { PageHeader } from '../../web/PageHeader.tsx';
import { QueryTable } from '../../web/QueryTable.tsx';

const conditions = [
  daysCondition('from', 'to', '操作时间'),
  textCondition('account', '账号', '完整的账号'),
  textCondition('what', '操作', '如 重置密码'),
  textCondition('subject', '操作对象', '完整的账号或编号'),
];

const columns: Column<AuditRow>[] = [
  second('at', '时间', { sortable: true }),
  custom('account', '操作人', (row) => <Who row={row} />),
  custom('orgName', '机构', ({ orgName }) => orgName ?? ''),
  text('title', '操作'),
  custom('summary', '说明', ({ summary }) => <span className="cell-text">{summary}</span>),
  text('ip', '网络地址'),
  custom('subject', '操作对象', ({ subject }) => <span className="cell-id">{subject}</span>),
  text('requestId', '请求编号', { hidden: true }),
];

/** 操作日志 (21.2): who did what from where, of one's own org and below. Nobody can change or delete an entry. */
export function AuditPage() {
  return (
    <>
      <PageHeader title={listAuditEntries.title} note="本机构和下级机构的全部操作，逐条记录，不能修改和删除" />
      <QueryTable
        endpoint={listAuditEntries}
        exportAs={exportAuditEntries}
        rowKey="position"
        columns={columns}
        conditions={conditions}
        empty="还没有操作记录"
      />
    </>
  );
}

function Who({ row: { account, personName } }: { row: AuditRow }) {
  if (account === '') return '系统';
  return personName ? `${personName}（${account}）` : account;
}
