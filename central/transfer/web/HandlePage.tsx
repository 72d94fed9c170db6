import { useState } from 'react';
import { countInbox, REVIEW_WORKING_DAYS } from '../../../contracts/application.ts';
import { exportWaitingTransfers, listTransfers, listWaitingTransfers } from '../../../contracts/transfer.ts';
import type { TransferRow } from '../../../contracts/transfer.ts';
import { getTransfer, getTransferProgress } from '../../../contracts/transfer-case.ts';
import { transferOverview } from '../../../contracts/transfer-monitor.ts';
import { transferKindTitles } from '../../../contracts/transfer-rules.ts';
import type { TransferKind } from '../../../contracts/transfer-rules.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { BatchDecision } from '../../../shared/web/BatchDecision.tsx';
import type { BatchDecisionProps } from '../../../shared/web/BatchDecision.tsx';
import { textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { ReviewDrawer } from '../../../shared/web/ReviewDrawer.tsx';
import { describeTransfer } from './describe-transfer.tsx';
import { handleWords } from './transfer-texts.ts';
import { transferColumns as all } from './TransferColumns.tsx';

export const TransferReviewPage = () => <HandlePage kind="cross-province-transfer" />;
export const EnrolmentReviewPage = () => <HandlePage kind="cross-province-enrolment" />;

const columns = [all.name, all.studentNumber, all.from, all.to, all.gradeName, all.dueOn, all.appliedAt];
const conditions = [textCondition('name', '姓名')];
const changed = [listWaitingTransfers, listTransfers, countInbox, getTransferProgress, transferOverview];
const REFRESH_MS = 30_000;

/** What was selected when an act on it began: the names for its result list, and how to empty the selection. */
interface Selected {
  names: ReadonlyMap<string, string>;
  clear: () => void;
}
const nothingSelected: Selected = { names: new Map(), clear: () => undefined };

/** 核办 (features 18.4): what waits for this unit of either side, one after another, chosen, or all at once. */
function HandlePage({ kind }: { kind: TransferKind }) {
  const [handling, setHandling] = useState<string[]>([]);
  const [selected, setSelected] = useState<Selected>(nothingSelected);
  const [target, setTarget] = useState<BatchDecisionProps['target']>();
  const title = `${transferKindTitles[kind]}核办`;
  const select = (rows: readonly TransferRow[], clear: () => void): string[] => {
    setSelected({ names: new Map(rows.map(({ id, name }) => [id, name])), clear });
    return rows.map(({ id }) => id);
  };

  return (
    <>
      <PageHeader title={title} note={`转入方先核办，转出方后核办；每个单位 ${REVIEW_WORKING_DAYS} 个工作日内办理`} />
      <QueryTable
        endpoint={listWaitingTransfers}
        exportAs={exportWaitingTransfers}
        fixed={{ kind }}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        empty={`没有等待本单位核办的${transferKindTitles[kind]}`}
        batch={[
          { title: '逐项核办', primary: true, onRun: (rows, clear) => setHandling(select(rows, clear)) },
          {
            title: '批量核办',
            onRun: (rows, clear) => setTarget({ kind, act: 'review', ids: select(rows, clear), total: rows.length }),
          },
        ]}
        onOpen={({ id }) => setHandling([id])}
        actions={({ id }) => [{ title: '核办', onRun: () => setHandling([id]) }]}
        toolbar={({ input, total }) => (
          <ActButton
            reason={reasonAgainstAll(total, input['name'] !== undefined)}
            onClick={() => setTarget({ kind, act: 'review', total })}
          >
            全部核办
          </ActButton>
        )}
        refetchInterval={REFRESH_MS}
      />
      <ReviewDrawer
        title={title}
        ids={handling}
        endpoint={getTransfer}
        describe={describeTransfer}
        invalidates={changed}
        words={handleWords}
        onClose={() => {
          if (handling.length > 1) selected.clear();
          setHandling([]);
        }}
      />
      <BatchDecision
        target={target}
        unit="项申请"
        words={handleWords}
        nameOf={({ id }) => selected.names.get(id) ?? id}
        invalidates={changed}
        onStarted={selected.clear}
        onClose={() => setTarget(undefined)}
      />
    </>
  );
}

function reasonAgainstAll(total: number, isNarrow: boolean): string | undefined {
  if (total === 0) return '没有等待核办的申请';
  return isNarrow ? '按姓名查询时请在列表中选择' : undefined;
}
