import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import type { TableProps } from 'antd';
import { useEffect, useState } from 'react';
import type { Key, MouseEvent, ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import type { z } from 'zod';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import type { Page } from '../../contracts/core/page.ts';
import type { Problem } from '../../contracts/core/problems.ts';
import { call, download, readKey, readMeta } from './api.ts';
import { ActButton } from './ActButton.tsx';
import { useColumnChoice } from './column-choice.ts';
import { ColumnChooser } from './ColumnChooser.tsx';
import type { Column } from './columns.tsx';
import { ConditionForm } from './ConditionForm.tsx';
import { inputOf, PAGE_SIZES, readListState, writeListState } from './conditions.ts';
import type { Condition, ListState } from './conditions.ts';
import { DataTable } from './DataTable.tsx';
import { EmptyState } from './EmptyState.tsx';
import { asProblem, ErrorView } from './ErrorView.tsx';
import { rowsText, thousands } from './formats.ts';
import { RowActions, useRun } from './RowActions.tsx';
import type { RowAction } from './RowActions.tsx';

/** What is asked now: the inputs without page and sort, and how many rows they select. For 全部… buttons and exports. */
export interface Asked {
  input: Readonly<Record<string, unknown>>;
  total: number;
}

/** An act on the rows that are selected, over all pages. */
export interface BatchAction<Row> {
  title: string;
  primary?: boolean;
  danger?: boolean;
  /** Why not with these rows; without rows the button says so by itself. */
  reason?: (rows: readonly Row[]) => string | undefined;
  /** `clear` empties the selection; call it when the act is done. */
  onRun: (rows: readonly Row[], clear: () => void) => unknown;
}

export interface QueryTableProps<I extends z.ZodType, Row extends object> {
  endpoint: Endpoint<I, z.ZodType<Page<Row>>>;
  rowKey: keyof Row & string;
  /** At module scope. */
  columns: readonly Column<Row>[];
  /** At module scope. */
  conditions?: readonly Condition<keyof z.input<I> & string>[];
  /** Inputs that the page itself fixes: not shown, not in the address. */
  fixed?: Partial<z.input<I>>;
  /** Said when there is nothing at all: what to do next. */
  empty: ReactNode;
  emptyAction?: ReactNode;
  toolbar?: ReactNode | ((asked: Asked) => ReactNode);
  actions?: (row: Row) => readonly RowAction[];
  batch?: readonly BatchAction<Row>[];
  /** Why a row cannot be selected now: it is greyed, and its check box says so. */
  reasonAgainst?: (row: Row) => string | undefined;
  /** A click anywhere on the row; give the same as a link or button in it, for the keyboard. */
  onOpen?: (row: Row) => void;
  /** A download that takes the same inputs: exports exactly what the conditions select. */
  exportAs?: Endpoint;
  /** Tells two lists on one page apart in the address. */
  prefix?: string;
  /** Milliseconds, or a function of the rows shown, `false` when nothing more is expected. */
  refetchInterval?: number | ((rows: readonly Row[]) => number | false);
}

/** A list page as a declaration: conditions, table, paging, sorting and export; all that is asked stands in the address. */
export function QueryTable<I extends z.ZodType, Row extends object>(props: QueryTableProps<I, Row>) {
  const { endpoint, conditions = [], columns, prefix = '', batch = [] } = props;
  const { state, change } = useListState(conditions, prefix);
  const input = { ...inputOf(conditions, state.values), ...props.fixed };
  const query = useQuery<Page<Row>, Problem>({
    queryKey: readKey(endpoint, pageInput(input, state) as z.input<I>),
    queryFn: ({ signal }) => call(endpoint, pageInput(input, state) as z.input<I>, signal) as Promise<Page<Row>>,
    meta: readMeta(endpoint),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => refetchAfter(props.refetchInterval, data?.rows ?? []),
  });
  const [selected, setSelected] = useState<readonly Row[]>([]);
  const choice = useColumnChoice(endpoint.path, columns);
  const total = query.data?.total ?? 0;
  useLastPage(total, state, change);
  const failure = query.isError && !query.data && (
    <ErrorView error={query.error} onRetry={() => void query.refetch()} />
  );

  return (
    <section className="query-table" aria-label={endpoint.title}>
      {conditions.length > 0 && (
        <ConditionForm
          conditions={conditions}
          values={state.values}
          onQuery={(values) => {
            change({ ...state, values, page: 1 });
            setSelected([]);
            void query.refetch();
          }}
        />
      )}
      <div className="toolbar">
        <BatchBar actions={batch} selected={selected} onClear={() => setSelected([])} />
        {typeof props.toolbar === 'function' ? props.toolbar({ input, total }) : props.toolbar}
        <span className="space" />
        {props.exportAs && <ExportButton endpoint={props.exportAs} input={input} total={total} />}
        <ColumnChooser columns={columns} choice={choice} />
      </div>
      {query.isError && query.data && (
        <Alert type="error" showIcon title={`没有取到最新数据：${asProblem(query.error).message}`} />
      )}
      <DataTable<Row>
        rowKey={props.rowKey}
        columns={tableColumns(props, columns.filter(choice.isShown), state)}
        dataSource={query.data?.rows ?? []}
        loading={query.isPending || query.isPlaceholderData}
        locale={{
          emptyText:
            failure ||
            (query.isPending ? ' ' : <Empty props={props} isFiltered={Object.keys(state.values).length > 0} />),
        }}
        {...(batch.length > 0 ? { rowSelection: selection(props, selected, setSelected) } : {})}
        rowClassName={(row) => (props.reasonAgainst?.(row) ? 'blocked-row' : '')}
        {...(props.onOpen ? { onRow: (row: Row) => openedByClick(row, props.onOpen) } : {})}
        pagination={paginationOf(state, total)}
        onChange={(page, _, sorter) => change(afterTableChange(state, page, sorter))}
      />
    </section>
  );
}

function useListState(conditions: readonly Condition[], prefix: string) {
  const [params, setParams] = useSearchParams();
  return {
    state: readListState(params, conditions, prefix),
    change: (next: ListState) => setParams((before) => writeListState(before, conditions, next, prefix)),
  };
}

/** A page that has emptied (its rows were dealt with) gives way to the last one that has rows. */
function useLastPage(total: number, state: ListState, change: (next: ListState) => void): void {
  const last = Math.max(1, Math.ceil(total / state.pageSize));
  const isPast = total > 0 && state.page > last;
  useEffect(() => {
    if (isPast) change({ ...state, page: last });
  });
}

function pageInput(input: object, { page, pageSize, sort }: ListState): object {
  return sort === undefined ? { ...input, page, pageSize } : { ...input, page, pageSize, sort };
}

function tableColumns<I extends z.ZodType, Row extends object>(
  props: QueryTableProps<I, Row>,
  shown: readonly Column<Row>[],
  { page, pageSize, sort }: ListState,
): NonNullable<TableProps<Row>['columns']> {
  const number = {
    key: '#',
    title: '序号',
    width: 56,
    align: 'center' as const,
    render: (_: unknown, __: Row, at: number) => thousands((page - 1) * pageSize + at + 1),
  };
  const data = shown.map((column) => ({
    key: column.name,
    title: column.title,
    render: (_: unknown, row: Row) => column.render(row),
    sorter: column.sortable ?? false,
    sortOrder: sort === column.name ? ('ascend' as const) : sort === `-${column.name}` ? ('descend' as const) : null,
    ...(column.width ? { width: column.width } : {}),
    ...(column.align ? { align: column.align } : {}),
  }));
  const { actions } = props;
  if (!actions) return [number, ...data];
  const act = {
    key: '@',
    title: '操作',
    fixed: 'right' as const,
    render: (_: unknown, row: Row) => <RowActions actions={actions(row)} />,
  };
  return [number, ...data, act];
}

function refetchAfter<Row>(
  interval: number | ((rows: readonly Row[]) => number | false) | undefined,
  rows: readonly Row[],
): number | false {
  return typeof interval === 'function' ? interval(rows) : (interval ?? false);
}

/** Not when the click was meant for something in the row, or ended a selection of text. */
function openedByClick<Row>(row: Row, onOpen: ((row: Row) => void) | undefined) {
  return {
    className: 'opens',
    onClick: (event: MouseEvent<HTMLElement>) => {
      if ((event.target as HTMLElement).closest('a, button, input, label, .ant-table-selection-column')) return;
      if (getSelection()?.isCollapsed ?? true) onOpen?.(row);
    },
  };
}

function selection<I extends z.ZodType, Row extends object>(
  { rowKey, reasonAgainst }: QueryTableProps<I, Row>,
  selected: readonly Row[],
  onSelect: (rows: readonly Row[]) => void,
): NonNullable<TableProps<Row>['rowSelection']> {
  return {
    selectedRowKeys: selected.map((row) => row[rowKey] as Key),
    preserveSelectedRowKeys: true,
    onChange: (_, rows) => onSelect(rows),
    columnWidth: 40,
    getCheckboxProps: (row) => {
      const reason = reasonAgainst?.(row);
      return { 'aria-label': reason ?? '选择此行', title: reason, disabled: reason !== undefined } as object;
    },
  };
}

function BatchBar<Row>(props: { actions: readonly BatchAction<Row>[]; selected: readonly Row[]; onClear: () => void }) {
  const { actions, selected, onClear } = props;
  const run = useRun();
  return (
    <>
      {actions.map((action) => (
        <ActButton
          key={action.title}
          type={action.primary ? 'primary' : 'default'}
          danger={action.danger ?? false}
          reason={selected.length === 0 ? '请先在列表中选择' : action.reason?.(selected)}
          onClick={() => void run(() => action.onRun(selected, onClear))}
        >
          {action.title}
        </ActButton>
      ))}
      {selected.length > 0 && (
        <span className="selected" role="status">
          已选 {thousands(selected.length)} 项
          <Button type="link" size="small" onClick={onClear}>
            取消选择
          </Button>
        </span>
      )}
    </>
  );
}

function ExportButton({ endpoint, input, total }: { endpoint: Endpoint; input: object; total: number }) {
  const [working, setWorking] = useState(false);
  const run = useRun();
  const start = async (): Promise<void> => {
    setWorking(true);
    await run(() => download(endpoint, input));
    setWorking(false);
  };
  return (
    <ActButton loading={working} reason={total === 0 ? '没有可导出的数据' : undefined} onClick={() => void start()}>
      导出 Excel
    </ActButton>
  );
}

function Empty<I extends z.ZodType, Row extends object>(given: {
  props: QueryTableProps<I, Row>;
  isFiltered: boolean;
}) {
  if (given.isFiltered) return <EmptyState>没有符合查询条件的数据，请修改条件后再查询</EmptyState>;
  return <EmptyState action={given.props.emptyAction}>{given.props.empty}</EmptyState>;
}

function paginationOf({ page, pageSize }: ListState, total: number): NonNullable<TableProps['pagination']> {
  return {
    current: page,
    pageSize,
    total,
    size: 'small',
    showSizeChanger: true,
    showQuickJumper: true,
    pageSizeOptions: [...PAGE_SIZES],
    showTotal: rowsText,
    hideOnSinglePage: false,
  };
}

function afterTableChange<Row>(
  state: ListState,
  page: { current?: number; pageSize?: number },
  sorter: Parameters<NonNullable<TableProps<Row>['onChange']>>[2],
): ListState {
  const sorted = Array.isArray(sorter) ? sorter[0] : sorter;
  const column = sorted?.order ? String(sorted.columnKey) : undefined;
  const sort = column && sorted?.order === 'descend' ? `-${column}` : column;
  const pageSize = PAGE_SIZES.find((size) => size === page.pageSize) ?? state.pageSize;
  const isSame = pageSize === state.pageSize && sort === state.sort;
  return { ...state, pageSize, sort, page: isSame ? (page.current ?? 1) : 1 };
}
