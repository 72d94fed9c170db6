import { Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import {
  ApplicationState,
  applicationStateTitles,
  listStarted,
  waitingActTitles,
} from '../../contracts/application.ts';
import type { StartedApplication } from '../../contracts/application.ts';
import { hasFailed, useRead } from '../../shared/web/api.ts';
import { applicationStateTones } from '../../shared/web/application-tones.ts';
import { ErrorView } from '../../shared/web/ErrorView.tsx';
import { spanText, thousands, timeText } from '../../shared/web/formats.ts';
import { StateTag } from '../../shared/web/StateTag.tsx';
import { inboxKinds, startedPath, startedRows } from './inbox.ts';
import type { StartedRow } from './inbox.ts';

const states = ApplicationState.options;

/** 我发起的: what my school has applied for, by business and state, and where what moved last stands now. */
export function Started({ title }: { title: string }) {
  const [openedAtMs] = useState(() => Date.now());
  const started = useRead(listStarted, {});
  if (started.isPending) return <Skeleton active />;
  if (hasFailed(started)) return <ErrorView error={started.error} onRetry={() => void started.refetch()} />;
  const { counts, latest } = started.data;
  const rows = startedRows(counts, states);
  if (rows.length === 0) return null;
  return (
    <section className="home-section" aria-label={title}>
      <h2>{title}</h2>
      <div className="started">
        <Counts rows={rows} />
        <Latest latest={latest} openedAtMs={openedAtMs} />
      </div>
    </section>
  );
}

function Counts({ rows }: { rows: readonly StartedRow[] }) {
  return (
    <table className="home-table">
      <caption>按业务和办理状态</caption>
      <thead>
        <tr>
          <th scope="col">业务</th>
          {states.map((state) => (
            <th key={state} scope="col" className="number">
              {applicationStateTitles[state]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ title, counts }) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            {counts.map(({ state, total, path }) => (
              <td key={state} className="number">
                {total === 0 ? (
                  '0'
                ) : (
                  <Link to={path} aria-label={`${title}${applicationStateTitles[state]} ${thousands(total)}`}>
                    {thousands(total)}
                  </Link>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Latest({ latest, openedAtMs }: { latest: readonly StartedApplication[]; openedAtMs: number }) {
  return (
    <table className="home-table">
      <caption>最近办理</caption>
      <thead>
        <tr>
          <th scope="col">学生</th>
          <th scope="col">业务</th>
          <th scope="col">状态</th>
          <th scope="col">当前处理单位</th>
          <th scope="col">办理时间</th>
        </tr>
      </thead>
      <tbody>
        {latest.map((one) => (
          <tr key={one.id}>
            <td>
              <Subject one={one} />
            </td>
            <td>{inboxKinds[one.kind]?.title}</td>
            <td>
              <StateTag tone={applicationStateTones[one.state]}>{applicationStateTitles[one.state]}</StateTag>
            </td>
            <td>{turnText(one)}</td>
            <td className="when">
              {timeText(one.turnSince)}
              {one.turnAct && (
                <span className="note">　已停留 {spanText(Math.max(0, openedAtMs - Date.parse(one.turnSince)))}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Subject({ one }: { one: StartedApplication }) {
  const path = startedPath(one);
  const name = one.about ?? '查看';
  return path ? <Link to={path}>{name}</Link> : name;
}

/** `历下区教育局 审核`; while its checks run, that they do. */
function turnText({ blocked, turnOrgName, turnAct }: StartedApplication): string {
  if (blocked === 'checking') return '查重认证中';
  if (blocked === 'check-failed') return '查重不通过，将自动结束';
  return turnOrgName && turnAct ? `${turnOrgName} ${waitingActTitles[turnAct]}` : '';
}
