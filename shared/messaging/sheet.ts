import { secondText } from '../../contracts/core/china-time.ts';
import { laidAsideTitles } from '../../contracts/laid-aside.ts';
import type { LaidAside } from '../../contracts/laid-aside.ts';
import { alarmStandingTitles, linkAlarmTitles } from '../../contracts/link-health.ts';
import type { LinkAlarm } from '../../contracts/link-health.ts';
import { messageKindTitles } from '../../contracts/message-kinds.ts';
import { messageDirectionTitles, messageOutcomeTitles } from '../../contracts/node.ts';
import type { LoggedMessage } from '../../contracts/node.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { ListColumn, ListSheet } from '../query/exported-list.ts';

type Said = Pick<LoggedMessage, 'direction' | 'peer' | 'kind'>;
const said: readonly ListColumn<Said>[] = [
  ['方向', 8, ({ direction }) => messageDirectionTitles[direction]],
  ['对方节点', 18, ({ peer }) => nodeName(peer)],
  ['消息类型', 20, ({ kind }) => messageKindTitles[kind] ?? kind],
];
const place: readonly ListColumn<Pick<LoggedMessage, 'messageId' | 'sequence' | 'incarnation'>>[] = [
  ['消息编号', 38, 'messageId'],
  ['序列号', 12, 'sequence'],
  ['节点代次', 10, 'incarnation'],
];

export const messagesSheet: ListSheet<LoggedMessage> = {
  title: '消息日志',
  unit: '条',
  columns: [
    ['日志位置', 12, 'position'],
    ['时间', 20, ({ at }) => secondText(at)],
    ...said,
    ['条数', 8, 'items'],
    ['字节', 10, 'bytes'],
    ['处理结果', 12, ({ outcome }) => messageOutcomeTitles[outcome]],
    ...place,
    ['链式摘要', 66, 'chainHash'],
  ],
};

export const laidAsideSheet: ListSheet<LaidAside> = {
  title: '异常消息列表',
  unit: '条',
  columns: [
    ['收发时间', 20, ({ at }) => secondText(at)],
    ...said,
    ['状态', 12, ({ outcome }) => laidAsideTitles[outcome]],
    ['问题', 50, 'problem'],
    ['搁置时间', 20, ({ laidAsideAt }) => secondText(laidAsideAt)],
    ['日志位置', 12, 'position'],
    ...place,
  ],
};

export const alarmsSheet: ListSheet<LinkAlarm> = {
  title: '链路告警列表',
  unit: '条',
  columns: [
    ['时间', 20, ({ at }) => secondText(at)],
    ['对方节点', 18, ({ peer }) => nodeName(peer)],
    ['告警', 18, ({ what }) => linkAlarmTitles[what]],
    ['说明', 60, 'detail'],
    ['处理情况', 12, ({ handledAt }) => alarmStandingTitles[handledAt === null ? 'open' : 'handled']],
    ['处理说明', 40, 'remark'],
    ['处理人', 24, 'handledBy'],
    ['处理时间', 20, ({ handledAt }) => secondText(handledAt)],
  ],
};
