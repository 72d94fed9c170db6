import { systemPaths } from '../../shared/web/system-paths.ts';

/** Every address of the province's pages. Nothing else writes an address. */
export const paths = {
  home: '/',
  preschoolList: '/preschool/list',
  preschoolSupplement: '/preschool/supplement',
  primaryEntrants: '/registration/primary',
  primaryEntrantImport: '/registration/primary/import',
  primaryEntrantReview: '/registration/primary-review',
  primaryEntrantReviewList: '/registration/primary-review/pupils',
  primaryEntrantReport: '/registration/primary-report',
  primaryEntrantReportList: '/registration/primary-report/pupils',
  otherEntrants: '/registration/other',
  otherEntrantReview: '/registration/other-review',
  otherEntrantReport: '/registration/other-report',
  registrations: '/registration/query',
  chainConfigurations: '/system/chain-configurations',
  parameters: '/system/parameters',
  accounts: '/system/accounts',
  orgs: '/system/orgs',
  onlineUsers: '/system/online-users',
  audit: '/system/audit',
  ...systemPaths,
} as const;
