import { ExportOutlined } from '@ant-design/icons';
import { Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { countProblemTurns } from '../../contracts/problem-record.ts';
import { countTransferTurns } from '../../contracts/transfer-turn.ts';
import { countInbox, REVIEW_WORKING_DAYS } from '../../contracts/application.ts';
import { hasFailed, useRead } from '../../shared/web/api.ts';
import { EmptyState } from '../../shared/web/EmptyState.tsx';
import { ErrorView } from '../../shared/web/ErrorView.tsx';
import { dateText, spanText, thousands, timeText } from '../../shared/web/formats.ts';
import { StateTag } from '../../shared/web/StateTag.tsx';
import { failedReminders, platformTodoOf, problemTodoOf, refusedReminders, todoOf } from './inbox.ts';
import type { Todo } from './inbox.ts';
import { Reminders } from './Reminders.tsx';
import { useDraftReminders } from './draft-reminders.ts';

/** Work that waits for me is told again this often, should no event come. */
const REFRESH_MS = 60_000;

/** 提醒, then 待办: what waits for me, by kind, how many, and since when; each leads to its list. */
export function Inbox() {
  const [openedAtMs] = useState(() => Date.now());
  const inbox = useRead(countInbox, {}, { refetchInterval: REFRESH_MS });
  const turns = useRead(countTransferTurns, {}, { refetchInterval: REFRESH_MS });
  const problems = useRead(countProblemTurns, {}, { refetchInterval: REFRESH_MS });
  const ending = useDraftReminders();
  if (inbox.isPending || turns.isPending || problems.isPending) return <Skeleton active />;
  if (hasFailed(inbox)) return <ErrorView error={inbox.error} onRetry={() => void inbox.refetch()} />;
  if (hasFailed(turns)) return <ErrorView error={turns.error} onRetry={() => void turns.refetch()} />;
  if (hasFailed(problems)) return <ErrorView error={problems.error} onRetry={() => void problems.refetch()} />;
  const todo = [...todoOf(inbox.data.rows), ...problemTodoOf(problems.data.rows), ...platformTodoOf(turns.data.rows)];
  const { refused, refusedRecord } = problems.data;
  return (
    <>
      <Reminders
        todo={todo}
        more={[...refusedReminders(refused, refusedRecord), ...failedReminders(turns.data.failed), ...ending]}
      />
      <section className="home-section" aria-label="待办">
        <h2>待办</h2>
        {todo.length === 0 && <EmptyState>没有待办业务</EmptyState>}
        <ul className="todo-cards">
          {todo.map((one) => (
            <li key={one.title}>
              <TodoCard todo={one} openedAtMs={openedAtMs} />
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function TodoCard({ todo: one, openedAtMs }: { todo: Todo; openedAtMs: number }) {
  const said = <TodoFacts todo={one} openedAtMs={openedAtMs} />;
  if (one.newTab)
    return (
      <a href={one.path} target="_blank" rel="noopener" title="在新标签页打开统一平台" className="todo-card">
        {said}
      </a>
    );
  return (
    <Link to={one.path} className="todo-card">
      {said}
    </Link>
  );
}

function TodoFacts({ todo: one, openedAtMs }: { todo: Todo; openedAtMs: number }) {
  return (
    <>
      <span className="title">
        {one.title}
        {one.newTab && <ExportOutlined className="new-tab" aria-hidden />}
      </span>
      <strong>{thousands(one.total)}</strong>
      <span className="note">最早 {timeText(one.oldestSince)}</span>
      <span className="note">已等待 {spanText(openedAtMs - Date.parse(one.oldestSince))}</span>
      <span className="note">办理期限 {dateText(one.oldestDueOn)}</span>
      {one.late > 0 && (
        <StateTag tone="bad">
          {thousands(one.late)} 人已超过 {REVIEW_WORKING_DAYS} 个工作日
        </StateTag>
      )}
      {one.urged !== undefined && one.urged > 0 && (
        <StateTag tone="attention">{thousands(one.urged)} 人被催办</StateTag>
      )}
      {one.checking > 0 && <span className="note">其中 {thousands(one.checking)} 人查重认证中</span>}
      {one.checkFailed > 0 && <span className="note">其中 {thousands(one.checkFailed)} 人查重不通过</span>}
    </>
  );
}
