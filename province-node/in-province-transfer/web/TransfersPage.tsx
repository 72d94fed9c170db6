import { Drawer } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { applicationMoves, applicationStateTitles } from '../../../contracts/application.ts';
import { reasonAgainst } from '../../../contracts/core/moves.ts';
import { mayCall } from '../../../contracts/core/endpoint.ts';
import {
  exportInProvince,
  getInProvince,
  listInProvince,
  startInProvince,
  withdrawInProvince,
} from '../../../contracts/in-province-transfer.ts';
import type { InProvinceRow } from '../../../contracts/in-province-transfer.ts';
import { directionTitles } from '../../../contracts/transfer.ts';
import { useQueryClient } from '@tanstack/react-query';
import { ApplicationDetail } from '../../../shared/web/ApplicationDetail.tsx';
import { call } from '../../../shared/web/api.ts';
import { choiceCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import type { RowAction } from '../../../shared/web/RowActions.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { paths } from '../../web/paths.ts';
import { describeTransfer } from './describe-transfer.tsx';
import { transferColumns } from './transfer-columns.tsx';

const conditions = [
  textCondition('name', '学生姓名', '完整姓名'),
  textCondition('studentNumber', '学籍号', '完整号码'),
  choiceCondition('direction', '转入或转出', directionTitles),
  choiceCondition('state', '办理状态', applicationStateTitles),
];

/** In the address: the transfer whose details are open. */
const OPENED = 'open';

/** 省内转学查询: pupils who come and who leave, where each stands; the school that applied takes back what has not ended. */
export function TransfersInProvincePage() {
  const { role, org } = useSession();
  const [params, setParams] = useSearchParams();
  const opened = params.get(OPENED);
  const client = useQueryClient();
  const mayApply = mayCall(startInProvince, role, org.level);
  const set = (id: string | undefined): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (id) next.set(OPENED, id);
      else next.delete(OPENED);
      return next;
    });
  const withdraw = (row: InProvinceRow): RowAction => ({
    title: '撤销',
    danger: true,
    reason: reasonAgainstWithdrawing(row),
    confirm: {
      consequence: `将撤销${row.name}的省内转学申请，学籍留在${row.fromSchoolName}。撤销后不能恢复，需要时可以重新申请。`,
      reasonLabel: '撤销原因',
    },
    onRun: async (reason) => {
      await call(withdrawInProvince, { id: row.id, reason });
      await client.invalidateQueries({ queryKey: [listInProvince.path] });
    },
  });
  return (
    <>
      <PageHeader title="省内转学查询" extra={mayApply && <Link to={paths.applyInProvince}>省内转学申请</Link>} />
      <QueryTable
        endpoint={listInProvince}
        rowKey="id"
        columns={transferColumns}
        conditions={conditions}
        empty="还没有省内转学。学生转入的学校在“省内转学申请”中申请后，可在这里查看办理情况。"
        exportAs={exportInProvince}
        onOpen={({ id }) => set(id)}
        actions={(row) => [{ title: '查看', onRun: () => set(row.id) }, ...(mayApply ? [withdraw(row)] : [])]}
      />
      <Drawer
        open={opened !== null}
        title="省内转学详情"
        size={1060}
        onClose={() => set(undefined)}
        destroyOnHidden
        className="review-drawer"
      >
        {opened && <ApplicationDetail key={opened} id={opened} endpoint={getInProvince} describe={describeTransfer} />}
      </Drawer>
    </>
  );
}

function reasonAgainstWithdrawing({ state, mine, toSchoolName }: InProvinceRow): string | undefined {
  if (state === 'approved') return '学籍已转入，不能撤销';
  return (
    reasonAgainst(applicationMoves, 'withdraw', state, applicationStateTitles) ??
    (mine ? undefined : `由申请的${toSchoolName}撤销`)
  );
}
