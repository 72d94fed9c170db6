import { expect, test } from 'vitest';
import { pagesOf } from '../../shared/web/menu.ts';
import { menu } from './menu.ts';
import { paths } from './paths.ts';
import { pages } from './routes.tsx';

test('the addresses of the pages: a change breaks bookmarks and must be meant', () => {
  expect(paths).toMatchInlineSnapshot(`
    {
      "accounts": "/system/accounts",
      "applyInProvince": "/in-province-transfer/apply",
      "applyKeyChange": "/key-change/apply",
      "audit": "/system/audit",
      "caCertificate": "/ca-certificate",
      "chainConfigurations": "/system/chain-configurations",
      "home": "/",
      "keyChanges": "/key-change/query",
      "laidAside": "/system/laid-aside",
      "links": "/system/links",
      "mendKeyChange": "/key-change/query/mend",
      "mendRegistration": "/registration/query/mend",
      "messages": "/system/messages",
      "onlineUsers": "/system/online-users",
      "orgs": "/system/orgs",
      "otherEntrantEntry": "/registration/other/entry",
      "otherEntrantImport": "/registration/other/import",
      "otherEntrantReport": "/registration/other-report",
      "otherEntrantReportList": "/registration/other-report/pupils",
      "otherEntrantReview": "/registration/other-review",
      "otherEntrantReviewList": "/registration/other-review/pupils",
      "otherEntrants": "/registration/other",
      "parameters": "/system/parameters",
      "platform": "/platform",
      "preschoolList": "/preschool/list",
      "preschoolSupplement": "/preschool/supplement",
      "preschoolSupplementForm": "/preschool/supplement/form",
      "primaryEntrantEntry": "/registration/primary/entry",
      "primaryEntrantImport": "/registration/primary/import",
      "primaryEntrantReport": "/registration/primary-report",
      "primaryEntrantReportList": "/registration/primary-report/pupils",
      "primaryEntrantReview": "/registration/primary-review",
      "primaryEntrantReviewList": "/registration/primary-review/pupils",
      "primaryEntrants": "/registration/primary",
      "problem": "/problem-records/one/:id",
      "problemsAcross": "/problem-records/cross-province/query",
      "problemsAcrossToHandle": "/problem-records/cross-province/handle",
      "problemsAcrossToReview": "/problem-records/cross-province/review",
      "problemsInProvince": "/problem-records/in-province/query",
      "problemsToArbitrate": "/problem-records/in-province/arbitrate",
      "problemsToHandle": "/problem-records/in-province/handle",
      "problemsToReview": "/problem-records/in-province/review",
      "registrations": "/registration/query",
      "returnedRegistrations": "/registration/query/returned",
      "reviewInProvince": "/in-province-transfer/review",
      "reviewKeyChanges": "/key-change/review",
      "student": "/students/:id",
      "students": "/students",
      "transfersInProvince": "/in-province-transfer/query",
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
