import { Drawer, Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import {
  auditCauseTitles,
  auditOverview,
  auditPhaseTitles,
  exportAuditRuns,
  getAuditRun,
  listAuditRuns,
  startAudit,
} from '../../../contracts/national-audit.ts';
import type { AuditPhase, AuditRun } from '../../../contracts/national-audit.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { hasFailed, useAct, useRead } from '../../../shared/web/api.ts';
import { amount, code, custom, state, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition } from '../../../shared/web/conditions.ts';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { thousands, timeText } from '../../../shared/web/formats.ts';
import { useMessages } from '../../../shared/web/messages.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { useRun } from '../../../shared/web/RowActions.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';
import { Unread } from '../../../shared/web/Unread.tsx';
import { paths } from '../../web/paths.ts';
import { RunView } from './RunView.tsx';

const RUNNING_REFRESH_MS = 2_000;
const IDLE_REFRESH_MS = 30_000;

const tones: Record<AuditPhase, Tone> = {
  asked: 'attention',
  comparing: 'going-on',
  looking: 'going-on',
  ended: 'good',
};
const conditions = [choiceCondition('cause', '发起方式', auditCauseTitles)];
const columns: Column<AuditRun>[] = [
  time('startedAt', '开始时间', { sortable: true }),
  time('endedAt', '完成时间'),
  code('cause', '发起方式', auditCauseTitles, { width: 96 }),
  state('phase', '进展', auditPhaseTitles, tones, { width: 112 }),
  amount('records', '国家库学籍'),
  amount('claims', '查重占用', { hidden: true }),
  custom('answered', '已比对省份', ({ answered, provinces }) => `${answered} / ${provinces}`, { align: 'right' }),
  amount('schools', '比对的学校', { hidden: true }),
  amount('pupils', '比对的学籍'),
  amount('found', '确认的差异'),
  amount('repaired', '自动修复'),
];

/** 全国查重审计 (H.9, B.3): the run that is under way or was the last, province by province, and all runs before it. */
export function AuditPage() {
  const overview = useRead(
    auditOverview,
    {},
    { refetchInterval: (data) => (data?.run && data.run.phase !== 'ended' ? RUNNING_REFRESH_MS : IDLE_REFRESH_MS) },
  );
  const start = useAct(startAudit, { invalidates: [auditOverview, listAuditRuns] });
  const messages = useMessages();
  const act = useRun();
  const [shown, setShown] = useState<string>();
  const begin = (): Promise<void> =>
    act(async () => {
      await start.mutateAsync({});
      messages.success('审计已发起，可以离开本页，完成后在这里查看结果');
    });

  const data = hasFailed(overview) ? undefined : overview.data;
  return (
    <>
      <PageHeader
        title="全国查重审计"
        note={data && `核查全国学籍库并与各省逐校对账，每日凌晨自动进行，下次 ${timeText(data.nextAt)}`}
        extra={
          <>
            {data && <Link to={`${paths.repairs}?state=open`}>待处理修复单 {thousands(data.openRepairs)}</Link>}
            <ActButton
              type="primary"
              loading={start.isPending}
              reason={data?.reasonAgainstStart}
              onClick={() => void begin()}
            >
              立即审计
            </ActButton>
          </>
        }
      />
      {!data && <Unread query={overview} />}
      {data?.run && <RunView run={data.run} title={data.run.phase === 'ended' ? '最近一次审计' : '正在审计'} />}
      {data && !data.run && (
        <EmptyState>还没有进行过审计，可以立即发起，或等到 {timeText(data.nextAt)} 自动进行</EmptyState>
      )}
      <h2 className="section-title">审计记录</h2>
      <QueryTable
        endpoint={listAuditRuns}
        exportAs={exportAuditRuns}
        rowKey="id"
        columns={columns}
        actions={({ id }) => [{ title: '查看', onRun: () => setShown(id) }]}
        conditions={conditions}
        empty="还没有审计记录"
        onOpen={({ id }) => setShown(id)}
      />
      <Drawer
        open={shown !== undefined}
        title="审计详情"
        size={1060}
        onClose={() => setShown(undefined)}
        destroyOnHidden
      >
        {shown !== undefined && <OneRun id={shown} />}
      </Drawer>
    </>
  );
}

function OneRun({ id }: { id: string }) {
  const run = useRead(getAuditRun, { id });
  if (hasFailed(run)) return <ErrorView error={run.error} onRetry={() => void run.refetch()} />;
  if (!run.data) return <Skeleton active />;
  return <RunView run={run.data} title="结果" />;
}
