/** Every address of the province's pages. Nothing else writes an address. */
export const paths = {
  home: '/',
  preschoolList: '/preschool/list',
  preschoolSupplement: '/preschool/supplement',
  primaryEntrants: '/registration/primary',
  primaryEntrantReview: '/registration/primary-review',
  primaryEntrantReport: '/registration/primary-report',
  otherEntrants: '/registration/other',
  otherEntrantReview: '/registration/other-review',
  otherEntrantReport: '/registration/other-report',
  registrations: '/registration/query',
  messages: '/system/messages',
} as const;
