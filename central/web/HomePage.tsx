import { HomeLinks, HomeTop } from '../../shared/web/Home.tsx';
import { useSession } from '../../shared/web/session.ts';
import { NodesSummary } from '../node/web/NodesSummary.tsx';
import { menu } from './menu.ts';
import { pages } from './routes.tsx';

/** The hub's home page: are all provinces well, and my pages. */
export function HomePage() {
  const { role } = useSession();
  return (
    <>
      <HomeTop />
      {role === 'ministry-operator' && <NodesSummary />}
      <HomeLinks menu={menu} pages={pages} />
    </>
  );
}
