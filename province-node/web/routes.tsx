import { page } from '../../shared/web/pages.ts';
import type { WebPage } from '../../shared/web/pages.ts';
import { paths } from './paths.ts';

const entrants = () => import('../registration/web/entrant-pages.tsx');
const entry = () => import('../registration/web/entry/EntryPage.tsx');
const turns = () => import('../problem-record/web/TurnsPage.tsx');
const problemReviews = () => import('../problem-record/web/ReviewPage.tsx');
const problems = () => import('../problem-record/web/ProblemsPage.tsx');
const imports = () => import('../registration/web/RegistrationImportPage.tsx');

/** Table of contents: one line a page; its code is loaded when it is first opened. */
export const pages: readonly WebPage[] = [
  page(paths.preschoolList, async () => (await import('../preschool/web/PreschoolListPage.tsx')).PreschoolListPage),
  page(
    paths.preschoolSupplement,
    async () => (await import('../preschool/web/PreschoolSupplementPage.tsx')).PreschoolSupplementPage,
  ),
  page(
    paths.preschoolSupplementForm,
    async () => (await import('../preschool/web/SupplementFormPage.tsx')).SupplementFormPage,
  ),
  page(paths.primaryEntrants, async () => (await entrants()).PrimaryEntrantsPage),
  page(paths.primaryEntrantImport, async () => (await imports()).PrimaryEntrantImportPage),
  page(paths.primaryEntrantEntry, async () => (await entry()).PrimaryEntrantEntryPage),
  page(paths.primaryEntrantReview, async () => (await entrants()).PrimaryEntrantReviewPage),
  page(paths.primaryEntrantReviewList, async () => (await entrants()).PrimaryEntrantReviewListPage),
  page(paths.primaryEntrantReport, async () => (await entrants()).PrimaryEntrantReportPage),
  page(paths.primaryEntrantReportList, async () => (await entrants()).PrimaryEntrantReportListPage),
  page(paths.otherEntrants, async () => (await entrants()).OtherEntrantsPage),
  page(paths.otherEntrantImport, async () => (await imports()).OtherEntrantImportPage),
  page(paths.otherEntrantEntry, async () => (await entry()).OtherEntrantEntryPage),
  page(paths.otherEntrantReview, async () => (await entrants()).OtherEntrantReviewPage),
  page(paths.otherEntrantReviewList, async () => (await entrants()).OtherEntrantReviewListPage),
  page(paths.otherEntrantReport, async () => (await entrants()).OtherEntrantReportPage),
  page(paths.otherEntrantReportList, async () => (await entrants()).OtherEntrantReportListPage),
  page(paths.registrations, async () => (await import('../registration/web/RegistrationsPage.tsx')).RegistrationsPage),
  page(
    paths.applyInProvince,
    async () => (await import('../in-province-transfer/web/ApplyPage.tsx')).ApplyInProvincePage,
  ),
  page(
    paths.reviewInProvince,
    async () => (await import('../in-province-transfer/web/ReviewPage.tsx')).ReviewInProvincePage,
  ),
  page(
    paths.transfersInProvince,
    async () => (await import('../in-province-transfer/web/TransfersPage.tsx')).TransfersInProvincePage,
  ),
  page(paths.applyKeyChange, async () => (await import('../key-change/web/ApplyPage.tsx')).ApplyKeyChangePage),
  page(paths.reviewKeyChanges, async () => (await import('../key-change/web/ReviewPage.tsx')).ReviewKeyChangesPage),
  page(paths.keyChanges, async () => (await import('../key-change/web/ChangesPage.tsx')).KeyChangesPage),
  page(paths.mendKeyChange, async () => (await import('../key-change/web/MendPage.tsx')).MendKeyChangePage),
  page(paths.problemsToHandle, async () => (await turns()).InProvinceTurnsPage),
  page(paths.problemsAcrossToHandle, async () => (await turns()).CrossProvinceTurnsPage),
  page(paths.problemsToReview, async () => (await problemReviews()).InProvinceReviewPage),
  page(paths.problemsAcrossToReview, async () => (await problemReviews()).CrossProvinceReviewPage),
  page(
    paths.problemsToArbitrate,
    async () => (await import('../problem-record/web/ArbitrationsPage.tsx')).ArbitrationsPage,
  ),
  page(paths.problemsInProvince, async () => (await problems()).InProvinceProblemsPage),
  page(paths.problemsAcross, async () => (await problems()).CrossProvinceProblemsPage),
  page(paths.problem, async () => (await import('../problem-record/web/GroupPage.tsx')).ProblemGroupPage),
  page(paths.students, async () => (await import('../student/web/StudentsPage.tsx')).StudentsPage),
  page(paths.student, async () => (await import('../student/web/StudentPage.tsx')).StudentPage),
  page(paths.platform, async () => (await import('../platform-ticket/web/OpenPlatformPage.tsx')).OpenPlatformPage),
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
  page(
    paths.returnedRegistrations,
    async () => (await import('../registration/web/ReturnedPage.tsx')).ReturnedRegistrationsPage,
  ),
  page(
    paths.mendRegistration,
    async () => (await import('../registration/web/entry/MendPage.tsx')).MendRegistrationPage,
  ),
  page(paths.caCertificate, async () => (await import('../../shared/web/CaCertificatePage.tsx')).CaCertificatePage),
  page(paths.links, async () => (await import('../../shared/web/LinksPage.tsx')).LinksPage),
  page(paths.laidAside, async () => (await import('../../shared/web/LaidAsidePage.tsx')).LaidAsidePage),
  page(paths.messages, async () => (await import('../../shared/web/MessageLogPage.tsx')).MessageLogPage),
];

export const home: WebPage['load'] = async () => (await import('./HomePage.tsx')).HomePage;
