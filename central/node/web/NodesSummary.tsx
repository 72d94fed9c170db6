import { Skeleton } from 'antd';
import { Link } from 'react-router';
import { listNodes } from '../../../contracts/node.ts';
import type { NodeHealth } from '../../../contracts/node.ts';
import { hasFailed, useRead } from '../../../shared/web/api.ts';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { thousands } from '../../../shared/web/formats.ts';
import { paths } from '../../web/paths.ts';

const REFRESH_MS = 10_000;

/** The provinces in four figures; each leads to the node page. */
export function NodesSummary() {
  const nodes = useRead(listNodes, {}, { refetchInterval: REFRESH_MS });
  if (nodes.isPending) return <Skeleton active />;
  if (hasFailed(nodes)) return <ErrorView error={nodes.error} onRetry={() => void nodes.refetch()} />;
  return (
    <section className="home-section" aria-label="省级节点">
      <h2>省级节点</h2>
      <ul className="todo-cards">
        {figuresOf(nodes.data.nodes).map(({ title, value, bad }) => (
          <li key={title}>
            <Link to={paths.nodes} className="todo-card">
              <span className="title">{title}</span>
              <strong className={bad ? 'bad' : undefined}>{value}</strong>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function figuresOf(nodes: readonly NodeHealth[]): { title: string; value: string; bad: boolean }[] {
  const active = nodes.filter(({ state }) => state === 'active');
  const online = active.filter((node) => node.online).length;
  const waiting = nodes.filter(({ state }) => state === 'awaiting-approval').length;
  const sum = (of: (node: NodeHealth) => number): number => nodes.reduce((total, node) => total + of(node), 0);
  const dead = sum(({ deadLetters }) => deadLetters);
  return [
    { title: '在线 / 已启用', value: `${online} / ${active.length}`, bad: online < active.length },
    { title: '待核准节点', value: thousands(waiting), bad: waiting > 0 },
    { title: '待回执消息', value: thousands(sum(({ unacknowledged }) => unacknowledged)), bad: false },
    { title: '无法处理的消息', value: thousands(dead), bad: dead > 0 },
  ];
}
