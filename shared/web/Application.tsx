import { LoadingOutlined } from '@ant-design/icons';
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { ConfigProvider, Spin } from 'antd';
import zhCN from 'antd/locale/zh_CN.js';
import { Suspense, useState } from 'react';
import type { ComponentType } from 'react';
import { createBrowserRouter, Navigate } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { currentSession } from '../../contracts/account.ts';
import type { SessionView } from '../../contracts/account.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { IssuedPassword, SignInPage } from './account-pages.ts';
import { call, readKey } from './api.ts';
import { ErrorView } from './ErrorView.tsx';
import { EmptyState } from './EmptyState.tsx';
import './kit.css';
import type { MenuEntry } from './menu.ts';
import { MessagesProvider } from './messages.tsx';
import { routeOf } from './pages.ts';
import type { WebPage } from './pages.ts';
import { PageError } from './PageError.tsx';
import { beginSession, SessionProvider } from './session.ts';
import { Shell } from './Shell.tsx';
import { theme } from './theme.ts';

/** What makes one web application of the kit: its name, menu and pages. */
export interface WebApplication {
  siteName: string;
  menu: readonly MenuEntry[];
  pages: readonly WebPage[];
  home: () => Promise<ComponentType>;
  /** A hook: how many things wait for the person at each page of the menu, by path. */
  useMenuCounts?: () => ReadonlyMap<string, number>;
}

/** Failures of the network are tried twice more; what was refused stays refused. */
const client = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      retry: (failures, error) => !(error instanceof Problem && error.status < 500) && failures < 2,
    },
    mutations: { networkMode: 'always' },
  },
});

/**
 * A dialog is left by its buttons or Esc. A click beside it may be the second half of the double click that opened it, or a
 * slip that would lose what is typed.
 */
const over = { mask: { closable: false } };

/**
 * An icon of our own comes and goes at once. antd's leaves with a transition whose end it waits for: after a quick answer
 * there is none, and the button goes on being called "loading", with an icon that nobody sees.
 */
const button = { autoInsertSpace: false, loadingIcon: <LoadingOutlined spin /> };

export function Application({ application }: { application: WebApplication }) {
  return (
    <ConfigProvider locale={zhCN.default} theme={theme} button={button} modal={over} drawer={over}>
      <MessagesProvider>
        <QueryClientProvider client={client}>
          <Suspense fallback={<Loading />}>
            <Entrance application={application} />
          </Suspense>
        </QueryClientProvider>
      </MessagesProvider>
    </ConfigProvider>
  );
}

/** The sign-in page, the forced change of an issued password, or the shell. */
function Entrance({ application }: { application: WebApplication }) {
  const queries = useQueryClient();
  const session = useQuery<SessionView, Problem>({
    queryKey: readKey(currentSession, {}),
    queryFn: async () => begun(await call(currentSession, {})),
    staleTime: Infinity,
  });
  const enter = (given: SessionView): void => {
    queries.setQueryData(readKey(currentSession, {}), begun(given));
  };

  if (session.data) {
    if (session.data.mustChangePassword) return <IssuedPassword session={session.data} onChanged={enter} />;
    return <SignedIn application={application} session={session.data} />;
  }
  if (session.isPending) return <Loading />;
  if (session.error.code === 'not-signed-in') return <SignInPage siteName={application.siteName} onSignedIn={enter} />;
  return <ErrorView error={session.error} onRetry={() => void session.refetch()} />;
}

/** White like the pages that come after it; a dimmed screen would look like something that is stuck. */
function Loading() {
  return (
    <div className="loading">
      <Spin description="正在载入" />
    </div>
  );
}

function begun(session: SessionView): SessionView {
  beginSession(session);
  return session;
}

function SignedIn({ application, session }: { application: WebApplication; session: SessionView }) {
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
