import { useState } from 'react';
import { exportCase } from '../../../contracts/case-bundle.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { download } from '../../../shared/web/api.ts';
import { useMessages } from '../../../shared/web/messages.tsx';
import { useRun } from '../../../shared/web/RowActions.tsx';

/** 导出案卷: the whole case as one signed file, that anybody can check without this system. */
export function ExportCaseButton({ id }: { id: string }) {
  const messages = useMessages();
  const run = useRun();
  const [working, setWorking] = useState(false);
  const start = async (): Promise<void> => {
    setWorking(true);
    await run(async () => {
      await download(exportCase, { id });
      messages.success('案卷已保存，内含各节点签名的全部消息，可用 npm run verify-case 离线核验');
    });
    setWorking(false);
  };
  return (
    <ActButton loading={working} onClick={() => void start()}>
      导出案卷
    </ActButton>
  );
}
