import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Application } from '../../shared/web/Application.tsx';
import { menu } from './menu.ts';
import { home, pages } from './routes.tsx';

const application = { siteName: '教育部中央节点', menu, pages, home };

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Application application={application} />
  </StrictMode>,
);
