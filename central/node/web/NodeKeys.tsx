import { Drawer } from 'antd';
import type { TableProps } from 'antd';
import type { SignatureSuite } from '../../../contracts/link.ts';
import { endNodeKey, listNodes, nodeKeyStateTitles, revokeNodeKey } from '../../../contracts/node.ts';
import type { NodeHealth, NodeKeyState, NodeKeyView } from '../../../contracts/node.ts';
import { useAct } from '../../../shared/web/api.ts';
import { DataTable } from '../../../shared/web/DataTable.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import { RowActions } from '../../../shared/web/RowActions.tsx';
import type { RowAction } from '../../../shared/web/RowActions.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';

export const suiteTitles: Readonly<Record<string, string>> = {
  'sm2-sm3': '国密算法',
  ed25519: '国际算法',
} satisfies Record<SignatureSuite, string>;

const tones: Record<NodeKeyState, Tone> = { current: 'good', older: 'attention', ended: 'plain', revoked: 'bad' };

const columns: NonNullable<TableProps<NodeKeyView>['columns']> = [
  { title: '密钥', dataIndex: 'keyId' },
  { title: '算法', dataIndex: 'suite', render: (suite: string) => suiteTitles[suite] ?? suite },
  {
    title: '状态',
    dataIndex: 'state',
    render: (_, { state }) => <StateTag tone={tones[state]}>{nodeKeyStateTitles[state]}</StateTag>,
  },
  { title: '指纹', dataIndex: 'fingerprint', width: 330, render: (value: string) => <code>{value}</code> },
];

/** The keys of one node: the old one is ended after a rollover, a compromised one is revoked. */
export function NodeKeys({ node, onClose }: { node: NodeHealth | undefined; onClose: () => void }) {
  return (
    <Drawer
      open={node !== undefined}
      title={`${node?.name ?? ''}节点的密钥`}
      size={880}
      onClose={onClose}
      destroyOnHidden
    >
      {node && <Keys node={node} />}
    </Drawer>
  );
}

function Keys({ node }: { node: NodeHealth }) {
  const end = useAct(endNodeKey, { invalidates: [listNodes] });
  const revoke = useAct(revokeNodeKey, { invalidates: [listNodes] });
  const messages = useMessages();
  const usable = node.keys.filter(({ state }) => state === 'current' || state === 'older');
  const actions = (key: NodeKeyView): RowAction[] => [
    {
      title: '停用',
      reason: reasonAgainstEnd(key.state),
      confirm: {
        consequence: `用于密钥轮换完成之后。停用后，密钥 ${key.keyId} 只对已经接收的消息有效，此后用它签名的消息一律不再接收。节点仍在用它签名时不能停用。此操作不能撤销。`,
        reasonLabel: '停用原因',
      },
      onRun: async (reason) => {
        await end.mutateAsync({ keyId: key.keyId, reason });
        messages.success(`密钥 ${key.keyId} 已停用`);
      },
    },
    {
      title: '作废',
      danger: true,
      reason: key.state === 'revoked' ? '这把密钥已经作废' : undefined,
      confirm: {
        consequence: <RevokeConsequence node={node} keyId={key.keyId} isLast={usable.every((one) => one === key)} />,
        reasonLabel: '作废原因',
      },
      onRun: async (reason) => {
        await revoke.mutateAsync({ keyId: key.keyId, reason });
        messages.success(`密钥 ${key.keyId} 已作废`);
      },
    },
  ];
  return (
    <>
      <p className="note">节点用“使用中”的密钥签名。轮换：该省生成新密钥并重启，核准后停用旧密钥。泄露：立即作废。</p>
      <DataTable<NodeKeyView>
        rowKey="keyId"
        dataSource={node.keys}
        columns={[
          ...columns,
          { title: '操作', key: 'actions', fixed: 'right', render: (_, key) => <RowActions actions={actions(key)} /> },
        ]}
        pagination={false}
      />
    </>
  );
}

function reasonAgainstEnd(state: NodeKeyState): string | undefined {
  if (state === 'older') return undefined;
  return state === 'current' ? '节点正在使用这把密钥，核准新密钥之后才能停用' : `这把密钥${nodeKeyStateTitles[state]}`;
}

function RevokeConsequence({ node, keyId, isLast }: { node: NodeHealth; keyId: string; isLast: boolean }) {
  return (
    <>
      <p>用于密钥泄露或怀疑泄露。作废后立即生效，不能撤销：</p>
      <ul className="plain-list">
        <li>本节点已经接收的消息照旧有效；尚未接收的，只要用 {keyId} 签名，一律不再接收。</li>
        <li>{node.name}节点得知后启用新的代次，把没有送达的消息用其他密钥重新签名发送，不丢失、不重复。</li>
        {isLast && (
          <li>
            <strong>这是该节点唯一可用的密钥：作废的同时停用该节点，收发全部停止，直到该省生成新密钥并经核准。</strong>
          </li>
        )}
      </ul>
    </>
  );
}
