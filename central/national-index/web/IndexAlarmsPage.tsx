import { exportIndexAlarms, indexAlarmTitles, listIndexAlarms } from '../../../contracts/national-query.ts';
import type { IndexAlarm } from '../../../contracts/national-query.ts';
import { amount, code, idNumber, time, text } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';

const conditions = [choiceCondition('kind', '异常种类', indexAlarmTitles)];

const columns: Column<IndexAlarm>[] = [
  time('at', '最近发生', { sortable: true }),
  code('kind', '异常种类', indexAlarmTitles),
  text('provinceName', '报送省份', { width: 128 }),
  text('schoolName', '学校'),
  text('maskedName', '姓名', { width: 88 }),
  idNumber('maskedStudentNumber', '学籍号'),
  text('otherProvinceName', '已属于', { width: 128 }),
  amount('times', '次数', { width: 72 }),
];

/** What the national index refused to take from a province: to be settled by the ministry with both sides. */
export function IndexAlarmsPage() {
  return (
    <>
      <PageHeader title="全国学籍库异常" note="各省报送的学籍摘要与全国学籍库冲突、未被采纳的情况" />
      <QueryTable
        endpoint={listIndexAlarms}
        exportAs={exportIndexAlarms}
        rowKey="alarmNo"
        columns={columns}
        conditions={conditions}
        empty="没有异常，各省报送的学籍摘要均已采纳"
      />
    </>
  );
}
