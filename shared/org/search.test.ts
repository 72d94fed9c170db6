import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FoundOrg, OrgSummary } from '../../contracts/org-search.ts';
import { browser } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { orgEndpoints } from './search.ts';

let node: ToyNode;
let page: Browser;
beforeAll(async () => {
  node = await openToyNode({ endpoints: () => orgEndpoints });
  await node.addAccount('city', 'system-admin', '370100');
  await node.addAccount('teacher', 'school-registrar', '2137000001');
  page = browser(node.app);
  await page.signIn('city', PASSWORD);
});
afterAll(() => node.close());

async function search(text: string): Promise<FoundOrg[]> {
  return ((await (await page.get('/api/orgs/search', { text })).json()) as { orgs: FoundOrg[] }).orgs;
}
const summary = (id?: string): Promise<Response> => page.get('/api/orgs/summary', id === undefined ? {} : { id });

test('orgs of the subtree are found by part of the name or the beginning of the code, bureaus first', async () => {
  expect((await search('历下')).map(({ name }) => name)).toEqual(['历下区', '历下实验小学', '历下第二小学']);
  expect((await search('21370000')).map(({ id }) => id)).toHaveLength(4);
  expect((await search('市南')).map(({ name }) => name)).toEqual([]);
  expect((await search('2137000001'))[0]?.above).toEqual([{ id: '370102', name: '历下区' }]);
  expect((await page.get('/api/orgs/search', { text: ' ' })).status).toBe(422);
});

test('what stands in a search is text and no pattern', async () => {
  expect(await search('%')).toEqual([]);
  expect(await search("' or 1=1 --")).toEqual([]);
});

test('an org says what is below it, whatever is between, and how many accounts it has', async () => {
  expect((await (await summary()).json()) as OrgSummary).toEqual({
    id: '370100',
    name: '济南市',
    level: 'city',
    parentName: null,
    schoolCategory: null,
    stages: [],
    below: { city: 0, county: 2, school: 4 },
    accounts: 1,
  });
  expect(await (await summary('2137000001')).json()).toMatchObject({
    parentName: '历下区',
    stages: ['primary'],
    below: { city: 0, county: 0, school: 0 },
    accounts: 1,
  });
  expect((await summary('370202')).status).toBe(404);
  expect((await summary('370000')).status).toBe(404);
});
