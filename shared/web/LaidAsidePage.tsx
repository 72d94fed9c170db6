import {
  dropMessage,
  exportLaidAside,
  laidAsideTitles,
  listLaidAside,
  replayMessage,
} from '../../contracts/laid-aside.ts';
import type { LaidAside, LaidAsideOutcome } from '../../contracts/laid-aside.ts';
import { listLinks } from '../../contracts/link-health.ts';
import { messageDirectionTitles, messageOutcomeTitles } from '../../contracts/node.ts';
import { useAct } from './api.ts';
import { amount, custom, second, state, text } from './columns.tsx';
import type { Column } from './columns.tsx';
import { choiceCondition } from './conditions.ts';
import { useReasonAgainst } from './may.ts';
import { messageKindTitles } from '../../contracts/message-kinds.ts';
import { useMessages } from './messages.tsx';
import { nodeName, provinceNodeTitles } from '../../contracts/node-name.ts';
import { PageHeader } from './PageHeader.tsx';
import { QueryTable } from './QueryTable.tsx';
import type { RowAction } from './RowActions.tsx';
import { useSession } from './session.ts';
import type { Tone } from './StateTag.tsx';

const REFRESH_MS = 15_000;
const tones: Record<LaidAsideOutcome, Tone> = { dead: 'bad', parked: 'attention' };

const conditions = [
  choiceCondition('outcome', '状态', laidAsideTitles),
  choiceCondition('direction', '方向', messageDirectionTitles),
  choiceCondition('kind', '消息类型', messageKindTitles),
];
/** A province has the hub only. */
const hubConditions = [...conditions, choiceCondition('peer', '对方节点', provinceNodeTitles)];

const columns: Column<LaidAside>[] = [
  second('at', '收发时间', { sortable: true }),
  custom('direction', '方向', ({ direction }) => messageDirectionTitles[direction], { width: 64 }),
  custom('peer', '对方节点', ({ peer }) => nodeName(peer), { width: 112 }),
  custom('kind', '消息类型', ({ kind }) => messageKindTitles[kind] ?? kind, { width: 112 }),
  state('outcome', '状态', laidAsideTitles, tones, { width: 96 }),
  custom('problem', '问题', ({ problem, outcome }) => <ProblemText problem={problem} outcome={outcome} />, {
    width: 340,
  }),
  second('laidAsideAt', '搁置时间', { hidden: true }),
  amount('position', '日志位置', { hidden: true }),
  text('messageId', '消息编号', { hidden: true }),
  amount('sequence', '序列号', { hidden: true }),
  amount('incarnation', '节点代次', { hidden: true }),
];

/** Messages that were not applied: to be tried again after a repair or an upgrade, or given up. */
export function LaidAsidePage() {
  const invalidates = [listLaidAside, listLinks];
  const replay = useAct(replayMessage, { invalidates });
  const drop = useAct(dropMessage, { invalidates });
  const mayNot = useReasonAgainst(replayMessage);
  const messages = useMessages();
  const { node } = useSession();

  const actions = (row: LaidAside): RowAction[] => {
    const against = row.direction === 'sent' ? '由对方节点的管理员处理' : mayNot;
    return [
      {
        title: '重新处理',
        reason: against,
        confirm: {
          consequence: '现在再处理一次这条消息，适用于程序修复或升级之后。仍然失败时不改变任何数据，消息留在这里。',
        },
        onRun: async () => {
          const { outcome, problem } = await replay.mutateAsync({ position: row.position });
          const told = messageOutcomeTitles[outcome];
          if (outcome === 'applied') messages.success('消息已处理，发送方会收到回执');
          else messages.warning(problem ? `${told}：${problem}` : told);
        },
      },
      {
        title: '放弃',
        danger: true,
        reason: against ?? (row.outcome === 'parked' ? '等待升级的消息在升级后自动处理，不能放弃' : undefined),
        confirm: {
          consequence: `放弃后这条消息不再处理，${nodeName(row.peer)}收到“已拒绝”和下面的原因，其中的业务须由对方另行办理。此操作不能撤销。`,
          reasonLabel: '放弃原因（对方可见）',
        },
        onRun: async (reason) => {
          await drop.mutateAsync({ position: row.position, reason });
          messages.success('消息已放弃，发送方会收到原因');
        },
      },
    ];
  };

  return (
    <>
      <PageHeader title="异常消息" note="收到而没有生效的消息：处理多次失败的，以及比本节点程序新、等待升级的" />
      <QueryTable
        endpoint={listLaidAside}
        exportAs={exportLaidAside}
        rowKey="position"
        columns={columns}
        conditions={node === 'hub' ? hubConditions : conditions}
        empty="没有异常消息，收到的消息都已处理"
        actions={actions}
        refetchInterval={REFRESH_MS}
      />
    </>
  );
}

function ProblemText({ problem, outcome }: Pick<LaidAside, 'problem' | 'outcome'>) {
  if (problem === null) return outcome === 'parked' ? '本节点的程序还不认识这种消息' : '';
  return (
    <div className="two-lines" title={problem}>
      {problem}
    </div>
  );
}
