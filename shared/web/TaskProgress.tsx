import { Alert, Progress } from 'antd';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { getTask, taskStateTitles } from '../../contracts/task.ts';
import type { TaskFailure, TaskView } from '../../contracts/task.ts';
import { hasFailed, useRead } from './api.ts';
import { DataTable } from './DataTable.tsx';
import { ErrorView } from './ErrorView.tsx';
import { thousands } from './formats.ts';

const POLL_MS = 1_000;

export interface TaskProgressProps {
  taskId: string;
  /** What an item is called: 人, 行, 项. */
  unit?: string;
  /** Names the item of a failure; without it only the reasons are listed. */
  nameOf?: (failure: TaskFailure) => ReactNode;
  /** Called once, when the task has ended in any way. */
  onEnded?: (task: TaskView) => void;
}

/** A long piece of work: its bar while it runs, then what was done and the list of what was not, with the reasons. */
export function TaskProgress({ taskId, unit = '项', nameOf, onEnded }: TaskProgressProps) {
  const query = useRead(
    getTask,
    { id: taskId },
    { refetchInterval: (task) => (task && task.state !== 'running' ? false : POLL_MS) },
  );
  const task = query.data;
  const hasEnded = task !== undefined && task.state !== 'running';
  const told = useRef(false);
  useEffect(() => {
    if (!hasEnded || told.current) return;
    told.current = true;
    onEnded?.(task);
  });

  if (hasFailed(query)) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  if (!task) return <Progress percent={0} status="active" aria-label="任务进度" />;
  const percent = task.total ? Math.floor((task.done / task.total) * 100) : hasEnded ? 100 : 0;
  return (
    <div className="task-progress">
      <Progress percent={percent} status={statusOf(task)} aria-label={task.title} />
      <p role="status">
        {taskStateTitles[task.state]}：{countsText(task, unit)}
      </p>
      {task.message && <Alert type={task.state === 'failed' ? 'error' : 'warning'} showIcon title={task.message} />}
      {task.failures.length > 0 && <Failures failures={task.failures} nameOf={nameOf} />}
    </div>
  );
}

function countsText({ done, total, failed }: TaskView, unit: string): string {
  const all = total === null ? '' : ` / ${thousands(total)}`;
  const failures = failed > 0 ? `，其中 ${thousands(failed)} ${unit}未成功` : '';
  return `${thousands(done)}${all} ${unit}${failures}`;
}

function statusOf({ state, failed }: TaskView): 'active' | 'success' | 'exception' | 'normal' {
  if (state === 'running') return 'active';
  if (state !== 'done') return 'exception';
  return failed > 0 ? 'normal' : 'success';
}

function Failures(props: { failures: readonly TaskFailure[]; nameOf: TaskProgressProps['nameOf'] }) {
  const { failures, nameOf } = props;
  return (
    <DataTable<TaskFailure>
      rowKey="id"
      dataSource={[...failures]}
      columns={[
        ...(nameOf
          ? [{ title: '未成功的', key: 'name', render: (_: unknown, failure: TaskFailure) => nameOf(failure) }]
          : []),
        { title: '原因', dataIndex: 'reason' },
      ]}
      pagination={{ pageSize: 10, size: 'small', hideOnSinglePage: true, showSizeChanger: false }}
    />
  );
}
