import { ArrowLeftOutlined, DownloadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import { ActButton } from './ActButton.tsx';
import { hasFailed, useRead } from './api.ts';
import { ConfirmAct } from './ConfirmAct.tsx';
import { EmptyState } from './EmptyState.tsx';
import { ErrorView } from './ErrorView.tsx';
import { thousands, timeText } from './formats.ts';
import { ImportGrid } from './ImportGrid.tsx';
import type { ImportPanelProps, ImportPhase, ImportSummary } from './ImportPanel.tsx';
import { useRun } from './RowActions.tsx';
import { StateTag } from './StateTag.tsx';
import { TaskProgress } from './TaskProgress.tsx';

/** What was found in a cell. `title` is the column's header; `suggestion` the text that was probably meant. */
export interface ImportFindingView {
  title: string;
  severity: 'error' | 'warning';
  message: string;
  suggestion: string | null;
}

/** One row of the uploaded sheet; `row` is Excel's own number. `cells` are by header, in the order of the sheet. */
export interface ImportRowView {
  row: number;
  cells: Record<string, string>;
  findings: ImportFindingView[];
}

/** How often a file that is being worked on is looked at. */
export const POLL_MS = 1_000;

interface ImportResultProps<S extends ImportSummary, I extends z.ZodType> {
  id: string;
  panel: ImportPanelProps<S, I>;
  /** The field for the mended file, where this one cannot be submitted. */
  again: ReactNode;
  onBack: () => void;
}

/** One upload: how far it is, what was found row by row and how to mend it, and what to do with it now. */
export function ImportResult<S extends ImportSummary, I extends z.ZodType>(props: ImportResultProps<S, I>) {
  const { id, panel, onBack } = props;
  const phaseOf = (summary: S) => panel.states[summary.state as S['state']].phase;
  const query = useRead(
    panel.one,
    { id },
    { refetchInterval: (summary) => (summary && phaseOf(summary) === 'working' ? POLL_MS : false) },
  );
  if (query.isPending) return <Skeleton active />;
  if (hasFailed(query)) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const summary = query.data;
  const { title, tone, phase } = panel.states[summary.state as S['state']];

  return (
    <section aria-label="上传文件详情">
      <div className="import-head">
        <Button icon={<ArrowLeftOutlined aria-hidden />} onClick={onBack}>
          返回
        </Button>
        <strong>{summary.fileName}</strong>
        <StateTag tone={tone}>{title}</StateTag>
        <span className="note">
          {timeText(summary.uploadedAt)} {summary.uploadedBy}
        </span>
      </div>
      {phase === 'working' && summary.taskId && <TaskProgress key={summary.taskId} taskId={summary.taskId} unit="行" />}
      {phase === 'unreadable' && (
        <Alert type="error" showIcon title="文件无法读取" description={<p className="lines">{summary.problem}</p>} />
      )}
      {phase === 'done' && panel.done(summary)}
      {phase === 'discarded' && <EmptyState>文件和数据已作废删除。修改文件后可以重新上传。</EmptyState>}
      {(phase === 'ready' || phase === 'has-errors') && (
        <>
          <Counts summary={summary} unit={panel.unit} />
          <Buttons summary={summary} panel={panel} phase={phase} />
          {phase === 'has-errors' && props.again}
          <ImportGrid
            id={id}
            endpoint={panel.rows}
            titles={panel.titles}
            keyTitles={panel.keyTitles}
            hasFindings={summary.errors + summary.warnings > 0}
          />
        </>
      )}
      {phase === 'unreadable' && <Buttons summary={summary} panel={panel} phase={phase} />}
      {(phase === 'unreadable' || phase === 'discarded') && props.again}
    </section>
  );
}

function Counts({ summary, unit }: { summary: ImportSummary; unit: string }) {
  const figures: [string, number, string][] = [
    ['上传条数', summary.rows, ''],
    [`校验通过${unit}数`, summary.passed, 'good'],
    [`校验失败${unit}数`, summary.failed, summary.failed > 0 ? 'bad' : ''],
    ['错误处数', summary.errors, summary.errors > 0 ? 'bad' : ''],
    ['提醒处数', summary.warnings, summary.warnings > 0 ? 'attention' : ''],
  ];
  return (
    <dl className="figures">
      {figures.map(([title, value, tone]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd className={tone}>{thousands(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Buttons<S extends ImportSummary, I extends z.ZodType>(props: {
  summary: S;
  panel: ImportPanelProps<S, I>;
  phase: ImportPhase;
}) {
  const { summary, panel, phase } = props;
  const client = useQueryClient();
  const run = useRun();
  const refresh = (): Promise<unknown> =>
    Promise.all([panel.one, panel.list].map(({ path }) => client.invalidateQueries({ queryKey: [path] })));
  return (
    <div className="import-buttons">
      {phase !== 'unreadable' && (
        <ConfirmAct
          type="primary"
          title={panel.submitTitle}
          okText={panel.submitTitle}
          reason={phase === 'ready' ? undefined : '文件中还有错误：请按提示修改后重新上传'}
          consequence={`将${panel.submitTitle} ${thousands(summary.rows)} ${panel.unit}，提交后不能撤回。`}
          tickLabel={summary.warnings > 0 ? `已核对 ${thousands(summary.warnings)} 处提醒，确认提交` : undefined}
          onConfirm={async () => {
            await panel.onSubmit(summary.id, summary.warnings > 0);
            await refresh();
          }}
        >
          {panel.submitTitle}
        </ConfirmAct>
      )}
      {phase !== 'unreadable' && (
        <ActButton
          icon={<DownloadOutlined aria-hidden />}
          reason={summary.errors + summary.warnings === 0 ? '文件中没有问题' : undefined}
          onClick={() => void run(() => panel.onMarked(summary.id))}
        >
          下载标注问题的文件
        </ActButton>
      )}
      {panel.onDiscard && (
        <ConfirmAct
          title="作废上传文件"
          okText="作废"
          consequence="作废后此文件不能再提交，可以重新上传。"
          onConfirm={async () => {
            await panel.onDiscard?.(summary.id);
            await refresh();
          }}
        >
          作废
        </ConfirmAct>
      )}
    </div>
  );
}
