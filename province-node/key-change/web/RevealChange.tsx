import { useState } from 'react';
import { revealKeyChange } from '../../../contracts/key-change.ts';
import { call } from '../../../shared/web/api.ts';
import type { OutputOf } from '../../../shared/web/api.ts';
import { ConfirmAct } from '../../../shared/web/ConfirmAct.tsx';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';

/** Both numbers in full, for a reason, as long as the page is open: to be compared with the evidence. */
export function RevealChange({ id, name }: { id: string; name: string }) {
  const [shown, setShown] = useState<OutputOf<typeof revealKeyChange>>();
  if (shown)
    return (
      <span role="status" className="note">
        　<IdNumber value={shown.before} /> → <IdNumber value={shown.after} />
      </span>
    );
  return (
    <ConfirmAct
      type="link"
      size="small"
      title="查看完整号码"
      consequence={`将显示${name}变更前和变更后的完整身份证件号。查看人、时间和原因记入操作日志。`}
      okText="查看"
      reasonLabel="查看原因"
      onConfirm={async (reason) => setShown(await call(revealKeyChange, { id, reason }))}
    >
      查看完整号码
    </ConfirmAct>
  );
}
