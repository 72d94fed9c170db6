import { lazy, Suspense } from 'react';
import { HomeLinks, HomeTop } from '../../shared/web/Home.tsx';
import { useSession } from '../../shared/web/session.ts';
import { NodesSummary } from '../node/web/NodesSummary.tsx';
import { menu } from './menu.ts';
import { pages } from './routes.tsx';

/** It brings the names of all regions: only for those who run the node. */
const LinkBanner = lazy(async () => ({ default: (await import('../../shared/web/LinkBanner.tsx')).LinkBanner }));

/** The hub's home page: are all provinces well, and my pages. */
export function HomePage() {
  const { role } = useSession();
  return (
    <>
      <HomeTop />
      {(role === 'ministry-operator' || role === 'system-admin') && (
        <Suspense>
          <LinkBanner />
        </Suspense>
      )}
      {role === 'ministry-operator' && <NodesSummary />}
      <HomeLinks menu={menu} pages={pages} />
    </>
  );
}
