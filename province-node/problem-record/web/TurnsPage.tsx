import { exportProblemTurns, listProblemTurns, problemReachTitles } from '../../../contracts/problem-record.ts';
import type { ProblemReach } from '../../../contracts/problem-record.ts';
import { useNavigate } from 'react-router';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { problemPath } from '../../web/paths.ts';
import { columnsWithout, reachNotes, turnConditions } from './problem-columns.tsx';

const columns = columnsWithout('schoolName', 'locked', 'turnName', 'handling');

export function InProvinceTurnsPage() {
  return <TurnsPage reach="in-province" />;
}

export function CrossProvinceTurnsPage() {
  return <TurnsPage reach="cross-province" />;
}

/** 处理: what waits for the school, who has waited longest first; each opens its group, where it is handled. */
function TurnsPage({ reach }: { reach: ProblemReach }) {
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title={`${problemReachTitles[reach]}问题学籍处理`} note={reachNotes[reach]} />
      <QueryTable
        endpoint={listProblemTurns}
        exportAs={exportProblemTurns}
        rowKey="id"
        columns={columns}
        conditions={turnConditions}
        fixed={{ reach }}
        empty={`没有等待本校处理的${problemReachTitles[reach]}问题学籍。轮到对方处理的，可在“${problemReachTitles[reach]}问题学籍查询”中查看进展。`}
        onOpen={({ id }) => void navigate(problemPath(id))}
        actions={({ id }) => [{ title: '处理', to: problemPath(id) }]}
      />
    </>
  );
}
