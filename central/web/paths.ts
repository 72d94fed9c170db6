/** Every address of the hub's pages. Nothing else writes an address. */
export const paths = {
  home: '/',
  nodes: '/nodes',
  messages: '/system/messages',
} as const;
