import { page } from '../../shared/web/pages.ts';
import type { WebPage } from '../../shared/web/pages.ts';
import { paths } from './paths.ts';

/** Table of contents: one line a page; its code is loaded when it is first opened. */
export const pages: readonly WebPage[] = [
  page(paths.claims, async () => (await import('../claim/web/ClaimsPage.tsx')).ClaimsPage),
  page(
    paths.nationalQuery,
    async () => (await import('../national-index/web/NationalQueryPage.tsx')).NationalQueryPage,
  ),
  page(paths.indexAlarms, async () => (await import('../national-index/web/IndexAlarmsPage.tsx')).IndexAlarmsPage),
  page(paths.platform, async () => (await import('../platform-ticket/web/PlatformPage.tsx')).PlatformPage),
  page(paths.nodes, async () => (await import('../node/web/NodesPage.tsx')).NodesPage),
  page(paths.accounts, async () => (await import('../../shared/account/web/AccountsPage.tsx')).AccountsPage),
  page(paths.onlineUsers, async () => (await import('../../shared/account/web/OnlineUsersPage.tsx')).OnlineUsersPage),
  page(paths.audit, async () => (await import('../../shared/account/web/AuditPage.tsx')).AuditPage),
  page(paths.links, async () => (await import('../../shared/web/LinksPage.tsx')).LinksPage),
  page(paths.laidAside, async () => (await import('../../shared/web/LaidAsidePage.tsx')).LaidAsidePage),
  page(paths.messages, async () => (await import('../../shared/web/MessageLogPage.tsx')).MessageLogPage),
];

export const home: WebPage['load'] = async () => (await import('./HomePage.tsx')).HomePage;
