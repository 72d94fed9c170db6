import { getLinkedProgress, listLinkedGroups, urgeLinkedGroup } from '../../../contracts/problem-linkage.ts';
import { useAct } from '../../../shared/web/api.ts';
import { ConfirmAct } from '../../../shared/web/ConfirmAct.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';

export const urgeConsequence = '各方在这组问题学籍的办理经过中看到催办，记录时间和催办人；每个工作日最多催办一次。';

interface UrgeGroupButtonProps {
  id: string;
  turnName: string | null;
  reason: string | null;
}

/** 催办: asks first, because both sides are told at once. */
export function UrgeGroupButton({ id, turnName, reason }: UrgeGroupButtonProps) {
  const messages = useMessages();
  const urge = useAct(urgeLinkedGroup, { invalidates: [getLinkedProgress, listLinkedGroups] });
  return (
    <ConfirmAct
      reason={reason}
      title={`催办${turnName ?? ''}`}
      consequence={urgeConsequence}
      okText="催办"
      onConfirm={async () => {
        const done = await urge.mutateAsync({ id });
        messages.success(`已催办${done.turnName}`);
      }}
    >
      催办
    </ConfirmAct>
  );
}
