import { Descriptions } from 'antd';
import type { ReactNode } from 'react';
import { historyActTitles } from '../../contracts/application.ts';
import type { HistoryEntry } from '../../contracts/application.ts';
import { DataTable } from './DataTable.tsx';
import { timeText } from './formats.ts';
import { StateTag } from './StateTag.tsx';
import type { Tone } from './StateTag.tsx';

/** One group of the form: titles and readable values. */
export interface ReviewSection {
  title: string;
  items: readonly { title: string; value: ReactNode }[];
}

/** One check with its outcome, such as 查重. */
export interface ReviewCheck {
  title: string;
  tone: Tone;
  text: string;
  /** What follows from it for the reviewer. */
  detail?: ReactNode;
}

export function ReviewSections({ sections }: { sections: readonly ReviewSection[] }) {
  return sections.map((section) => (
    <Descriptions
      key={section.title}
      title={section.title}
      size="small"
      bordered
      column={3}
      className="review-section"
      items={section.items.map(({ title, value }) => ({ key: title, label: title, children: value || '—' }))}
    />
  ));
}

export function ReviewChecks({ checks }: { checks: readonly ReviewCheck[] }) {
  if (checks.length === 0) return null;
  return (
    <ul className="review-checks" aria-label="核验结果">
      {checks.map(({ title, tone, text, detail }) => (
        <li key={title}>
          <span className="title">{title}</span>
          <StateTag tone={tone}>{text}</StateTag>
          {detail && <span className="note">{detail}</span>}
        </li>
      ))}
    </ul>
  );
}

/** Who did what, when, and with which opinion; the latest first. */
export function ReviewHistory({ history }: { history: readonly HistoryEntry[] }) {
  return (
    <section className="review-section">
      <h3>办理记录</h3>
      <DataTable<HistoryEntry>
        rowKey="ordinal"
        dataSource={history.toReversed()}
        pagination={false}
        scroll={{}}
        tableLayout="fixed"
        columns={[
          { title: '时间', dataIndex: 'at', width: 142, render: timeText },
          { title: '操作', dataIndex: 'act', width: 100, render: (act: HistoryEntry['act']) => historyActTitles[act] },
          { title: '单位', dataIndex: 'orgName', width: 200 },
          { title: '办理人', dataIndex: 'personName', width: 100 },
          { title: '意见', dataIndex: 'opinion' },
        ]}
      />
    </section>
  );
}
