import { lazy, Suspense } from 'react';
import { useSession } from '../../shared/web/session.ts';
import { HomeLinks, HomeTop } from '../../shared/web/Home.tsx';
import { Inbox } from './Inbox.tsx';
import { menu } from './menu.ts';
import { Moving } from './Moving.tsx';
import { pages } from './routes.tsx';
import { Started } from './Started.tsx';
import './home.css';

/** It brings the names of all regions: only for those who run the node. */
const LinkBanner = lazy(async () => ({ default: (await import('../../shared/web/LinkBanner.tsx')).LinkBanner }));

/** 首页: what cannot wait, what waits for me, what I have started and where it stands, and my pages. */
export function HomePage() {
  const { role } = useSession();
  return (
    <>
      <HomeTop />
      {role === 'system-admin' ? (
        <Suspense>
          <LinkBanner />
        </Suspense>
      ) : (
        <>
          <Inbox />
          <Moving />
          <Started title={role === 'school-registrar' ? '我发起的' : '本单位发起的'} />
        </>
      )}
      <HomeLinks menu={menu} pages={pages} />
    </>
  );
}
