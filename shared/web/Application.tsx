import { LoadingOutlined } from '@ant-design/icons';
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN.js';
import { lazy, Suspense, useState } from 'react';
import { currentSession } from '../../contracts/account.ts';
import type { SessionView } from '../../contracts/account.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { IssuedPassword, SignInPage } from './account-pages.ts';
import { call, readKey } from './api.ts';
import { ErrorView } from './ErrorView.tsx';
import './kit.css';
import { Loading } from './Loading.tsx';
import { MessagesProvider } from './messages.tsx';
import { tellOtherTabs } from './other-tabs.ts';
import type { WebApplication } from './pages.ts';
import { beginSession } from './session.ts';
import { theme } from './theme.ts';

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

/** The router and what is around every page: nobody needs them to sign in. Not loaded, it shows as a page that is not. */
const SignedIn = lazy(async () => {
  try {
    return { default: (await import('./SignedIn.tsx')).SignedIn };
  } catch {
    const error = new Problem('network-down', '页面没有载入，也可能是系统刚刚更新，请重试');
    return { default: () => <ErrorView error={error} onRetry={() => location.reload()} /> };
  }
});

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

/** The sign-in page, the forced change of an issued password, or the shell; before them, who brings a session along. */
function Entrance({ application }: { application: WebApplication }) {
  const { siteName, signInHint, entrance } = application;
  const queries = useQueryClient();
  const [isEntering, setEntering] = useState(() => entrance?.path === location.pathname);
  const session = useQuery<SessionView, Problem>({
    queryKey: readKey(currentSession, {}),
    queryFn: async () => begun(await call(currentSession, {})),
    staleTime: Infinity,
    enabled: !isEntering,
  });
  const enter = (given: SessionView): void => {
    queries.setQueryData(readKey(currentSession, {}), begun(given));
  };

  if (isEntering && entrance) {
    const begin = (given: SessionView, path = '/'): void => {
      history.replaceState(null, '', path);
      setEntering(false);
      enter(given);
      tellOtherTabs(given.account);
    };
    return <entrance.page siteName={siteName} signInHint={signInHint} onSignedIn={begin} />;
  }
  if (session.data) {
    if (session.data.mustChangePassword) return <IssuedPassword session={session.data} onChanged={enter} />;
    return <SignedIn application={application} session={session.data} />;
  }
  if (session.isPending) return <Loading />;
  if (session.error.code === 'not-signed-in')
    return <SignInPage siteName={siteName} hint={signInHint} onSignedIn={enter} />;
  return <ErrorView error={session.error} onRetry={() => void session.refetch()} />;
}

function begun(session: SessionView): SessionView {
  beginSession(session);
  return session;
}
