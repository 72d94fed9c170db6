import { lazy, Suspense } from 'react';
import { mayCall } from '../../contracts/core/endpoint.ts';
import { countLinkedGroups } from '../../contracts/problem-linkage.ts';
import { transferOverview } from '../../contracts/transfer-monitor.ts';
import { HomeLinks, HomeTop } from '../../shared/web/Home.tsx';
import { useSession } from '../../shared/web/session.ts';
import { PlatformToday } from '../transfer/web/PlatformToday.tsx';
import { LinkageToday } from '../problem-record/web/LinkageToday.tsx';
import { NodesSummary } from '../node/web/NodesSummary.tsx';
import { menu } from './menu.ts';
import { pages } from './routes.tsx';

/** It brings the names of all regions: only for those who run the node. */
const LinkBanner = lazy(async () => ({ default: (await import('../../shared/web/LinkBanner.tsx')).LinkBanner }));

/** The hub's home page: for the ministry whether all provinces are well, for a handler what waits; and my pages. */
export function HomePage() {
  const { role, org } = useSession();
  return (
    <>
      <HomeTop />
      {(role === 'ministry-operator' || role === 'system-admin') && (
        <Suspense>
          <LinkBanner />
        </Suspense>
      )}
      {role === 'ministry-operator' && <NodesSummary />}
      {mayCall(countLinkedGroups, role, org.level) && <LinkageToday />}
      {mayCall(transferOverview, role, org.level) && <PlatformToday />}
      <HomeLinks menu={menu} pages={pages} />
    </>
  );
}
