import { Alert } from 'antd';
import { Link } from 'react-router';
import { listLinks } from '../../contracts/link-health.ts';
import { useRead } from './api.ts';
import { linkTroubles } from './link-troubles.ts';
import { nodeName } from '../../contracts/node-name.ts';

const REFRESH_MS = 15_000;

/** What is wrong with the links of this node, each with the page where it is settled. Nothing when all is well. */
export function LinkBanner() {
  const links = useRead(listLinks, {}, { refetchInterval: REFRESH_MS });
  if (links.isError)
    return (
      <div className="link-banner">
        <Alert type="error" showIcon title="没有取到节点链路的状态" />
      </div>
    );
  const troubles = links.data ? linkTroubles(links.data, nodeName) : [];
  if (troubles.length === 0) return null;
  return (
    <section className="link-banner" aria-label="链路告警">
      {troubles.map(({ severity, text, to }) => (
        <Alert key={text} type={severity} showIcon role="status" title={text} action={<Link to={to}>查看</Link>} />
      ))}
    </section>
  );
}
