import { Drawer } from 'antd';
import { useNavigate, useSearchParams } from 'react-router';
import { getProblemHandling } from '../../../contracts/problem-handling.ts';
import { exportProblemRecords, listProblemRecords, problemReachTitles } from '../../../contracts/problem-record.ts';
import type { ProblemReach } from '../../../contracts/problem-record.ts';
import { ApplicationDetail } from '../../../shared/web/ApplicationDetail.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { problemPath } from '../../web/paths.ts';
import { describeHandling } from './describe-handling.tsx';
import { bureauConditions, columnsWithout, problemColumns, reachNotes, schoolConditions } from './problem-columns.tsx';

const ofSchool = columnsWithout('schoolName');

export function InProvinceProblemsPage() {
  return <ProblemsPage reach="in-province" />;
}

export function CrossProvinceProblemsPage() {
  return <ProblemsPage reach="cross-province" />;
}

/** In the address: the application whose details are open; 我发起的 leads here. */
const OPENED = 'open';

/** 查询: every problem record of the caller's schools, settled ones too, and how each stands. */
function ProblemsPage({ reach }: { reach: ProblemReach }) {
  const navigate = useNavigate();
  const { org } = useSession();
  const isSchool = org.level === 'school';
  const [params, setParams] = useSearchParams();
  const opened = params.get(OPENED);
  const close = (): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      next.delete(OPENED);
      return next;
    });
  return (
    <>
      <PageHeader title={`${problemReachTitles[reach]}问题学籍查询`} note={reachNotes[reach]} />
      <QueryTable
        endpoint={listProblemRecords}
        rowKey="id"
        columns={isSchool ? ofSchool : problemColumns}
        conditions={isSchool ? schoolConditions : bureauConditions}
        fixed={{ reach }}
        empty={`没有${problemReachTitles[reach]}问题学籍。查重、认证发现问题后，会自动列在这里。`}
        exportAs={exportProblemRecords}
        onOpen={({ id }) => void navigate(problemPath(id))}
        actions={({ id }) => [{ title: '查看', to: problemPath(id) }]}
      />
      <Drawer
        open={opened !== null}
        title="问题学籍处理申请"
        size={1060}
        onClose={close}
        destroyOnHidden
        className="review-drawer"
      >
        {opened && (
          <ApplicationDetail key={opened} id={opened} endpoint={getProblemHandling} describe={describeHandling} />
        )}
      </Drawer>
    </>
  );
}
