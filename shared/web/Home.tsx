import { orgLevelTitles } from '../../contracts/orgs/org.ts';
import { roleTitles } from '../../contracts/orgs/roles.ts';
import { groupsAround, menuFor, pagesOf } from './menu.ts';
import type { MenuEntry } from './menu.ts';
import { MenuLink } from './MenuLink.tsx';
import type { WebPage } from './pages.ts';
import { useSession } from './session.ts';

/** Who I am and for whom I act: the first line of the home page. */
export function HomeTop() {
  const { personName, role, org } = useSession();
  return (
    <div className="page-header">
      <h1>{personName}，您好</h1>
      <span className="note">
        {org.name}
        {org.level !== 'ministry' && `（${orgLevelTitles[org.level]}）`} · {roleTitles[role]}
      </span>
    </div>
  );
}

/** All pages of the person, by group: the menu at a glance. */
export function HomeLinks({ menu, pages }: { menu: readonly MenuEntry[]; pages: readonly WebPage[] }) {
  const session = useSession();
  const mine = menuFor(menu, new Set(pages.map(({ path }) => path)), session);
  const list = pagesOf(mine).map((page) => ({ ...page, group: groupsAround(mine, page.path)?.at(-1) ?? '' }));
  const titles = [...new Set(list.map(({ group }) => group))];
  if (list.length === 0) return null;
  return (
    <section className="home-section" aria-label="我的功能">
      <h2>我的功能</h2>
      {titles.map((title) => (
        <div key={title} className="home-group">
          <h3>{title}</h3>
          <ul>
            {list
              .filter(({ group }) => group === title)
              .map((page) => (
                <li key={page.path}>
                  <MenuLink {...page} />
                </li>
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
