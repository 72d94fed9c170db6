import { CloseOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { NavLink, useLocation, useNavigate } from 'react-router';
import { menuPageOf } from './menu.ts';
import type { MenuEntry } from './menu.ts';
import { withTab } from './open-tabs.ts';
import type { OpenTab } from './open-tabs.ts';

/** Opened pages in a row, as users know them from phase one. A tab comes back with its conditions: they are in its address. */
export function OpenTabs({ menu }: { menu: readonly MenuEntry[] }) {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const [tabs, setTabs] = useState<readonly OpenTab[]>([]);
  const here = menuPageOf(menu, pathname);
  const opened = here ? withTab(tabs, { path: here.path, title: here.title, address: pathname + search }) : tabs;
  if (opened !== tabs) setTabs(opened);

  const close = (tab: OpenTab): void => {
    const left = opened.filter((other) => other !== tab);
    setTabs(left);
    if (tab.path === here?.path) void navigate(left.at(-1)?.address ?? '/');
  };

  return (
    <nav className="open-tabs" aria-label="已打开的页面">
      <NavLink to="/" end className="open-tab">
        首页
      </NavLink>
      {opened.map((tab) => (
        <span key={tab.path} className={tab.path === here?.path ? 'open-tab active' : 'open-tab'}>
          <NavLink to={tab.address} aria-current={tab.path === here?.path ? 'page' : undefined}>
            {tab.title}
          </NavLink>
          <button type="button" aria-label={`关闭${tab.title}`} onClick={() => close(tab)}>
            <CloseOutlined aria-hidden />
          </button>
        </span>
      ))}
    </nav>
  );
}
