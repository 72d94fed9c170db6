import { systemPaths } from '../../shared/web/system-paths.ts';

/** Every address of the province's pages. Nothing else writes an address. */
export const paths = {
  home: '/',
  preschoolList: '/preschool/list',
  preschoolSupplement: '/preschool/supplement',
  preschoolSupplementForm: '/preschool/supplement/form',
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
  applyInProvince: '/in-province-transfer/apply',
  reviewInProvince: '/in-province-transfer/review',
  transfersInProvince: '/in-province-transfer/query',
  applyKeyChange: '/key-change/apply',
  reviewKeyChanges: '/key-change/review',
  keyChanges: '/key-change/query',
  mendKeyChange: '/key-change/query/mend',
  problemsToHandle: '/problem-records/in-province/handle',
  problemsToReview: '/problem-records/in-province/review',
  problemsToArbitrate: '/problem-records/in-province/arbitrate',
  problemsInProvince: '/problem-records/in-province/query',
  problemsAcrossToHandle: '/problem-records/cross-province/handle',
  problemsAcrossToReview: '/problem-records/cross-province/review',
  problemsAcross: '/problem-records/cross-province/query',
  problem: '/problem-records/one/:id',
  students: '/students',
  student: '/students/:id',
  platform: '/platform',
  chainConfigurations: '/system/chain-configurations',
  parameters: '/system/parameters',
  accounts: '/system/accounts',
  orgs: '/system/orgs',
  onlineUsers: '/system/online-users',
  audit: '/system/audit',
  returnedRegistrations: '/registration/query/returned',
  mendRegistration: '/registration/query/mend',
  ...systemPaths,
} as const;

/** The page of the group that a problem record is in. */
export function problemPath(id: string): string {
  return paths.problem.replace(':id', encodeURIComponent(id));
}

/** The page of one pupil's record. */
export function studentPath(id: string): string {
  return paths.student.replace(':id', encodeURIComponent(id));
}

/** In the address: the case that the unified platform is to show. */
export const CASE_PARAM = 'case';

/** A case on the unified platform, signed in with a ticket on the way. */
export function platformCasePath(id: string): string {
  return `${paths.platform}?${CASE_PARAM}=${encodeURIComponent(id)}`;
}
