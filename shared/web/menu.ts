import type { SessionView } from '../../contracts/account.ts';
import type { OrgLevel, Stage } from '../../contracts/orgs/org.ts';
import type { Role } from '../../contracts/orgs/roles.ts';

/** One page of the menu. It shows when the page exists (routes.tsx) and the person's role and school have it. */
export interface MenuPage {
  title: string;
  path: string;
  roles: readonly Role[];
  /** For schools: only those that teach one of these stages. */
  stages?: readonly Stage[];
  /** Only for orgs at these levels, as the endpoints of the page say. */
  levels?: readonly OrgLevel[];
  /** Leads to another system: this one stays open beside it. */
  newTab?: boolean;
}

export interface MenuGroup {
  title: string;
  children: readonly MenuEntry[];
}

export type MenuEntry = MenuPage | MenuGroup;

/** The menu that this person sees: pages that exist and are theirs, and only groups with something in them. */
export function menuFor(
  entries: readonly MenuEntry[],
  existing: ReadonlySet<string>,
  session: Pick<SessionView, 'role' | 'org'>,
): MenuEntry[] {
  return entries.flatMap((entry): MenuEntry[] => {
    if ('path' in entry) return existing.has(entry.path) && isOf(entry, session) ? [entry] : [];
    const children = menuFor(entry.children, existing, session);
    return children.length > 0 ? [{ ...entry, children }] : [];
  });
}

/** Whether the page is for the person's role and school. */
export function isOf(page: MenuPage, { role, org }: Pick<SessionView, 'role' | 'org'>): boolean {
  if (!page.roles.includes(role)) return false;
  if (page.levels && !page.levels.includes(org.level)) return false;
  return !page.stages || org.level !== 'school' || page.stages.some((stage) => org.stages.includes(stage));
}

export function pagesOf(entries: readonly MenuEntry[]): MenuPage[] {
  return entries.flatMap((entry) => ('path' in entry ? [entry] : pagesOf(entry.children)));
}

/** The menu page that an address belongs to: itself, or the one it is below (`/registrations/imports/7`). */
export function menuPageOf(entries: readonly MenuEntry[], pathname: string): MenuPage | undefined {
  const candidates = pagesOf(entries).filter(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  return candidates.toSorted((a, b) => b.path.length - a.path.length)[0];
}

/** The titles of the groups around a page, outermost first: opened in the menu, and shown above the page. */
export function groupsAround(entries: readonly MenuEntry[], path: string): string[] | undefined {
  for (const entry of entries) {
    if ('path' in entry) {
      if (entry.path === path) return [];
      continue;
    }
    const below = groupsAround(entry.children, path);
    if (below) return [entry.title, ...below];
  }
  return undefined;
}
