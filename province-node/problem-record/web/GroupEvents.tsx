import { groupActTitles } from '../../../contracts/problem-group.ts';
import type { GroupEvent } from '../../../contracts/problem-group.ts';
import type { ProblemGroupView } from '../../../contracts/problem-handling.ts';
import { handlingTitles } from '../../../contracts/problem-rules.ts';
import { DataTable } from '../../../shared/web/DataTable.tsx';
import { timeText } from '../../../shared/web/formats.ts';

type Numbered = GroupEvent & { ordinal: number; side: string };

/** What happened on each side, the latest first. */
export function GroupEvents({ group: { events, members, reach } }: { group: ProblemGroupView }) {
  const sides = new Map(
    members.map(({ studentId, schoolName, provinceName }) => [
      studentId,
      reach === 'cross-province' ? `${provinceName} ${schoolName}` : schoolName,
    ]),
  );
  const rows: Numbered[] = events.map((event, ordinal) => ({
    ...event,
    ordinal,
    side: event.studentId === null ? '全组' : (sides.get(event.studentId) ?? ''),
  }));
  return (
    <section className="review-section">
      <h3>办理经过</h3>
      <DataTable<Numbered>
        rowKey="ordinal"
        dataSource={rows.toReversed()}
        pagination={false}
        // An opinion of five hundred characters wraps.
        scroll={{ x: 900 }}
        columns={[
          { title: '时间', dataIndex: 'at', width: 142, render: timeText },
          { title: '哪一方', dataIndex: 'side' },
          { title: '事项', key: 'act', width: 130, render: (_, event) => actText(event) },
          { title: '单位', dataIndex: 'orgName' },
          { title: '办理人', dataIndex: 'personName', width: 100 },
          { title: '意见', dataIndex: 'opinion' },
        ]}
      />
    </section>
  );
}

/** `提交处理（佐证）`. */
function actText({ act, handling }: GroupEvent): string {
  return handling ? `${groupActTitles[act]}（${handlingTitles[handling]}）` : groupActTitles[act];
}
