/** The addresses of the pages that every node has. */
export const systemPaths = {
  caCertificate: '/ca-certificate',
  links: '/system/links',
  laidAside: '/system/laid-aside',
  messages: '/system/messages',
} as const;
