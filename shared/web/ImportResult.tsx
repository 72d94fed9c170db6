import { ArrowLeftOutlined, DownloadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import { ActButton } from './ActButton.tsx';
import { useRead } from './api.ts';
import { ConfirmAct } from './ConfirmAct.tsx';
import { ErrorView } from './ErrorView.tsx';
import { thousands, timeText } from './formats.ts';
import { ImportGrid } from './ImportGrid.tsx';
import type { ImportPanelProps, ImportSummary } from './ImportPanel.tsx';
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

const POLL_MS = 1_000;

interface ImportResultProps<S extends ImportSummary, I extends z.ZodType> {
  id: string;
  panel: ImportPanelProps<S, I>;
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
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
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
      {phase === 'unreadable' && <Alert type="error" showIcon title={summary.problem ?? '文件无法读取'} />}
      {phase !== 'working' && phase !== 'unreadable' && (
        <>
          <Counts summary={summary} />
          <Buttons summary={summary} panel={panel} phase={phase} />
          <ImportGrid id={id} endpoint={panel.rows} hasFindings={summary.errors + summary.warnings > 0} />
        </>
      )}
      {phase === 'unreadable' && <Buttons summary={summary} panel={panel} phase={phase} />}
    </section>
  );
}

function Counts({ summary }: { summary: ImportSummary }) {
  const figures: [string, number, string][] = [
    ['总行数', summary.rows, ''],
    ['通过', summary.passed, 'good'],
    ['未通过', summary.failed, summary.failed > 0 ? 'bad' : ''],
    ['错误', summary.errors, summary.errors > 0 ? 'bad' : ''],
    ['提醒', summary.warnings, summary.warnings > 0 ? 'attention' : ''],
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
  phase: string;
}) {
  const { summary, panel, phase } = props;
  const client = useQueryClient();
  const run = useRun();
  const refresh = (): Promise<unknown> =>
    Promise.all([panel.one, panel.list].map(({ path }) => client.invalidateQueries({ queryKey: [path] })));
  if (phase === 'done') return null;

  return (
    <div className="import-buttons">
      {phase !== 'unreadable' && (
        <ConfirmAct
          type="primary"
          title={panel.submitTitle}
          okText={panel.submitTitle}
          reason={phase === 'ready' ? undefined : '文件中还有错误：请按提示修改后重新上传'}
          consequence={<SubmitConsequence summary={summary} title={panel.submitTitle} />}
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

function SubmitConsequence({ summary, title }: { summary: ImportSummary; title: string }): ReactNode {
  return (
    <>
      将{title} {thousands(summary.rows)} 人，提交后不能撤回。
      {summary.warnings > 0 && (
        <p className="warnings-confirmed">
          其中有 {thousands(summary.warnings)} 条提醒。点击“{title}”表示您已逐条核对提醒，确认填写无误。
        </p>
      )}
    </>
  );
}
