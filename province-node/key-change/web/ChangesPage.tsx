import { Drawer } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { applicationMoves, applicationStateTitles } from '../../../contracts/application.ts';
import { mayCall } from '../../../contracts/core/endpoint.ts';
import { reasonAgainst } from '../../../contracts/core/moves.ts';
import {
  exportKeyChanges,
  getKeyChange,
  listKeyChanges,
  startKeyChange,
  withdrawKeyChange,
} from '../../../contracts/key-change.ts';
import type { KeyChangeRow } from '../../../contracts/key-change.ts';
import { checkStateTitles } from '../../../contracts/registration.ts';
import { call, queryString } from '../../../shared/web/api.ts';
import { ApplicationDetail } from '../../../shared/web/ApplicationDetail.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition, orgCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import type { RowAction } from '../../../shared/web/RowActions.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { paths } from '../../web/paths.ts';
import { changeColumns, ownColumns } from './change-columns.tsx';
import { describeChange } from './describe-change.tsx';

const ofOneSchool = [
  textCondition('name', '学生姓名', '完整姓名'),
  textCondition('studentNumber', '学籍号', '完整号码'),
  choiceCondition('checkState', '查重认证状态', checkStateTitles),
  choiceCondition('state', '处理状态', applicationStateTitles),
];
const ofAnArea = [orgCondition('orgId', '学校或区域'), ...ofOneSchool];

/** Where each stands has the width of the list. */
const ofQuery = (column: Column<KeyChangeRow>): Column<KeyChangeRow> =>
  column.name === 'appliedAt' ? { ...column, hidden: true } : column;
const [columnsOfOwn, columnsOfAll] = [ownColumns.map(ofQuery), changeColumns.map(ofQuery)];

/** In the address: the change whose details are open. */
const OPENED = 'open';

/** 关键数据变更查询: where each stands; the school mends what was returned, and takes back what has not ended. */
export function KeyChangesPage() {
  const { role, org } = useSession();
  const [params, setParams] = useSearchParams();
  const opened = params.get(OPENED);
  const client = useQueryClient();
  const mayApply = mayCall(startKeyChange, role, org.level);
  const set = (id: string | undefined): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (id) next.set(OPENED, id);
      else next.delete(OPENED);
      return next;
    });
  const withdraw = (row: KeyChangeRow): RowAction => ({
    title: '撤销',
    danger: true,
    reason: reasonAgainstWithdrawing(row),
    confirm: {
      consequence: `将撤销${row.name}的关键数据变更申请，学籍保持不变。撤销后不能恢复，需要时可以重新申请。`,
      reasonLabel: '撤销原因',
    },
    onRun: async (reason) => {
      await call(withdrawKeyChange, { id: row.id, reason });
      await client.invalidateQueries({ queryKey: [listKeyChanges.path] });
    },
  });
  const mend = ({ id, state }: KeyChangeRow): RowAction => ({
    title: '修改',
    to: paths.mendKeyChange + queryString({ id }),
    reason: state === 'returned' ? undefined : '只能修改被退回的申请',
  });
  return (
    <>
      <PageHeader
        title="关键数据变更查询"
        extra={mayApply && <Link to={paths.applyKeyChange}>关键数据变更申请</Link>}
      />
      <QueryTable
        endpoint={listKeyChanges}
        rowKey="id"
        columns={org.level === 'school' ? columnsOfOwn : columnsOfAll}
        conditions={org.level === 'school' ? ofOneSchool : ofAnArea}
        empty="还没有关键数据变更。学校在“关键数据变更申请”中申请后，可在这里查看办理情况。"
        exportAs={exportKeyChanges}
        onOpen={({ id }) => set(id)}
        actions={(row) => [
          { title: '查看', onRun: () => set(row.id) },
          ...(mayApply ? [mend(row), withdraw(row)] : []),
        ]}
      />
      <Drawer
        open={opened !== null}
        title="关键数据变更详情"
        size={1060}
        onClose={() => set(undefined)}
        destroyOnHidden
        className="review-drawer"
      >
        {opened && <ApplicationDetail key={opened} id={opened} endpoint={getKeyChange} describe={describeChange} />}
      </Drawer>
    </>
  );
}

function reasonAgainstWithdrawing({ state }: KeyChangeRow): string | undefined {
  if (state === 'approved') return '变更已经生效，不能撤销';
  return reasonAgainst(applicationMoves, 'withdraw', state, applicationStateTitles);
}
