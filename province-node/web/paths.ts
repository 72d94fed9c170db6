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

/** The page of one pupil's record. */
export function studentPath(id: string): string {
  return paths.student.replace(':id', encodeURIComponent(id));
}
