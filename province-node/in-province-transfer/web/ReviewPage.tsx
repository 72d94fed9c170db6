import { useState } from 'react';
import { countInbox } from '../../../contracts/application.ts';
import { getInProvince, listInProvince, listWaitingInProvince } from '../../../contracts/in-province-transfer.ts';
import type { InProvinceRow } from '../../../contracts/in-province-transfer.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import type { BatchAction } from '../../../shared/web/QueryTable.tsx';
import { ReviewDrawer } from '../../../shared/web/ReviewDrawer.tsx';
import { describeTransfer } from './describe-transfer.tsx';
import { transferColumns } from './transfer-columns.tsx';

const columns = transferColumns.filter(({ name }) => name !== 'state' && name !== 'turn');

/** 省内转学审核: what waits for the caller, of pupils who come and who leave, decided one after another. */
export function ReviewInProvincePage() {
  const [reviewing, setReviewing] = useState<{ ids: string[]; clear?: () => void }>({ ids: [] });
  const chosen: BatchAction<InProvinceRow> = {
    title: '审核',
    primary: true,
    onRun: (rows, clear) => setReviewing({ ids: rows.map(({ id }) => id), clear }),
  };
  return (
    <>
      <PageHeader
        title="省内转学审核"
        note="转入学校、转入学校主管教育局、转出学校、转出学校主管教育局依次审核，全部通过后学籍自动转入"
      />
      <QueryTable
        endpoint={listWaitingInProvince}
        rowKey="id"
        columns={columns}
        empty="没有等待审核的省内转学申请"
        batch={[chosen]}
        onOpen={({ id }) => setReviewing({ ids: [id] })}
        actions={({ id }) => [{ title: '审核', onRun: () => setReviewing({ ids: [id] }) }]}
      />
      <ReviewDrawer
        title="省内转学审核"
        ids={reviewing.ids}
        endpoint={getInProvince}
        describe={describeTransfer}
        invalidates={[listWaitingInProvince, listInProvince, countInbox]}
        onClose={() => {
          reviewing.clear?.();
          setReviewing({ ids: [] });
        }}
      />
    </>
  );
}
