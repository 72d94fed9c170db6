import { page } from '../../shared/web/pages.ts';
import type { WebPage } from '../../shared/web/pages.ts';
import { paths } from './paths.ts';

const primaryEntrants = () => import('../registration/web/primary-entrant-pages.tsx');

/** Table of contents: one line a page; its code is loaded when it is first opened. */
export const pages: readonly WebPage[] = [
  page(paths.primaryEntrants, async () => (await primaryEntrants()).PrimaryEntrantsPage),
  page(
    paths.primaryEntrantImport,
    async () => (await import('../registration/web/RegistrationImportPage.tsx')).RegistrationImportPage,
  ),
  page(paths.primaryEntrantReview, async () => (await primaryEntrants()).PrimaryEntrantReviewPage),
  page(paths.primaryEntrantReviewList, async () => (await primaryEntrants()).PrimaryEntrantReviewListPage),
  page(paths.primaryEntrantReport, async () => (await primaryEntrants()).PrimaryEntrantReportPage),
  page(paths.primaryEntrantReportList, async () => (await primaryEntrants()).PrimaryEntrantReportListPage),
  page(paths.registrations, async () => (await import('../registration/web/RegistrationsPage.tsx')).RegistrationsPage),
  page(
    paths.chainConfigurations,
    async () =>
      (await import('../../shared/chain-configuration/web/ChainConfigurationsPage.tsx')).ChainConfigurationsPage,
  ),
  page(paths.parameters, async () => (await import('../../shared/parameter/web/ParametersPage.tsx')).ParametersPage),
  page(paths.accounts, async () => (await import('../../shared/account/web/AccountsPage.tsx')).AccountsPage),
  page(paths.orgs, async () => (await import('../../shared/account/web/OrgsPage.tsx')).OrgsPage),
  page(paths.onlineUsers, async () => (await import('../../shared/account/web/OnlineUsersPage.tsx')).OnlineUsersPage),
  page(paths.audit, async () => (await import('../../shared/account/web/AuditPage.tsx')).AuditPage),
  page(paths.links, async () => (await import('../../shared/web/LinksPage.tsx')).LinksPage),
  page(paths.laidAside, async () => (await import('../../shared/web/LaidAsidePage.tsx')).LaidAsidePage),
  page(paths.messages, async () => (await import('../../shared/web/MessageLogPage.tsx')).MessageLogPage),
];

export const home: WebPage['load'] = async () => (await import('./HomePage.tsx')).HomePage;
