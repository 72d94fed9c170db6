import { listTransfers, withdrawTransfer } from '../../../contracts/transfer.ts';
import type { TransferRow } from '../../../contracts/transfer.ts';
import { getTransferProgress } from '../../../contracts/transfer-case.ts';
import type { TransferCase } from '../../../contracts/transfer-case.ts';
import { useAct } from '../../../shared/web/api.ts';
import { ConfirmAct } from '../../../shared/web/ConfirmAct.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import { useProgress } from './CaseView.tsx';

/** What will be when it is taken back, by how far it has come. */
export function withdrawConsequence({ name, state }: Pick<TransferRow, 'name' | 'state'>): string {
  const onItsWay = state === 'sealing' || state === 'copying';
  return onItsWay
    ? `${name}的学籍正在调档。撤销后系统先恢复转出省的学籍，再结束本次申请；不能恢复申请，只能重新申请。`
    : `撤销后${name}的申请立即结束，已作出的核办作废；不能恢复申请，只能重新申请。`;
}

export function WithdrawButton({ read }: { read: TransferCase }) {
  const { id, name } = read.transfer;
  const { standing, reasonAgainstWithdrawing } = useProgress(id, read);
  const messages = useMessages();
  const withdraw = useAct(withdrawTransfer, { invalidates: [getTransferProgress, listTransfers] });
  return (
    <ConfirmAct
      danger
      reason={reasonAgainstWithdrawing}
      title="撤销申请"
      consequence={withdrawConsequence({ name, state: standing.state })}
      okText="撤销申请"
      reasonLabel="撤销原因"
      onConfirm={async (reason) => {
        await withdraw.mutateAsync({ id, reason });
        messages.success('已撤销申请');
      }}
    >
      撤销申请
    </ConfirmAct>
  );
}
