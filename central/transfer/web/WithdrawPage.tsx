import { exportTransfers, listTransfers, withdrawTransfer } from '../../../contracts/transfer.ts';
import { transferKindTitles } from '../../../contracts/transfer-rules.ts';
import type { TransferKind } from '../../../contracts/transfer-rules.ts';
import { useAct } from '../../../shared/web/api.ts';
import { textCondition } from '../../../shared/web/conditions.ts';
import { useMessages } from '../../../shared/web/messages.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { casePath } from './transfer-texts.ts';
import { transferColumns as all } from './TransferColumns.tsx';
import { withdrawConsequence } from './WithdrawButton.tsx';

export const TransferWithdrawPage = () => <WithdrawPage kind="cross-province-transfer" />;
export const EnrolmentWithdrawPage = () => <WithdrawPage kind="cross-province-enrolment" />;

const columns = [all.name, all.studentNumber, all.from, all.gradeName, all.state, all.turn, all.appliedAt];
const conditions = [textCondition('name', '姓名'), textCondition('studentNumber', '全国学籍号', '完整号码')];

/** 撤销 (features 18.4): what this school has applied for and can still take back. */
function WithdrawPage({ kind }: { kind: TransferKind }) {
  const messages = useMessages();
  const withdraw = useAct(withdrawTransfer, { invalidates: [listTransfers] });
  return (
    <>
      <PageHeader title={`${transferKindTitles[kind]}撤销`} note="调档完毕之前可以撤销，调档完毕的不能撤销" />
      <QueryTable
        endpoint={listTransfers}
        exportAs={exportTransfers}
        fixed={{ kind, withdrawable: 'yes' }}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        empty="没有可以撤销的申请"
        actions={(row) => [
          { title: '查看', to: casePath(row) },
          {
            title: '撤销',
            danger: true,
            confirm: { consequence: withdrawConsequence(row), reasonLabel: '撤销原因' },
            onRun: async (reason) => {
              await withdraw.mutateAsync({ id: row.id, reason });
              messages.success(`已撤销${row.name}的申请`);
            },
          },
        ]}
      />
    </>
  );
}
