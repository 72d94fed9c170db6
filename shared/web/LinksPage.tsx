import type { TableProps } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import {
  alarmStandingTitles,
  exportLinkAlarms,
  handleLinkAlarm,
  liftQuarantine,
  linkAlarmTitles,
  listLinkAlarms,
  listLinks,
} from '../../contracts/link-health.ts';
import type { AlarmStanding, LinkAlarm, LinkAlarmKind, LinkHealth } from '../../contracts/link-health.ts';
import { useAct, useRead } from './api.ts';
import { code, custom, second } from './columns.tsx';
import type { Column } from './columns.tsx';
import { choiceCondition } from './conditions.ts';
import { DataTable } from './DataTable.tsx';
import { EmptyState } from './EmptyState.tsx';
import { ErrorView } from './ErrorView.tsx';
import { EvidenceDialog, EvidenceFacts } from './Evidence.tsx';
import { sizeText, thousands, timeText } from './formats.ts';
import { useReasonAgainst } from './may.ts';
import { useMessages } from './messages.tsx';
import { nodeName, provinceNodeTitles } from '../../contracts/node-name.ts';
import { PageHeader } from './PageHeader.tsx';
import { QueryTable } from './QueryTable.tsx';
import { RowActions } from './RowActions.tsx';
import type { RowAction } from './RowActions.tsx';
import { useSession } from './session.ts';
import { StateTag } from './StateTag.tsx';
import type { Tone } from './StateTag.tsx';
import { systemPaths } from './system-paths.ts';
import { delayTones, Waiting } from './Waiting.tsx';

const REFRESH_MS = 15_000;
const standingTones: Record<AlarmStanding, Tone> = { open: 'attention', handled: 'good' };

const conditions = [
  choiceCondition('standing', '处理情况', alarmStandingTitles),
  choiceCondition('what', '告警', linkAlarmTitles),
];
/** A province has the hub only. */
const hubConditions = [...conditions, choiceCondition('peer', '对方节点', provinceNodeTitles)];

const alarmColumns: Column<LinkAlarm>[] = [
  second('at', '时间', { sortable: true }),
  custom('peer', '对方节点', ({ peer }) => nodeName(peer), { width: 96 }),
  code<LinkAlarm>('what', '告警', linkAlarmTitles satisfies Record<LinkAlarmKind, string>, { width: 112 }),
  custom('detail', '说明', (row) => <Detail alarm={row} />),
  custom('standing', '处理情况', (row) => <Handling alarm={row} />, { width: 208 }),
];

/** How every link of this node is, what happened to it, and what an operator settles. */
export function LinksPage() {
  return (
    <>
      <PageHeader
        title="链路告警"
        note="本节点与其他节点的消息链路；消息迟迟没有回执、前后矛盾、从备份恢复都在这里告警"
      />
      <Links />
      <Alarms />
    </>
  );
}

const linkColumns: NonNullable<TableProps<LinkHealth>['columns']> = [
  { title: '对方节点', dataIndex: 'peer', render: (peer: string) => <strong title={peer}>{nodeName(peer)}</strong> },
  { title: '链路', dataIndex: 'open', render: (_, link) => <LinkState link={link} /> },
  { title: '最近联系', dataIndex: 'lastHeardAt', render: (_, link) => <Heard link={link} /> },
  { title: '待回执', dataIndex: 'unacknowledged', align: 'right', render: thousands },
  {
    title: '最久等待',
    dataIndex: 'oldestUnacknowledgedMs',
    render: (ms: number | null, { delay }) => <Waiting ms={ms} delay={delay} />,
  },
  { title: '无法处理', dataIndex: 'dead', align: 'right', render: (_, link) => <Count of={link} outcome="dead" /> },
  { title: '等待升级', dataIndex: 'parked', align: 'right', render: (_, link) => <Count of={link} outcome="parked" /> },
];

function Links() {
  const links = useRead(listLinks, {}, { refetchInterval: REFRESH_MS });
  const lift = useAct(liftQuarantine, { invalidates: [listLinks] });
  const mayNot = useReasonAgainst(liftQuarantine);
  const messages = useMessages();
  const actions = (link: LinkHealth): RowAction[] => [
    {
      title: '解除隔离',
      danger: true,
      reason: link.quarantined === null ? '该链路没有被隔离' : mayNot,
      confirm: { consequence: <LiftConsequence link={link} />, reasonLabel: '查明的原因和处理结果', width: 820 },
      onRun: async (reason) => {
        await lift.mutateAsync({ peer: link.peer, reason });
        messages.success(`与${nodeName(link.peer)}的链路已解除隔离`);
      },
    },
  ];
  if (links.isError && !links.data) return <ErrorView error={links.error} onRetry={() => void links.refetch()} />;
  return (
    <section className="home-section" aria-label="各链路现状">
      <h2>各链路现状</h2>
      <DataTable<LinkHealth>
        rowKey="peer"
        loading={links.isPending}
        dataSource={links.data?.links ?? []}
        columns={[
          ...linkColumns,
          { title: '操作', key: 'actions', fixed: 'right', render: (_, row) => <RowActions actions={actions(row)} /> },
        ]}
        pagination={false}
        locale={{ emptyText: links.isPending ? ' ' : <EmptyState>还没有与其他节点建立链路</EmptyState> }}
      />
    </section>
  );
}

function LiftConsequence({ link }: { link: LinkHealth }) {
  const newest = useRead(listLinkAlarms, { peer: link.peer, what: 'equivocation', pageSize: 1 });
  const alarm = newest.data?.rows[0];
  return (
    <>
      <p>
        {nodeName(link.peer)}
        对同一位置说了两种不同的话，通常是两台机器以同一身份运行，或被人强行恢复。请先与对方管理员查明，停用其中一台。
      </p>
      {alarm && <EvidenceFacts id={alarm.id} />}
      <p>解除后继续接收该节点后续的消息；已接收的不变，与之矛盾的那条不会生效。若仍有两台机器在运行，会再次隔离。</p>
    </>
  );
}

function Alarms() {
  const handle = useAct(handleLinkAlarm, { invalidates: [listLinkAlarms, listLinks] });
  const mayNot = useReasonAgainst(handleLinkAlarm);
  const messages = useMessages();
  const { node } = useSession();
  const [shown, setShown] = useState<LinkAlarm>();
  const actions = (alarm: LinkAlarm): RowAction[] => [
    {
      title: '查看证据',
      reason: alarm.evidenceBytes === 0 ? '此类告警没有证据' : undefined,
      onRun: () => setShown(alarm),
    },
    {
      title: '标记已处理',
      reason: alarm.handledAt === null ? mayNot : '已经处理',
      confirm: {
        consequence: '告警留在列表中，不再提醒。处理说明和处理人一并保存，并记入审计日志。',
        reasonLabel: '处理说明',
      },
      onRun: async (remark) => {
        await handle.mutateAsync({ id: alarm.id, remark });
        messages.success('已标记为处理');
      },
    },
  ];
  return (
    <section className="home-section" aria-label="告警记录">
      <h2>告警记录</h2>
      <QueryTable
        endpoint={listLinkAlarms}
        exportAs={exportLinkAlarms}
        rowKey="id"
        columns={alarmColumns}
        conditions={node === 'hub' ? hubConditions : conditions}
        empty="没有发生过告警"
        actions={actions}
        refetchInterval={REFRESH_MS}
      />
      <EvidenceDialog alarm={shown} onClose={() => setShown(undefined)} />
    </section>
  );
}

function Detail({ alarm: { detail, evidenceBytes } }: { alarm: LinkAlarm }) {
  return (
    <>
      {detail}
      {evidenceBytes > 0 && <div className="note">证据 {sizeText(evidenceBytes)}</div>}
    </>
  );
}

function Handling({ alarm: { handledAt, handledBy, remark } }: { alarm: LinkAlarm }) {
  const standing: AlarmStanding = handledAt === null ? 'open' : 'handled';
  return (
    <>
      <StateTag tone={standingTones[standing]}>{alarmStandingTitles[standing]}</StateTag>
      {remark && <div>{remark}</div>}
      {handledAt !== null && (
        <div className="note">
          {handledBy} {timeText(handledAt)}
        </div>
      )}
    </>
  );
}

function LinkState({ link: { quarantined, open } }: { link: LinkHealth }) {
  if (quarantined !== null) return <StateTag tone="bad">已隔离</StateTag>;
  return open ? <StateTag tone="good">正常</StateTag> : <StateTag tone="attention">未建立，消息等待</StateTag>;
}

function Heard({ link: { lastHeardAt, silence } }: { link: LinkHealth }) {
  const at = timeText(lastHeardAt) || '从未联系';
  return silence ? <StateTag tone={delayTones[silence]}>{at}</StateTag> : at;
}

function Count({ of, outcome }: { of: LinkHealth; outcome: 'dead' | 'parked' }) {
  if (of[outcome] === 0) return '0';
  return <Link to={`${systemPaths.laidAside}?outcome=${outcome}&peer=${of.peer}`}>{thousands(of[outcome])}</Link>;
}
