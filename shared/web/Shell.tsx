import { Layout, Menu } from 'antd';
import type { MenuProps } from 'antd';
import { Suspense, useState } from 'react';
import { Link, Outlet, useLocation, useNavigate } from 'react-router';
import { Problem } from '../../contracts/core/problems.ts';
import { SignInAgain } from './account-pages.ts';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { ErrorView } from './ErrorView.tsx';
import { useOtherTabs, useServerEvents } from './events.ts';
import { useKeptFocus } from './focus.ts';
import { groupsAround, isOf, menuFor, menuPageOf } from './menu.ts';
import type { MenuEntry, MenuPage } from './menu.ts';
import { MenuLink } from './MenuLink.tsx';
import { OpenTabs } from './OpenTabs.tsx';
import { useSession, useSessionEnded } from './session.ts';
import { ShellHeader } from './ShellHeader.tsx';

export interface ShellProps {
  menu: readonly MenuEntry[];
  /** The paths that have a page. */
  existing: ReadonlySet<string>;
  /** How many things wait at each page, by path. */
  useMenuCounts?: () => ReadonlyMap<string, number>;
}

const nothingWaits: ReadonlyMap<string, number> = new Map();

/** What is around every page: header, menu, tabs of the opened pages. */
export function Shell({ menu, existing, useMenuCounts = () => nothingWaits }: ShellProps) {
  useServerEvents();
  useOtherTabs();
  const counts = useMenuCounts();
  useKeptFocus();
  const session = useSession();
  const ended = useSessionEnded();
  const { pathname } = useLocation();
  const mine = menuFor(menu, existing, session);
  const here = menuPageOf(menu, pathname);

  return (
    <Layout className="shell">
      <a className="skip-link" href="#page">
        跳到页面内容
      </a>
      <ConnectionBanner />
      <ShellHeader />
      <Layout>
        <Layout.Sider width={220} className="shell-menu">
          <nav aria-label="菜单">
            <SideMenu menu={mine} path={here?.path} isHome={pathname === '/'} counts={counts} />
          </nav>
        </Layout.Sider>
        <Layout className="shell-body">
          <OpenTabs menu={mine} />
          <main id="page" tabIndex={-1} className="page">
            {here && !isOf(here, session) ? <ErrorView error={new Problem('not-allowed')} /> : <Opened />}
          </main>
        </Layout>
      </Layout>
      <Suspense>{ended && <SignInAgain reason={ended} />}</Suspense>
    </Layout>
  );
}

function Opened() {
  return (
    <Suspense>
      <Outlet />
    </Suspense>
  );
}

interface SideMenuProps {
  menu: readonly MenuEntry[];
  path: string | undefined;
  isHome: boolean;
  counts: ReadonlyMap<string, number>;
}

function SideMenu({ menu, path, isHome, counts }: SideMenuProps) {
  const [open, setOpen] = useState<string[]>(() => (path ? (groupsAround(menu, path) ?? []) : firstGroups(menu)));
  const [shown, setShown] = useState(path);
  const navigate = useNavigate();
  if (path !== shown) {
    // The groups around the new page open; what the person has opened stays open.
    setShown(path);
    if (path) setOpen([...new Set([...open, ...(groupsAround(menu, path) ?? [])])]);
  }
  return (
    <Menu
      mode="inline"
      inlineIndent={16}
      items={[{ key: '/', label: <Link to="/">首页</Link> }, ...menuItems(menu, counts)]}
      selectedKeys={path || isHome ? [path ?? '/'] : []}
      openKeys={open}
      onOpenChange={setOpen}
      // Arrow keys go to the entry around the link, where Enter would not follow it.
      onClick={({ key, domEvent: { type, target } }) => {
        if (type !== 'keydown' || target instanceof HTMLAnchorElement) return;
        if (menuPageOf(menu, key)?.newTab) window.open(key, '_blank');
        else void navigate(key);
      }}
    />
  );
}

function menuItems(
  entries: readonly MenuEntry[],
  counts: ReadonlyMap<string, number>,
): NonNullable<MenuProps['items']> {
  return entries.map((entry) =>
    'path' in entry
      ? { key: entry.path, label: <MenuLabel {...entry} waiting={counts.get(entry.path) ?? 0} /> }
      : { key: entry.title, label: entry.title, children: menuItems(entry.children, counts) },
  );
}

function MenuLabel({
  path,
  title,
  newTab,
  waiting,
}: Pick<MenuPage, 'path' | 'title' | 'newTab'> & { waiting: number }) {
  return (
    <>
      <MenuLink path={path} title={title} newTab={newTab} />
      {waiting > 0 && (
        <span className="menu-count">
          <span className="unseen">待办</span>
          {waiting > MENU_COUNT_MAX ? `${MENU_COUNT_MAX}+` : waiting}
        </span>
      )}
    </>
  );
}

/** What fits beside the longest title. */
const MENU_COUNT_MAX = 99;

/** On the home page the first group is open down to its pages, so that the daily work is one click away. */
function firstGroups(entries: readonly MenuEntry[]): string[] {
  const [first] = entries;
  return first && !('path' in first) ? [first.title, ...firstGroups(first.children)] : [];
}
