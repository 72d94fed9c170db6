import { lazy, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Application } from '../../shared/web/Application.tsx';
import type { WebApplication } from '../../shared/web/pages.ts';
import { menu } from './menu.ts';
import { useMenuCounts } from './menu-counts.ts';
import { paths } from './paths.ts';
import { home, pages } from './routes.tsx';

/** It posts the ticket at once: nobody else needs it. */
const TicketEntrance = lazy(async () => ({
  default: (await import('../platform-ticket/web/TicketEntrance.tsx')).TicketEntrance,
}));

const application: WebApplication = {
  siteName: '教育部中央节点',
  menu,
  pages,
  home,
  useMenuCounts,
  signInHint: '省级账号请在账号后加 @ 和省份代码，例如 xj2137000001@37。',
  entrance: { path: paths.ticket, page: TicketEntrance },
};

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Application application={application} />
  </StrictMode>,
);
