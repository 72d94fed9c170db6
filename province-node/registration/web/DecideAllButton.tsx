import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { listInbox, stepActTitles } from '../../../contracts/application.ts';
import type { StepAct } from '../../../contracts/application.ts';
import type { RegistrationKind } from '../../../contracts/registration.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { useRead } from '../../../shared/web/api.ts';
import type { BatchDecisionProps } from '../../../shared/web/BatchDecision.tsx';
import { thousands } from '../../../shared/web/formats.ts';
import type { Asked } from '../../../shared/web/QueryTable.tsx';
import { useRun } from '../../../shared/web/RowActions.tsx';
import { decidableIds, IDS_MAX } from './decidable-ids.ts';
import { decidableOf, leftOutText, reasonAgainstAll, waitingSchools } from './waiting-schools.ts';

interface DecideAllButtonProps {
  asked: Asked;
  kind: RegistrationKind;
  act: StepAct;
  onTarget: (target: BatchDecisionProps['target']) => void;
}

/**
 * 全部审核, 全部上报 of what the conditions select. School and id category are told to the server as they are; what other
 * conditions select is named one by one.
 */
export function DecideAllButton({ asked, kind, act, onTarget }: DecideAllButtonProps) {
  const run = useRun();
  const [working, setWorking] = useState(false);
  const inbox = useRead(listInbox, { kind, act });
  const { orgId, category: group, name, idNumber, checkState } = asked.input as Record<string, string | undefined>;
  const isNarrow = Boolean(name ?? idNumber ?? checkState);
  const waiting = waitingSchools(
    (inbox.data?.rows ?? []).filter(
      (row) => (orgId === undefined || row.orgId === orgId) && (group === undefined || row.group === group),
    ),
  );

  const decideNarrow = async (): Promise<void> => {
    setWorking(true);
    await run(async () => {
      const ids = await decidableIds({ ...asked.input, act });
      onTarget({ kind, act, ids, total: ids.length });
    });
    setWorking(false);
  };
  const decideAll = (): void =>
    onTarget({ kind, act, total: decidableOf(waiting), ...(orgId ? { orgId } : {}), ...(group ? { group } : {}) });

  return (
    <>
      <ActButton
        loading={working}
        reason={isNarrow ? reasonAgainstNarrow(asked.total) : (reasonUncounted(inbox) ?? reasonAgainstAll(waiting))}
        onClick={() => (isNarrow ? void decideNarrow() : decideAll())}
      >
        全部{stepActTitles[act]}
      </ActButton>
      {!isNarrow && <span className="note">{leftOutText(waiting)}</span>}
    </>
  );
}

/** Not that there is nobody, while nobody has counted. */
function reasonUncounted({ isPending, isError, data }: UseQueryResult<object>): string | undefined {
  if (isPending) return '正在统计待办人数';
  return isError && data === undefined ? '没有取到待办人数，请刷新本页后再办理' : undefined;
}

function reasonAgainstNarrow(total: number): string | undefined {
  if (total === 0) return '没有符合条件的学生';
  return total > IDS_MAX ? `符合条件的超过 ${thousands(IDS_MAX)} 人，请缩小查询范围` : undefined;
}
