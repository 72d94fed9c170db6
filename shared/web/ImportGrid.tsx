import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Segmented, Table, Tooltip } from 'antd';
import type { TableProps } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import type { Page } from '../../contracts/core/page.ts';
import type { Problem } from '../../contracts/core/problems.ts';
import { call, readKey } from './api.ts';
import { EmptyState } from './EmptyState.tsx';
import { ErrorView } from './ErrorView.tsx';
import { thousands } from './formats.ts';
import type { ImportFindingView, ImportRowView } from './ImportResult.tsx';

type Only = 'all' | 'findings' | 'errors';
const onlyTitles: Readonly<Record<Only, string>> = { errors: '只看错误', findings: '错误和提醒', all: '全部数据' };

export interface ImportGridProps {
  id: string;
  endpoint: Endpoint<z.ZodType, z.ZodType<Page<ImportRowView>>>;
  hasFindings: boolean;
}

/** The sheet on the page: cells with findings are coloured, and each row says what is wrong and how to mend it. */
export function ImportGrid({ id, endpoint, hasFindings }: ImportGridProps) {
  const [only, setOnly] = useState<Only>(hasFindings ? 'findings' : 'all');
  const [at, setAt] = useState({ page: 1, pageSize: 20 });
  const input = { id, only, ...at };
  const query = useQuery<Page<ImportRowView>, Problem>({
    queryKey: readKey(endpoint, input),
    queryFn: ({ signal }) => call(endpoint, input, signal),
    placeholderData: keepPreviousData,
  });
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const rows = query.data?.rows ?? [];
  return (
    <>
      <Segmented
        className="import-only"
        aria-label="显示范围"
        value={only}
        options={Object.entries(onlyTitles).map(([value, label]) => ({ value: value as Only, label }))}
        onChange={(value) => {
          setOnly(value);
          setAt({ ...at, page: 1 });
        }}
      />
      <Table<ImportRowView>
        className="import-grid"
        size="small"
        bordered
        rowKey="row"
        dataSource={rows}
        columns={gridColumns(rows, only !== 'all' || hasFindings)}
        loading={query.isPending || query.isPlaceholderData}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: <EmptyState>没有这样的数据行</EmptyState> }}
        pagination={{
          current: at.page,
          pageSize: at.pageSize,
          total: query.data?.total ?? 0,
          size: 'small',
          showSizeChanger: true,
          pageSizeOptions: [20, 50, 100],
          showTotal: (total) => `共 ${thousands(total)} 行`,
          onChange: (page, pageSize) => setAt({ page, pageSize }),
        }}
      />
    </>
  );
}

function gridColumns(
  rows: readonly ImportRowView[],
  withFindings: boolean,
): NonNullable<TableProps<ImportRowView>['columns']> {
  const titles = [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))];
  return [
    { title: '行', dataIndex: 'row', width: 56, fixed: 'left', align: 'right' },
    ...(withFindings
      ? [
          {
            title: '问题和修改办法',
            key: '?',
            width: 380,
            fixed: 'left' as const,
            render: (_: unknown, row: ImportRowView) => <Findings findings={row.findings} />,
          },
        ]
      : []),
    ...titles.map((title) => ({
      title,
      key: title,
      render: (_: unknown, row: ImportRowView) => <Cell row={row} title={title} />,
      onCell: (row: ImportRowView) => ({ className: worstOf(findingsAt(row, title)) ?? '' }),
    })),
  ];
}

function Findings({ findings }: { findings: readonly ImportFindingView[] }) {
  return (
    <ul className="findings">
      {findings.map((finding, at) => (
        <li key={at} className={finding.severity}>
          <strong>{finding.title}</strong>：{finding.message}
          {finding.suggestion !== null && (
            <span className="suggestion">
              可改为 <mark>{finding.suggestion}</mark>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Cell({ row, title }: { row: ImportRowView; title: string }) {
  const found = findingsAt(row, title);
  const text = row.cells[title] || (found.length > 0 ? '（空）' : '');
  if (found.length === 0) return text;
  return <Tooltip title={<Findings findings={found} />}>{text}</Tooltip>;
}

function findingsAt(row: ImportRowView, title: string): ImportFindingView[] {
  return row.findings.filter((finding) => finding.title === title);
}

function worstOf(findings: readonly ImportFindingView[]): 'error' | 'warning' | undefined {
  if (findings.length === 0) return undefined;
  return findings.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
}
