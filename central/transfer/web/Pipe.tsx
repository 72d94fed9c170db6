import { CheckOutlined, ClockCircleOutlined, CloseOutlined } from '@ant-design/icons';
import type { PipeMessage } from '../../../contracts/transfer-case.ts';
import { secondText } from '../../../shared/web/formats.ts';

/** How far each message has come, in words and with a sign. */
function outcomeOf({ outcome }: PipeMessage): { className: string; icon: typeof CheckOutlined; text: string } {
  switch (outcome) {
    case 'applied':
      return { className: 'good', icon: CheckOutlined, text: '已送达并处理' };
    case 'refused':
      return { className: 'bad', icon: CloseOutlined, text: '对方不能处理' };
    case 'parked':
      return { className: 'waits', icon: ClockCircleOutlined, text: '对方暂缓处理' };
    case 'dead':
      return { className: 'bad', icon: CloseOutlined, text: '未能处理，已转人工' };
    case null:
      return { className: 'waits', icon: ClockCircleOutlined, text: '已记录，等待对方节点接收' };
  }
}

/** 调档过程: every message between the hub and the two provinces. */
export function Pipe({ messages }: { messages: readonly PipeMessage[] }) {
  if (messages.length === 0) return null;
  return (
    <section className="review-section" aria-label="调档过程">
      <h3>调档过程</h3>
      <ol className="pipe">
        {messages.map((message, at) => {
          const { className, icon: Icon, text } = outcomeOf(message);
          return (
            <li key={at}>
              <span className="when">{secondText(message.at)}</span>
              <span className="way">
                {message.from} → {message.to}
              </span>
              <span>{message.title}</span>
              <span className={className}>
                <Icon aria-hidden /> {text}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
