import { systemPaths } from '../../shared/web/system-paths.ts';

/** Every address of the hub's pages. Nothing else writes an address. */
export const paths = {
  home: '/',
  claims: '/claims',
  nationalQuery: '/national-query',
  indexAlarms: '/national-index/alarms',
  suspects: '/suspects',
  nodes: '/nodes',
  platform: '/platform',
  transferApply: '/transfers/apply',
  transferReview: '/transfers/review',
  transferQuery: '/transfers/query',
  transferCase: '/transfers/query/:id',
  transferWithdraw: '/transfers/withdraw',
  transferMonitor: '/transfers/monitor',
  enrolmentApply: '/enrolments/apply',
  enrolmentReview: '/enrolments/review',
  enrolmentQuery: '/enrolments/query',
  enrolmentCase: '/enrolments/query/:id',
  enrolmentWithdraw: '/enrolments/withdraw',
  ticket: '/ticket',
  accounts: '/system/accounts',
  onlineUsers: '/system/online-users',
  audit: '/system/audit',
  ...systemPaths,
} as const;
