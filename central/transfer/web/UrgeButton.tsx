import { getTransferProgress } from '../../../contracts/transfer-case.ts';
import { listLateTransfers, urgeTransfer } from '../../../contracts/transfer-monitor.ts';
import { useAct } from '../../../shared/web/api.ts';
import { ConfirmAct } from '../../../shared/web/ConfirmAct.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';

interface UrgeButtonProps {
  id: string;
  /** Whose turn it is. */
  turn: string | null;
  reason: string | null;
  isLink?: boolean;
}

/** 催办: asks first, because the unit is told at once. */
export function UrgeButton({ id, turn, reason, isLink = false }: UrgeButtonProps) {
  const messages = useMessages();
  const urge = useAct(urgeTransfer, { invalidates: [getTransferProgress, listLateTransfers] });
  return (
    <ConfirmAct
      {...(isLink ? { type: 'link', size: 'small' } : {})}
      reason={reason}
      title={`催办${turn ?? ''}`}
      consequence="该单位在统一平台首页看到催办，办理记录中留下时间和催办人；每个工作日每项申请最多催办一次。"
      okText="催办"
      onConfirm={async () => {
        const { orgName } = await urge.mutateAsync({ id });
        messages.success(`已催办${orgName}`);
      }}
    >
      催办
    </ConfirmAct>
  );
}
