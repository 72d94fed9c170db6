import { Segmented } from 'antd';
import { useNavigate, useSearchParams } from 'react-router';
import { exportCrossArbitrations, listCrossArbitrations } from '../../../contracts/problem-linkage.ts';
import { problemOriginTitles } from '../../../contracts/problem-rules.ts';
import { choiceCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { groupColumns as all } from './group-columns.tsx';
import { groupPath } from './group-path.ts';

const conditions = [
  choiceCondition('origin', '来源', problemOriginTitles),
  textCondition('name', '学生姓名', '完整姓名'),
] as const;
const columns = [all.members, all.idNumber, all.origin, all.state, all.turn, all.proposed];
const states = { waiting: '待仲裁', decided: '已仲裁' } as const;
const REFRESH_MS = 60_000;

/** 跨省问题学籍仲裁 (features 2.7): what waits for the ministry as the common superior of the provinces. */
export function ArbitrationsPage() {
  const { role } = useSession();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const state = params.get('state') === 'decided' ? 'decided' : 'waiting';
  const word = role === 'ministry-arbitrator' ? '仲裁' : '查看';
  return (
    <>
      <PageHeader
        title="跨省问题学籍仲裁"
        note="各省学校都已佐证、由教育部仲裁的问题学籍；一名仲裁员提出意见，另一名确认后生效"
        extra={
          <Segmented
            aria-label="仲裁状态"
            value={state}
            options={Object.entries(states).map(([value, label]) => ({ value, label }))}
            onChange={(value) => setParams(value === 'decided' ? { state: value } : {})}
          />
        }
      />
      <QueryTable
        endpoint={listCrossArbitrations}
        exportAs={exportCrossArbitrations}
        fixed={{ state }}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        empty={state === 'waiting' ? '没有等待教育部仲裁的问题学籍' : '教育部还没有作出过仲裁'}
        onOpen={({ id }) => void navigate(groupPath(id))}
        actions={({ id, state: now }) => [{ title: now === 'arbitration' ? word : '查看', to: groupPath(id) }]}
        refetchInterval={REFRESH_MS}
      />
    </>
  );
}
