import { systemPaths } from '../../shared/web/system-paths.ts';

/** Every address of the province's pages. Nothing else writes an address. */
export const paths = {
  home: '/',
  preschoolList: '/preschool/list',
  preschoolSupplement: '/preschool/supplement',
  primaryEntrants: '/registration/primary',
  primaryEntrantImport: '/registration/primary/import',
  primaryEntrantEntry: '/registration/primary/entry',
  primaryEntrantReview: '/registration/primary-review',
  primaryEntrantReviewList: '/registration/primary-review/pupils',
  primaryEntrantReport: '/registration/primary-report',
  primaryEntrantReportList: '/registration/primary-report/pupils',
  otherEntrants: '/registration/other',
  otherEntrantImport: '/registration/other/import',
  otherEntrantEntry: '/registration/other/entry',
  otherEntrantReview: '/registration/other-review',
  otherEntrantReviewList: '/registration/other-review/pupils',
  otherEntrantReport: '/registration/other-report',
  otherEntrantReportList: '/registration/other-report/pupils',
  registrations: '/registration/query',
  returnedRegistrations: '/registration/query/returned',
  mendRegistration: '/registration/query/mend',
  ...systemPaths,
} as const;
