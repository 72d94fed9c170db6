import { page } from '../../shared/web/pages.ts';
import type { WebPage } from '../../shared/web/pages.ts';
import { paths } from './paths.ts';

const applying = () => import('../transfer/web/ApplyPage.tsx');
const handling = () => import('../transfer/web/HandlePage.tsx');
const querying = () => import('../transfer/web/QueryPage.tsx');
const certificate = () => import('../transfer-certificate/web/CertificatePage.tsx');
const withdrawing = () => import('../transfer/web/WithdrawPage.tsx');

/** Table of contents: one line a page; its code is loaded when it is first opened. */
export const pages: readonly WebPage[] = [
  page(paths.claims, async () => (await import('../claim/web/ClaimsPage.tsx')).ClaimsPage),
  page(
    paths.nationalQuery,
    async () => (await import('../national-index/web/NationalQueryPage.tsx')).NationalQueryPage,
  ),
  page(paths.indexAlarms, async () => (await import('../national-index/web/IndexAlarmsPage.tsx')).IndexAlarmsPage),
  page(paths.nationalAudit, async () => (await import('../national-audit/web/AuditPage.tsx')).AuditPage),
  page(paths.repairs, async () => (await import('../national-audit/web/RepairsPage.tsx')).RepairsPage),
  page(paths.problemGroups, async () => (await import('../problem-record/web/LinkagePage.tsx')).LinkagePage),
  page(
    paths.problemArbitrations,
    async () => (await import('../problem-record/web/ArbitrationsPage.tsx')).ArbitrationsPage,
  ),
  page(paths.problemGroup, async () => (await import('../problem-record/web/LinkedGroupPage.tsx')).LinkedGroupPage),
  page(paths.suspects, async () => (await import('../suspect/web/SuspectsPage.tsx')).SuspectsPage),
  page(paths.platform, async () => (await import('../transfer/web/PlatformPage.tsx')).PlatformPage),
  page(paths.transferApply, async () => (await applying()).TransferApplyPage),
  page(paths.transferReview, async () => (await handling()).TransferReviewPage),
  page(paths.transferQuery, async () => (await querying()).TransferQueryPage),
  page(paths.transferCase, async () => (await import('../transfer/web/CasePage.tsx')).CasePage),
  page(paths.transferCertificate, async () => (await certificate()).CertificatePage),
  page(
    paths.certificateCheck,
    async () => (await import('../transfer-certificate/web/CertificateCheckPage.tsx')).CertificateCheckPage,
  ),
  page(paths.transferWithdraw, async () => (await withdrawing()).TransferWithdrawPage),
  page(paths.transferMonitor, async () => (await import('../transfer/web/MonitorPage.tsx')).MonitorPage),
  page(paths.enrolmentApply, async () => (await applying()).EnrolmentApplyPage),
  page(paths.enrolmentReview, async () => (await handling()).EnrolmentReviewPage),
  page(paths.enrolmentQuery, async () => (await querying()).EnrolmentQueryPage),
  page(paths.enrolmentCase, async () => (await import('../transfer/web/CasePage.tsx')).CasePage),
  page(paths.enrolmentCertificate, async () => (await certificate()).CertificatePage),
  page(paths.enrolmentWithdraw, async () => (await withdrawing()).EnrolmentWithdrawPage),
  page(paths.nodes, async () => (await import('../node/web/NodesPage.tsx')).NodesPage),
  page(paths.accounts, async () => (await import('../../shared/account/web/AccountsPage.tsx')).AccountsPage),
  page(paths.onlineUsers, async () => (await import('../../shared/account/web/OnlineUsersPage.tsx')).OnlineUsersPage),
  page(paths.audit, async () => (await import('../../shared/account/web/AuditPage.tsx')).AuditPage),
  page(paths.caCertificate, async () => (await import('../../shared/web/CaCertificatePage.tsx')).CaCertificatePage),
  page(paths.links, async () => (await import('../../shared/web/LinksPage.tsx')).LinksPage),
  page(paths.laidAside, async () => (await import('../../shared/web/LaidAsidePage.tsx')).LaidAsidePage),
  page(paths.messages, async () => (await import('../../shared/web/MessageLogPage.tsx')).MessageLogPage),
];

export const home: WebPage['load'] = async () => (await import('./HomePage.tsx')).HomePage;
