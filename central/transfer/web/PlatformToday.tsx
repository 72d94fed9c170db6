import { Skeleton } from 'antd';
import { Link } from 'react-router';
import { countInbox } from '../../../contracts/application.ts';
import type { TodoRow } from '../../../contracts/application.ts';
import { handOverFaultAdvice, handOverFaultTitles } from '../../../contracts/hand-over-fault.ts';
import { directionTitles } from '../../../contracts/transfer.ts';
import type { TransferRow } from '../../../contracts/transfer.ts';
import { transferOverview } from '../../../contracts/transfer-monitor.ts';
import { reminderStageTitles } from '../../../contracts/transfer-limit.ts';
import { TransferKind, transferKindTitles } from '../../../contracts/transfer-rules.ts';
import { hasFailed, queryString, useRead } from '../../../shared/web/api.ts';
import type { OutputOf } from '../../../shared/web/api.ts';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { dateText, thousands, timeText } from '../../../shared/web/formats.ts';
import { useSession } from '../../../shared/web/session.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { Waited } from './Waited.tsx';
import { casePath, kindPaths } from './transfer-texts.ts';
import './platform.css';

/** Work that waits is told again this often, should no event come. */
const REFRESH_MS = 60_000;

/** What cannot wait first, then what waits for me, then what is under way on either side. */
export function PlatformToday() {
  const { role } = useSession();
  const overview = useRead(transferOverview, {}, { refetchInterval: REFRESH_MS });
  if (overview.isPending) return <Skeleton active />;
  if (hasFailed(overview)) return <ErrorView error={overview.error} onRetry={() => void overview.refetch()} />;
  const { urged, reminded, failed, escalated, counts } = overview.data;
  return (
    <>
      <Pressing title="教育部催办，请尽快核办" rows={urged} to={(row) => kindPaths[row.kind].review} />
      <Pressing title="办理期限提醒，请及时核办" rows={reminded} to={(row) => kindPaths[row.kind].review} />
      <Pressing title="调档未成，学籍仍在原学校，请处理" rows={failed} to={casePath} />
      <Pressing title="下级单位超期未办，请督促" rows={escalated} to={casePath} />
      {role !== 'school-registrar' && <Todo />}
      <UnderWay counts={counts} />
    </>
  );
}

function Pressing(props: { title: string; rows: readonly TransferRow[]; to: (row: TransferRow) => string }) {
  const { title, rows, to } = props;
  if (rows.length === 0) return null;
  return (
    <section className="home-section" aria-label={title}>
      <h2>{title}</h2>
      <ul className="pressing">
        {rows.map((row) => (
          <li key={row.id}>
            <StateTag tone={row.late || row.fault ? 'bad' : 'attention'}>{whyPressing(row)}</StateTag>
            <Link to={to(row)}>
              {row.name}　{transferKindTitles[row.kind]}
            </Link>
            <span>
              {row.fromProvinceName} → {row.toProvinceName}
            </span>
            <span className="note">{aboutPressing(row)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function aboutPressing({ turn, dueOn, urgedAt, fault }: TransferRow): string {
  if (fault) return `${handOverFaultTitles[fault]}；${handOverFaultAdvice[fault]}`;
  return `${turn ?? ''} 应于 ${dateText(dueOn)} 前核办${urgedAt ? `，${timeText(urgedAt)} 催办` : ''}`;
}

function whyPressing({ late, urgedAt, reminded, fault }: TransferRow): string {
  if (fault) return '调档未成';
  if (late) return '已超期';
  return urgedAt === null && reminded ? reminderStageTitles[reminded] : '催办';
}

function Todo() {
  const inbox = useRead(countInbox, {}, { refetchInterval: REFRESH_MS });
  if (inbox.isPending) return <Skeleton active />;
  if (hasFailed(inbox)) return <ErrorView error={inbox.error} onRetry={() => void inbox.refetch()} />;
  const { rows } = inbox.data;
  return (
    <section className="home-section" aria-label="待办">
      <h2>待办</h2>
      {rows.length === 0 && <EmptyState>没有等待本单位核办的跨省业务</EmptyState>}
      <ul className="todo-cards">
        {rows.map((row) => (
          <li key={row.kind}>
            <TodoCard row={row} kind={TransferKind.parse(row.kind)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function TodoCard({ row, kind }: { row: TodoRow; kind: TransferKind }) {
  return (
    <Link to={kindPaths[kind].review} className="todo-card">
      <span className="title">{transferKindTitles[kind]}核办</span>
      <strong>{thousands(row.total)}</strong>
      <span className="note">最早 {timeText(row.oldestSince)}</span>
      <span className="note">
        已等待 <Waited key={row.oldestSince} since={row.oldestSince} />
      </span>
      <span className="note">办理期限 {dateText(row.oldestDueOn)}</span>
      {row.late > 0 && <StateTag tone="bad">{thousands(row.late)} 项已超期</StateTag>}
    </Link>
  );
}

type Counts = OutputOf<typeof transferOverview>['counts'];

/** Of the unit and all below it; each number leads to the list of what it counts. */
function UnderWay({ counts }: { counts: Counts }) {
  return (
    <section className="home-section" aria-label="办理中">
      <h2>办理中</h2>
      {counts.length === 0 && <EmptyState>本单位没有办理中的跨省业务</EmptyState>}
      <ul className="todo-cards">
        {counts.map(({ kind, direction, open, late }) => (
          <li key={`${kind} ${direction}`}>
            <Link to={kindPaths[kind].query + queryString({ open: 'yes', direction })} className="todo-card">
              <span className="title">
                {transferKindTitles[kind]}　{directionTitles[direction]}
              </span>
              <strong>{thousands(open)}</strong>
              {late > 0 ? (
                <StateTag tone="bad">{thousands(late)} 项超期</StateTag>
              ) : (
                <span className="note">没有超期</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
