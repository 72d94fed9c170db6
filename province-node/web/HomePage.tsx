import { useSession } from '../../shared/web/session.ts';
import { HomeLinks, HomeTop } from '../../shared/web/Home.tsx';
import { Inbox } from './Inbox.tsx';
import { menu } from './menu.ts';
import { pages } from './routes.tsx';

/** 首页: what waits for me, and my pages. */
export function HomePage() {
  const { role } = useSession();
  return (
    <>
      <HomeTop />
      {role !== 'system-admin' && <Inbox />}
      <HomeLinks menu={menu} pages={pages} />
    </>
  );
}
