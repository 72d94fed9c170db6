import { systemPaths } from '../../shared/web/system-paths.ts';

/** Every address of the hub's pages. Nothing else writes an address. */
export const paths = {
  home: '/',
  claims: '/claims',
  nationalQuery: '/national-query',
  indexAlarms: '/national-index/alarms',
  nodes: '/nodes',
  platform: '/platform',
  ticket: '/ticket',
  accounts: '/system/accounts',
  onlineUsers: '/system/online-users',
  audit: '/system/audit',
  ...systemPaths,
} as const;
