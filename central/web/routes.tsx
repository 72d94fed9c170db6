import { page } from '../../shared/web/pages.ts';
import type { WebPage } from '../../shared/web/pages.ts';
import { paths } from './paths.ts';

/** Table of contents: one line a page; its code is loaded when it is first opened. */
export const pages: readonly WebPage[] = [
  page(paths.nodes, async () => (await import('../node/web/NodesPage.tsx')).NodesPage),
  page(paths.messages, async () => (await import('../../shared/web/MessageLogPage.tsx')).MessageLogPage),
];

export const home: WebPage['load'] = async () => (await import('./HomePage.tsx')).HomePage;
