import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import type { TableProps } from 'antd';
import { useSearchParams } from 'react-router';
import type { z } from 'zod';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import type { Page } from '../../contracts/core/page.ts';
import type { Problem } from '../../contracts/core/problems.ts';
import { call, hasFailed, readKey, readMeta } from './api.ts';
import { choiceCondition, PAGE_SIZES, readListState, writeListState } from './conditions.ts';
import { DataTable } from './DataTable.tsx';
import { EmptyState } from './EmptyState.tsx';
import { ErrorView } from './ErrorView.tsx';
import { thousands } from './formats.ts';
import { orderedTitles } from './import-columns.ts';
import type { ImportFindingView, ImportRowView } from './ImportResult.tsx';

const onlyTitles: Readonly<Record<string, string>> = { all: '全部', findings: '有问题', errors: '有错误' };
const conditions = [choiceCondition('only', '显示范围', onlyTitles)];
/** Tells the grid's part of the address from that of the list of uploads. */
export const GRID_PREFIX = 'row-';

export interface ImportGridProps {
  id: string;
  endpoint: Endpoint<z.ZodType, z.ZodType<Page<ImportRowView>>>;
  /** The headers of the sheet, in its order. */
  titles: readonly string[];
  /** Which of them say whose row it is: they stay in sight. */
  keyTitles: readonly string[];
  hasFindings: boolean;
}

/** The sheet on the page: cells with findings are coloured and say what is wrong and how to mend it. */
export function ImportGrid({ id, endpoint, titles, keyTitles, hasFindings }: ImportGridProps) {
  const [params, setParams] = useSearchParams();
  const state = readListState(params, conditions, GRID_PREFIX);
  const only = state.values['only'] ?? (hasFindings ? 'findings' : 'all');
  const change = (next: Partial<typeof state>): void =>
    setParams((before) => writeListState(before, conditions, { ...state, ...next }, GRID_PREFIX));
  const input = { id, only, page: state.page, pageSize: state.pageSize };
  const query = useQuery<Page<ImportRowView>, Problem>({
    queryKey: readKey(endpoint, input),
    queryFn: ({ signal }) => call(endpoint, input, signal),
    meta: readMeta(endpoint),
    placeholderData: keepPreviousData,
  });
  if (hasFailed(query)) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const rows = query.data?.rows ?? [];
  return (
    <>
      <Segmented
        className="import-only"
        aria-label="显示范围"
        value={only}
        options={Object.entries(onlyTitles).map(([value, label]) => ({ value, label }))}
        onChange={(value) => change({ values: { only: value }, page: 1 })}
      />
      <DataTable<ImportRowView>
        className="import-grid"
        rowKey="row"
        dataSource={rows}
        columns={gridColumns(rows, titles, keyTitles)}
        loading={query.isPending || query.isPlaceholderData}
        locale={{ emptyText: query.isPending ? ' ' : <EmptyState>没有这样的数据行</EmptyState> }}
        pagination={{
          current: state.page,
          pageSize: state.pageSize,
          total: query.data?.total ?? 0,
          size: 'small',
          showSizeChanger: true,
          pageSizeOptions: [...PAGE_SIZES],
          showTotal: (total) => `共 ${thousands(total)} 行`,
          onChange: (page, size) =>
            change({ page, pageSize: PAGE_SIZES.find((one) => one === size) ?? state.pageSize }),
        }}
      />
    </>
  );
}

function gridColumns(
  rows: readonly ImportRowView[],
  titles: readonly string[],
  keyTitles: readonly string[],
): NonNullable<TableProps<ImportRowView>['columns']> {
  return [
    { title: '行号', dataIndex: 'row', width: 64, fixed: 'left', align: 'right' },
    ...orderedTitles(rows, titles, keyTitles).map((title) => ({
      title,
      key: title,
      ...(keyTitles.includes(title) ? { fixed: 'left' as const } : {}),
      render: (_: unknown, row: ImportRowView) => <Cell row={row} title={title} />,
      onCell: (row: ImportRowView) => ({ className: worstOf(findingsAt(row, title)) ?? '' }),
    })),
  ];
}

function Cell({ row, title }: { row: ImportRowView; title: string }) {
  const found = findingsAt(row, title);
  const text = row.cells[title] ?? '';
  if (found.length === 0) return text;
  return (
    <>
      <span className="value">{text || '（空）'}</span>
      <ul className="findings">
        {found.map(({ severity, message, suggestion }, at) => (
          <li key={at} className={severity}>
            <strong>{severity === 'error' ? '错误' : '提醒'}</strong> {message}
            {suggestion !== null && (
              <span className="suggestion">
                建议改为 <mark>{suggestion}</mark>
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function findingsAt(row: ImportRowView, title: string): ImportFindingView[] {
  return row.findings.filter((finding) => finding.title === title);
}

function worstOf(findings: readonly ImportFindingView[]): 'error' | 'warning' | undefined {
  if (findings.length === 0) return undefined;
  return findings.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
}
