import { useState } from 'react';
import { Link } from 'react-router';
import { countInbox } from '../../../contracts/application.ts';
import {
  exportWaitingInProvince,
  getInProvince,
  IN_PROVINCE_TRANSFER,
  listInProvince,
  listWaitingInProvince,
} from '../../../contracts/in-province-transfer.ts';
import type { InProvinceRow } from '../../../contracts/in-province-transfer.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { queryString } from '../../../shared/web/api.ts';
import { BatchDecision } from '../../../shared/web/BatchDecision.tsx';
import type { BatchDecisionProps } from '../../../shared/web/BatchDecision.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { ReviewDrawer } from '../../../shared/web/ReviewDrawer.tsx';
import { paths } from '../../web/paths.ts';
import { describeTransfer } from './describe-transfer.tsx';
import { inProvinceWords } from './review-words.ts';
import { transferColumns } from './transfer-columns.tsx';

const columns = transferColumns.filter(({ name }) => name !== 'state' && name !== 'turn');

const changed = [listWaitingInProvince, listInProvince, countInbox];

/** What was selected when an act on it began: the names for its result list, and how to empty the selection. */
interface Selected {
  names: ReadonlyMap<string, string>;
  clear: () => void;
}
const nothingSelected: Selected = { names: new Map(), clear: () => undefined };

/** 省内转学审核: what waits for the caller, of pupils who come and who leave: one after another, chosen, or all at once. */
export function ReviewInProvincePage() {
  const [reviewing, setReviewing] = useState<string[]>([]);
  const [selected, setSelected] = useState<Selected>(nothingSelected);
  const [target, setTarget] = useState<BatchDecisionProps['target']>();
  const select = (rows: readonly InProvinceRow[], clear: () => void): string[] => {
    setSelected({ names: new Map(rows.map(({ id, name }) => [id, name])), clear });
    return rows.map(({ id }) => id);
  };
  const decide = (total: number, ids?: string[]): void =>
    setTarget({ kind: IN_PROVINCE_TRANSFER, act: 'review', total, ...(ids ? { ids } : {}) });
  return (
    <>
      <PageHeader
        title="省内转学审核"
        note="转入学校、转入学校主管教育局、转出学校、转出学校主管教育局依次审核，全部通过后学籍自动转入"
      />
      <QueryTable
        endpoint={listWaitingInProvince}
        exportAs={exportWaitingInProvince}
        rowKey="id"
        columns={columns}
        empty="没有等待审核的省内转学申请"
        batch={[
          { title: '逐项审核', primary: true, onRun: (rows, clear) => setReviewing(select(rows, clear)) },
          { title: '批量审核', onRun: (rows, clear) => decide(rows.length, select(rows, clear)) },
        ]}
        onOpen={({ id }) => setReviewing([id])}
        actions={({ id }) => [{ title: '审核', onRun: () => setReviewing([id]) }]}
        toolbar={({ total }) => (
          <ActButton reason={total === 0 ? '没有等待审核的申请' : undefined} onClick={() => decide(total)}>
            全部审核
          </ActButton>
        )}
      />
      <ReviewDrawer
        title="省内转学审核"
        ids={reviewing}
        endpoint={getInProvince}
        describe={describeTransfer}
        invalidates={changed}
        words={inProvinceWords}
        onClose={() => {
          if (reviewing.length > 1) selected.clear();
          setReviewing([]);
        }}
      />
      <BatchDecision
        target={target}
        unit="项申请"
        nameOf={({ id }) => (
          <Link to={paths.transfersInProvince + queryString({ open: id })}>{selected.names.get(id) ?? '查看申请'}</Link>
        )}
        invalidates={changed}
        words={inProvinceWords}
        onStarted={selected.clear}
        onClose={() => setTarget(undefined)}
      />
    </>
  );
}
