import { Modal, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { linkAlarmEvidence } from '../../contracts/link-health.ts';
import type { LinkAlarm, Statement } from '../../contracts/link-health.ts';
import { useRead } from './api.ts';
import { ErrorView } from './ErrorView.tsx';
import { digestGroups, secondText, thousands } from './formats.ts';
import { messageKindTitles } from '../../contracts/message-kinds.ts';

const facts: readonly { title: string; of: (one: Statement) => string; isDigest?: boolean }[] = [
  { title: '代次、序列号', of: ({ incarnation, sequence }) => `第 ${incarnation} 代第 ${thousands(sequence)} 号` },
  { title: '消息类型', of: ({ kind }) => messageKindTitles[kind] ?? kind },
  { title: '消息编号', of: ({ messageId }) => messageId },
  { title: '签名密钥', of: ({ keyId, signed }) => `${keyId}（${signed ? '签名成立' : '签名不成立'}）` },
  { title: '发出时间（对方所述）', of: ({ issuedAt }) => secondText(issuedAt) },
  { title: '大小', of: ({ bytes }) => `${thousands(bytes)} 字节` },
  { title: '内容摘要', of: ({ bodyHash }) => bodyHash, isDigest: true },
  { title: '前一消息摘要', of: ({ previous }) => previous, isDigest: true },
];

/** The two messages that contradict each other, side by side; where they differ is marked. */
export function EvidenceFacts({ id }: { id: number }) {
  const evidence = useRead(linkAlarmEvidence, { id });
  if (evidence.isPending) return <Skeleton active />;
  if (evidence.isError) return <ErrorView error={evidence.error} onRetry={() => void evidence.refetch()} />;
  const { told, kept } = evidence.data;
  return (
    <table className="evidence">
      <thead>
        <tr>
          <th scope="col">项目</th>
          <th scope="col">{kept ? `日志第 ${thousands(kept.position)} 条` : '日志中没有前一条'}</th>
          <th scope="col">未被接收的消息</th>
        </tr>
      </thead>
      <tbody>
        {facts.map(({ title, of, isDigest }) => (
          <tr key={title} className={kept && of(kept) !== of(told) ? 'differs' : ''}>
            <th scope="row">{title}</th>
            <td>{kept && shown(of(kept), isDigest)}</td>
            <td>{shown(of(told), isDigest)}</td>
          </tr>
        ))}
        {kept && (
          <tr>
            <th scope="row">接收时间</th>
            <td>{secondText(kept.at)}</td>
            <td>—</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function shown(text: string, isDigest = false): ReactNode {
  return isDigest ? <code title={digestGroups(text)}>{digestGroups(text.slice(0, 16))}…</code> : text;
}

export function EvidenceDialog({ alarm, onClose }: { alarm: LinkAlarm | undefined; onClose: () => void }) {
  return (
    <Modal open={alarm !== undefined} title="告警证据" footer={null} onCancel={onClose} destroyOnHidden width={820}>
      {alarm && (
        <>
          <p>{alarm.detail}。两条消息都有对方节点的签名，只能有一条为真。内容不在此显示，只列出可核对的事实。</p>
          <EvidenceFacts id={alarm.id} />
        </>
      )}
    </Modal>
  );
}
