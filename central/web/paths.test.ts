import { expect, test } from 'vitest';
import { pagesOf } from '../../shared/web/menu.ts';
import { menu } from './menu.ts';
import { paths } from './paths.ts';
import { pages } from './routes.tsx';

test('the addresses of the pages: a change breaks bookmarks and must be meant', () => {
  expect(paths).toMatchInlineSnapshot(`
    {
      "accounts": "/system/accounts",
      "audit": "/system/audit",
      "caCertificate": "/ca-certificate",
      "certificateCheck": "/transfers/certificate-check",
      "claims": "/claims",
      "enrolmentApply": "/enrolments/apply",
      "enrolmentCase": "/enrolments/query/:id",
      "enrolmentCertificate": "/enrolments/query/:id/certificate",
      "enrolmentQuery": "/enrolments/query",
      "enrolmentReview": "/enrolments/review",
      "enrolmentWithdraw": "/enrolments/withdraw",
      "home": "/",
      "indexAlarms": "/national-index/alarms",
      "laidAside": "/system/laid-aside",
      "links": "/system/links",
      "messages": "/system/messages",
      "nationalAudit": "/national-audit",
      "nationalQuery": "/national-query",
      "nodes": "/nodes",
      "onlineUsers": "/system/online-users",
      "platform": "/platform",
      "problemArbitrations": "/problem-groups/arbitrations",
      "problemGroup": "/problem-groups/one/:id",
      "problemGroups": "/problem-groups",
      "repairs": "/national-audit/repairs",
      "suspects": "/suspects",
      "ticket": "/ticket",
      "transferApply": "/transfers/apply",
      "transferCase": "/transfers/query/:id",
      "transferCertificate": "/transfers/query/:id/certificate",
      "transferMonitor": "/transfers/monitor",
      "transferQuery": "/transfers/query",
      "transferReview": "/transfers/review",
      "transferWithdraw": "/transfers/withdraw",
    }
  `);
});
test('every address of the menu is in paths, once', () => {
  const addresses = pagesOf(menu).map(({ path }) => path);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(addresses.filter((path) => !Object.values<string>(paths).includes(path))).toEqual([]);
});
test('every page has an address of its own', () => {
  const addresses = pages.map(({ path }) => path);
  expect(new Set(addresses).size).toBe(addresses.length);
});
