import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Application } from '../../shared/web/Application.tsx';
import { menu } from './menu.ts';
import { useMenuCounts } from './menu-counts.ts';
import { home, pages } from './routes.tsx';

const application = { siteName: '省级节点', menu, pages, home, useMenuCounts };

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Application application={application} />
  </StrictMode>,
);
