import { groupActTitles } from '../../contracts/problem-group.ts';
import type { GroupEvent } from '../../contracts/problem-group.ts';
import { handlingTitles } from '../../contracts/problem-rules.ts';
import { DataTable } from './DataTable.tsx';
import { timeText } from './formats.ts';

type Numbered = GroupEvent & { no: number; side: string };

interface GroupEventsProps {
  events: readonly GroupEvent[];
  members: readonly { studentId: string; provinceName: string; schoolName: string }[];
  isAcrossProvinces: boolean;
}

/** What happened on each side of a problem group, the latest first. */
export function GroupEvents({ events, members, isAcrossProvinces }: GroupEventsProps) {
  const sides = new Map(
    members.map(({ studentId, provinceName, schoolName }) => [
      studentId,
      isAcrossProvinces ? `${provinceName} ${schoolName}` : schoolName,
    ]),
  );
  const rows: Numbered[] = events.map((event, no) => ({
    ...event,
    no,
    side: event.studentId === null ? '全组' : (sides.get(event.studentId) ?? ''),
  }));
  return (
    <section className="review-section">
      <h3>办理经过</h3>
      <DataTable<Numbered>
        rowKey="no"
        dataSource={rows.toReversed()}
        pagination={false}
        // As wide as the page and no wider: a long opinion takes more lines, and leaves the others their width.
        scroll={{}}
        tableLayout="fixed"
        columns={[
          { title: '时间', dataIndex: 'at', width: 142, render: timeText },
          { title: '哪一方', dataIndex: 'side', width: 170 },
          { title: '事项', key: 'act', width: 150, render: (_, event) => actText(event) },
          { title: '单位', dataIndex: 'orgName', width: 150 },
          // What the system does by itself is nobody's.
          { title: '办理人', dataIndex: 'personName', width: 100, render: (name: string) => name || '系统' },
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
