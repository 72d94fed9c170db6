import { Alert } from 'antd';
import type { TableProps } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { z } from 'zod';
import { approveNode, listNodes, nodeStateTitles, suspendNode } from '../../../contracts/node.ts';
import type { NodeHealth, NodeState } from '../../../contracts/node.ts';
import { hasFailed, useAct, useRead } from '../../../shared/web/api.ts';
import { DataTable } from '../../../shared/web/DataTable.tsx';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { thousands, timeText } from '../../../shared/web/formats.ts';
import { LinkBanner } from '../../../shared/web/LinkBanner.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { RowActions } from '../../../shared/web/RowActions.tsx';
import type { RowAction } from '../../../shared/web/RowActions.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';
import { Unread } from '../../../shared/web/Unread.tsx';
import { Waiting } from '../../../shared/web/Waiting.tsx';
import { paths } from '../../web/paths.ts';
import { NodeKeys, suiteTitles } from './NodeKeys.tsx';

const TITLE = '节点监控';
/** The page is a wall display as well: it looks again by itself. */
const REFRESH_MS = 5_000;

const stateTones: Record<NodeState, Tone> = { 'awaiting-approval': 'attention', active: 'good', suspended: 'bad' };
const columns: NonNullable<TableProps<NodeHealth>['columns']> = [
  { title: '节点', dataIndex: 'name', render: (name: string, row) => <strong title={row.node}>{name}</strong> },
  {
    title: '状态',
    dataIndex: 'state',
    render: (_, { state }) => <StateTag tone={stateTones[state]}>{nodeStateTitles[state]}</StateTag>,
  },
  {
    title: '连接',
    dataIndex: 'online',
    render: (_, node) => <Connection node={node} />,
  },
  { title: '最近联系', dataIndex: 'lastHeardAt', render: (at: string | null) => timeText(at) || '从未联系' },
  { title: '待回执', dataIndex: 'unacknowledged', align: 'right', render: thousands },
  {
    title: '最久等待',
    dataIndex: 'oldestUnacknowledgedMs',
    render: (ms: number | null, { delay }) => <Waiting ms={ms} delay={delay} />,
  },
  { title: '已接收', dataIndex: 'received', align: 'right', render: thousands },
  { title: '已发送', dataIndex: 'sent', align: 'right', render: thousands },
  {
    title: '无法处理',
    dataIndex: 'deadLetters',
    align: 'right',
    render: (_, node) => <DeadLetters node={node} />,
  },
  { title: '算法', dataIndex: 'suite', render: (suite: string) => suiteTitles[suite] ?? suite },
  {
    title: '密钥指纹',
    dataIndex: 'fingerprint',
    render: (value: string) => <code title={value}>{value.slice(0, 19)}…</code>,
  },
];

type Recount = NonNullable<z.output<typeof listNodes.output>['recount']>;

/** After a restore of the hub: why nobody gets an answer about an identity, and what the operator can do. */
function RecountNotice({ recount, nodes }: { recount: Recount; nodes: readonly NodeHealth[] }) {
  const names = recount.waitingFor.map((id) => nodes.find(({ node }) => node === id)?.name ?? id);
  return (
    <Alert
      type="warning"
      showIcon
      title="中央节点从备份恢复，正在与各省核对查重结果，暂不答复新的查重"
      description={`自 ${timeText(recount.since)} 起，等待：${names.join('、')}。长时间无法连接的节点可以停用，其他省随即继续。`}
    />
  );
}

/** Every province node with its health; a new one is let in only when its fingerprint was compared by telephone. */
export function NodesPage() {
  const nodes = useRead(listNodes, {}, { refetchInterval: REFRESH_MS });
  const approve = useAct(approveNode, { invalidates: [listNodes] });
  const suspend = useAct(suspendNode, { invalidates: [listNodes] });
  const messages = useMessages();
  const [keysOf, setKeysOf] = useState<string>();

  const actions = (row: NodeHealth): RowAction[] => [
    {
      title: '核准',
      reason: row.state === 'active' ? '该节点已启用' : undefined,
      confirm: { consequence: <Fingerprint node={row} /> },
      onRun: async () => {
        await approve.mutateAsync({ node: row.node, fingerprint: row.fingerprint });
        messages.success(`${row.name}节点已启用`);
      },
    },
    {
      title: '停用',
      danger: true,
      reason: row.state === 'active' ? undefined : `当前为“${nodeStateTitles[row.state]}”，只有“已启用”时才能停用`,
      confirm: {
        consequence: `停用后不再接收${row.name}节点的消息，也不再向其发送；该省的注册、转学等业务将等待，重新核准后继续。`,
        reasonLabel: '停用原因',
      },
      onRun: async (reason) => {
        await suspend.mutateAsync({ node: row.node, reason });
        messages.success(`${row.name}节点已停用`);
      },
    },
    {
      title: '密钥',
      reason: row.keys.length === 0 ? '核准后才有密钥' : undefined,
      onRun: () => setKeysOf(row.node),
    },
  ];

  if (hasFailed(nodes))
    return (
      <>
        <PageHeader title={TITLE} />
        <Unread query={nodes} />
      </>
    );
  return (
    <>
      <PageHeader title={TITLE} note="每 5 秒刷新" />
      <LinkBanner />
      {nodes.data?.recount && <RecountNotice recount={nodes.data.recount} nodes={nodes.data.nodes} />}
      <DataTable<NodeHealth>
        rowKey="node"
        loading={nodes.isPending}
        dataSource={nodes.data?.nodes ?? []}
        columns={[
          ...columns,
          { title: '操作', key: 'actions', fixed: 'right', render: (_, row) => <RowActions actions={actions(row)} /> },
        ]}
        pagination={false}
        locale={{ emptyText: nodes.isPending ? ' ' : <EmptyState>还没有省级节点申请入网</EmptyState> }}
      />
      <NodeKeys node={nodes.data?.nodes.find(({ node }) => node === keysOf)} onClose={() => setKeysOf(undefined)} />
    </>
  );
}

function Connection({ node: { online, quarantined } }: { node: NodeHealth }) {
  if (quarantined !== null) return <StateTag tone="bad">已隔离</StateTag>;
  return <StateTag tone={online ? 'good' : 'bad'}>{online ? '在线' : '离线'}</StateTag>;
}

function DeadLetters({ node: { node, deadLetters } }: { node: NodeHealth }) {
  if (deadLetters === 0) return '0';
  return (
    <Link to={`${paths.laidAside}?outcome=dead&peer=${node}`}>
      <StateTag tone="bad">{thousands(deadLetters)}</StateTag>
    </Link>
  );
}

function Fingerprint({ node }: { node: NodeHealth }) {
  return (
    <>
      <p>请与{node.name}节点的管理员通过电话逐组核对密钥指纹，完全一致才能核准。核准后该节点即可收发消息。</p>
      <p className="fingerprint">{node.fingerprint}</p>
    </>
  );
}
