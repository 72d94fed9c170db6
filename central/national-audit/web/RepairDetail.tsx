import { Descriptions, Skeleton } from 'antd';
import { acceptRepair, dismissRepair, getRepair, listRepairs } from '../../../contracts/custody-repair.ts';
import {
  auditOverview,
  differenceTitles,
  fixTitles,
  repairMoves,
  repairStateTitles,
} from '../../../contracts/national-audit.ts';
import type { EvidenceSide, RepairView } from '../../../contracts/custody-repair.ts';
import { reasonAgainst } from '../../../contracts/core/moves.ts';
import { hasFailed, useAct, useRead } from '../../../shared/web/api.ts';
import { ConfirmAct } from '../../../shared/web/ConfirmAct.tsx';
import { DataTable } from '../../../shared/web/DataTable.tsx';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { thousands, timeText } from '../../../shared/web/formats.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import './audit.css';

/** One repair: the evidence of all sides, what the fix changes, and the decision. */
export function RepairDetail({ id, onDecided }: { id: string; onDecided: () => void }) {
  const repair = useRead(getRepair, { id });
  if (hasFailed(repair)) return <ErrorView error={repair.error} onRetry={() => void repair.refetch()} />;
  if (!repair.data) return <Skeleton active />;
  return (
    <div className="repair-view">
      <About repair={repair.data} />
      <section aria-label="各方情况">
        <h3>各方情况</h3>
        <div className="repair-sides">
          {repair.data.sides.map((side) => (
            <Side key={side.title} side={side} />
          ))}
        </div>
      </section>
      <section aria-label="修复方案">
        <h3>修复方案：{fixTitles[repair.data.fix]}</h3>
        <p>{repair.data.proposal}</p>
        {repair.data.changes.length > 0 && <Changes changes={repair.data.changes} />}
      </section>
      <Decision repair={repair.data} onDecided={onDecided} />
    </div>
  );
}

function About({ repair }: { repair: RepairView }) {
  const found = `${timeText(repair.firstFoundAt)} 首次发现，最近 ${timeText(repair.lastFoundAt)}，共 ${thousands(repair.timesFound)} 次`;
  const decided = repair.decidedAt && `${timeText(repair.decidedAt)} ${repair.decidedBy ?? '系统自动'}`;
  const items = [
    { key: 'kind', label: '差异', children: differenceTitles[repair.kind] },
    { key: 'state', label: '状态', children: repairStateTitles[repair.state] },
    { key: 'name', label: '姓名', children: repair.maskedName },
    { key: 'number', label: '学籍号', children: <IdNumber value={repair.maskedStudentNumber} /> },
    { key: 'school', label: '学校', children: `${repair.provinceName} ${repair.schoolName}` },
    { key: 'found', label: '发现', children: found },
    ...(decided ? [{ key: 'decided', label: '决定', children: decided }] : []),
    ...(repair.opinion ? [{ key: 'opinion', label: '原因', children: repair.opinion }] : []),
    ...(repair.outcome ? [{ key: 'outcome', label: '进展', children: repair.outcome, span: 2 }] : []),
  ];
  return <Descriptions bordered size="small" column={2} items={items} />;
}

function Side({ side: { title, absence, items } }: { side: EvidenceSide }) {
  return (
    <div className="repair-side">
      <h4>{title}</h4>
      {absence !== null && <p className="note">{absence}</p>}
      <dl>
        {items.map(({ label, value, differs }) => (
          <div key={label} style={{ display: 'contents' }}>
            <dt>{label}</dt>
            <dd className={differs ? 'differs' : ''}>
              {value}
              {differs && <span className="unseen">（不一致）</span>}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Changes({ changes }: Pick<RepairView, 'changes'>) {
  return (
    <DataTable<RepairView['changes'][number]>
      rowKey="what"
      dataSource={changes}
      pagination={false}
      columns={[
        { title: '项目', dataIndex: 'what' },
        { title: '修复前', dataIndex: 'before' },
        { title: '修复后', dataIndex: 'after' },
      ]}
    />
  );
}

function Decision({ repair, onDecided }: { repair: RepairView; onDecided: () => void }) {
  const { id, revision, state, fix, isFinal, proposal } = repair;
  const invalidates = [listRepairs, getRepair, auditOverview];
  const accept = useAct(acceptRepair, { invalidates });
  const dismiss = useAct(dismissRepair, { invalidates });
  const messages = useMessages();
  return (
    <div className="repair-buttons">
      <ConfirmAct
        type="primary"
        danger={isFinal}
        title={`接受修复方案：${fixTitles[fix]}`}
        okText="接受"
        reason={reasonAgainst(repairMoves, 'accept', state, repairStateTitles)}
        consequence={isFinal ? `${proposal}此操作不能撤销，请看清各方情况后再决定。` : proposal}
        tickLabel={isFinal ? '我已核对各方情况' : undefined}
        onConfirm={async () => {
          await accept.mutateAsync({ id, revision });
          messages.success('已接受，执行结果由下次核对确认');
          onDecided();
        }}
      >
        接受修复方案
      </ConfirmAct>
      <ConfirmAct
        title="不予处理"
        okText="不予处理"
        reason={reasonAgainst(repairMoves, 'dismiss', state, repairStateTitles)}
        consequence="同样的差异以后不再提出；情况有变化时会重新提出。"
        reasonLabel="原因"
        onConfirm={async (reason) => {
          await dismiss.mutateAsync({ id, revision, reason });
          messages.success('已记录，不予处理');
          onDecided();
        }}
      >
        不予处理
      </ConfirmAct>
    </div>
  );
}
