import { CheckCircleOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import {
  exportMessages,
  listMessages,
  messageDirectionTitles,
  messageOutcomeTitles,
  verifyMessageLog,
} from '../../contracts/node.ts';
import type { LoggedMessage } from '../../contracts/node.ts';
import { useAct } from './api.ts';
import type { OutputOf } from './api.ts';
import { amount, custom, second, state, text } from './columns.tsx';
import type { Column } from './columns.tsx';
import { choiceCondition, textCondition } from './conditions.ts';
import { ProblemAlert } from './ErrorView.tsx';
import { digestGroups, thousands } from './formats.ts';
import { LinkBanner } from './LinkBanner.tsx';
import { messageKindTitles } from '../../contracts/message-kinds.ts';
import { nodeName } from '../../contracts/node-name.ts';
import { PageHeader } from './PageHeader.tsx';
import { QueryTable } from './QueryTable.tsx';
import type { Tone } from './StateTag.tsx';

const outcomeTones: Record<LoggedMessage['outcome'], Tone> = {
  pending: 'going-on',
  applied: 'good',
  refused: 'attention',
  parked: 'going-on',
  dead: 'bad',
};

const conditions = [
  choiceCondition('direction', '方向', messageDirectionTitles),
  choiceCondition('kind', '消息类型', messageKindTitles),
  choiceCondition('outcome', '处理结果', messageOutcomeTitles),
  textCondition('messageId', '消息编号'),
];

const columns: Column<LoggedMessage>[] = [
  amount('position', '日志位置', { sortable: true, width: 96 }),
  second('at', '时间', { sortable: true }),
  custom('direction', '方向', (row) => messageDirectionTitles[row.direction], { width: 64 }),
  custom('peer', '对方节点', (row) => nodeName(row.peer), { width: 132 }),
  custom('kind', '消息类型', (row) => messageKindTitles[row.kind] ?? row.kind, { width: 120 }),
  amount('items', '条数', { width: 72 }),
  amount('bytes', '字节', { width: 88, hidden: true }),
  state('outcome', '处理结果', messageOutcomeTitles, outcomeTones, { width: 112 }),
  text('messageId', '消息编号'),
  amount('sequence', '序列号', { width: 88, hidden: true }),
  amount('incarnation', '节点代次', { hidden: true }),
  custom(
    'chainHash',
    '链式摘要',
    (row) => <code title={digestGroups(row.chainHash)}>{row.chainHash.slice(0, 12)}…</code>,
    { hidden: true },
  ),
];

/** The signed log of all messages of this node: search, and proof that nobody has changed it. */
export function MessageLogPage() {
  const verify = useAct(verifyMessageLog);
  return (
    <>
      <PageHeader title="消息日志" note="本节点收发的全部消息，逐条签名、首尾相链，任何改动都能查出" />
      <LinkBanner />
      {verify.data && <Verdict verdict={verify.data} />}
      {verify.error && <ProblemAlert problem={verify.error} />}
      <QueryTable
        endpoint={listMessages}
        exportAs={exportMessages}
        rowKey="position"
        columns={columns}
        conditions={conditions}
        empty="还没有收发过消息"
        toolbar={
          <Button
            icon={<CheckCircleOutlined aria-hidden />}
            loading={verify.isPending}
            onClick={() => verify.mutate({})}
          >
            校验日志
          </Button>
        }
      />
    </>
  );
}

function Verdict({ verdict }: { verdict: OutputOf<typeof verifyMessageLog> }) {
  const { firstBroken, entries, head } = verdict;
  return (
    <Alert
      className="verdict"
      showIcon
      closable
      type={firstBroken ? 'error' : 'success'}
      title={
        firstBroken
          ? `日志第 ${thousands(firstBroken.position)} 条起不完整：${firstBroken.reason}`
          : `日志完整，共 ${thousands(entries)} 条`
      }
      description={
        <>
          最新摘要 <code>{digestGroups(head)}</code>
        </>
      }
    />
  );
}
