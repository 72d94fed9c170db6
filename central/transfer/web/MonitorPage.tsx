import { Segmented, Select, Skeleton } from 'antd';
import { useSearchParams } from 'react-router';
import { REVIEW_WORKING_DAYS } from '../../../contracts/application.ts';
import {
  exportLateTransfers,
  listLateTransfers,
  MonitorPeriod,
  monitorPeriodTitles,
  monitorTransfers,
} from '../../../contracts/transfer-monitor.ts';
import type { LateTransferRow } from '../../../contracts/transfer-monitor.ts';
import { TransferKind, transferKindTitles } from '../../../contracts/transfer-rules.ts';
import { hasFailed, useRead } from '../../../shared/web/api.ts';
import { custom } from '../../../shared/web/columns.tsx';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { AgeBars, StateBars } from './MonitorBars.tsx';
import { PairMatrix } from './PairMatrix.tsx';
import { SlowestUnits } from './SlowestUnits.tsx';
import { transferColumns as all } from './TransferColumns.tsx';
import { UrgeButton } from './UrgeButton.tsx';
import './monitor.css';

const columns = [
  ...([all.name, all.studentNumber, all.from, all.to, all.turn, all.dueOn] as const),
  custom<LateTransferRow>('urge', '操作', ({ id, turn, reasonAgainstUrging }) => (
    <UrgeButton id={id} turn={turn} reason={reasonAgainstUrging} isLink />
  )),
];
const ALL = 'all';
const REFRESH_MS = 60_000;

/** 跨省转学监控 (features 18.7): how many stand where, how long, who is slow; and 催办. */
export function MonitorPage() {
  const [params, setParams] = useSearchParams();
  const kind = TransferKind.safeParse(params.get('kind')).data;
  const period = MonitorPeriod.catch('90').parse(params.get('period'));
  const set = (name: string, value: string): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (value === ALL) next.delete(name);
      else next.set(name, value);
      return next;
    });
  return (
    <>
      <PageHeader
        title="跨省转学监控"
        note={`每个单位应在 ${REVIEW_WORKING_DAYS} 个工作日内核办`}
        extra={
          <>
            <Segmented
              aria-label="业务"
              value={kind ?? ALL}
              options={[
                { value: ALL, label: '全部' },
                ...TransferKind.options.map((value) => ({ value, label: transferKindTitles[value] })),
              ]}
              onChange={(value) => set('kind', value)}
            />
            <Select
              aria-label="已结束的统计范围"
              value={period}
              options={MonitorPeriod.options.map((value) => ({ value, label: monitorPeriodTitles[value] }))}
              onChange={(value) => set('period', value)}
            />
          </>
        }
      />
      <Figures kind={kind} period={period} />
      <h2 className="section-title">超期未办</h2>
      <QueryTable
        endpoint={listLateTransfers}
        exportAs={exportLateTransfers}
        fixed={{ kind }}
        rowKey="id"
        columns={columns}
        empty="没有超期的申请"
        refetchInterval={REFRESH_MS}
      />
    </>
  );
}

function Figures({ kind, period }: { kind: TransferKind | undefined; period: MonitorPeriod }) {
  const monitor = useRead(monitorTransfers, { kind, period }, { refetchInterval: REFRESH_MS });
  if (monitor.isPending) return <Skeleton active />;
  if (hasFailed(monitor)) return <ErrorView error={monitor.error} onRetry={() => void monitor.refetch()} />;
  const { states, ages, pairs, units, late } = monitor.data;
  return (
    <>
      <div className="monitor">
        <StateBars states={states} kind={kind} period={period} />
        <AgeBars ages={ages} late={late} />
        <SlowestUnits units={units} />
      </div>
      <PairMatrix pairs={pairs} period={period} />
    </>
  );
}
