import { useState } from 'react';
import { createBrowserRouter, Navigate } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import type { SessionView } from '../../contracts/account.ts';
import { EmptyState } from './EmptyState.tsx';
import { Loading } from './Loading.tsx';
import { PageError } from './PageError.tsx';
import { routeOf } from './pages.ts';
import type { WebApplication } from './pages.ts';
import { SessionProvider } from './session.ts';
import { Shell } from './Shell.tsx';

/** Everything that somebody who is signed in sees. */
export function SignedIn({ application, session }: { application: WebApplication; session: SessionView }) {
  const [router] = useState(() => routerOf(application));
  return (
    <SessionProvider value={session}>
      <RouterProvider router={router} />
    </SessionProvider>
  );
}

function routerOf({ menu, pages, home, useMenuCounts }: WebApplication) {
  const existing = new Set(pages.map(({ path }) => path));
  return createBrowserRouter([
    {
      element: <Shell menu={menu} existing={existing} {...(useMenuCounts ? { useMenuCounts } : {})} />,
      errorElement: <PageError />,
      children: [
        {
          errorElement: <PageError />,
          HydrateFallback: () => <Loading />,
          children: [
            { index: true, lazy: { Component: home } },
            ...pages.map(routeOf),
            { path: 'index.html', element: <Navigate to="/" replace /> },
            { path: '*', element: <EmptyState>没有这个页面，请从左侧菜单选择</EmptyState> },
          ],
        },
      ],
    },
  ]);
}
