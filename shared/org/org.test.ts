import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { CompiledQuery } from 'kysely';
import { Problem } from '../../contracts/core/problems.ts';
import { isWithin } from '../../contracts/orgs/org.ts';
import { browser } from '../../deploy/demo/browser.ts';
import { openToyNode, PASSWORD, toyOrgs } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { atOrBelow, mustBeInScope, pathWithinScope, withinScope } from './scope.ts';
import { findOrg } from './table.ts';
import { ancestorAtLevel, managingOrg, nearestCommonSuperior, orgsUpward } from './tree.ts';

let node: ToyNode;
beforeAll(async () => {
  node = await openToyNode();
  await node.addAccount('city', 'system-admin', '370100');
});
afterAll(() => node.close());

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const anyOrg = fc.constantFrom(...toyOrgs);

describe('scope', () => {
  test(`is the caller's org and what is below it, by id and by path (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(anyOrg, async (org) => {
        const want = toyOrgs.filter((other) => isWithin(other.path, org.path)).map(({ id }) => id);
        const { read } = node.store;
        const byId = await read.selectFrom('org').select('id').where(withinScope('org.id', { org })).execute();
        const byPath = await read.selectFrom('org').select('id').where(pathWithinScope('org.path', { org })).execute();
        const chosen = await read.selectFrom('org').select('id').where(atOrBelow('org.id', org.id)).execute();
        expect(chosen.map(({ id }) => id).toSorted()).toEqual(want.toSorted());
        expect(byId.map(({ id }) => id).toSorted()).toEqual(want.toSorted());
        expect(byPath.map(({ id }) => id).toSorted()).toEqual(want.toSorted());
      }),
      { seed },
    );
  });

  test('of the ministry, whose path is empty, is everything', async () => {
    const org = { id: '000000', level: 'ministry', path: '' };
    const rows = await node.store.read.selectFrom('org').select('id').where(withinScope('id', { org })).execute();
    expect(rows).toHaveLength(toyOrgs.length);
  });

  test('A30 A31 an org outside it is not found, like one that does not exist', async () => {
    const org = toyOrgs.find(({ id }) => id === '370102')!;
    await mustBeInScope(node.store.read, '2137000001', { org });
    for (const outside of ['2137000003', '370103', '370100', '370202', '999999']) {
      await expect(mustBeInScope(node.store.read, outside, { org })).rejects.toEqual(new Problem('not-found'));
    }
  });

  test('is a range of the path index, not a scan', async () => {
    const org = toyOrgs[1]!;
    const query = node.store.read.selectFrom('account').select('name').where(withinScope('account.orgId', { org }));
    const { sql, parameters } = query.compile();
    const explain = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
    const plan = JSON.stringify((await node.store.read.executeQuery(explain)).rows);
    expect(plan).toMatch(/SEARCH org USING COVERING INDEX org_path \(path>\? AND path<\?\)/);
  });
});

describe('the tree', () => {
  const idOf = async (found: Promise<{ id: string } | undefined>): Promise<string | undefined> => (await found)?.id;

  test('goes upward from the org itself to the province', async () => {
    expect((await orgsUpward(node.store.read, '2137000001')).map(({ id }) => id)).toEqual([
      '2137000001',
      '370102',
      '370100',
      '370000',
    ]);
    expect(await findOrg(node.store.read, '2137000001')).toEqual(toyOrgs.find(({ id }) => id === '2137000001'));
  });

  test('has the managing bureau of a school at whichever level', async () => {
    const { read } = node.store;
    expect(await idOf(managingOrg(read, '2137000001'))).toBe('370102');
    expect(await idOf(managingOrg(read, '2137000005'))).toBe('370100');
    await expect(managingOrg(read, '370102')).rejects.toThrow('not a school');
    expect(await idOf(ancestorAtLevel(read, '2137000001', 'city'))).toBe('370100');
    expect(await idOf(ancestorAtLevel(read, '2137000005', 'county'))).toBeUndefined();
  });

  test.each([
    [['2137000001'], '370102'],
    [['2137000001', '2137000002'], '370102'],
    [['2137000001', '2137000003'], '370100'],
    [['2137000001', '2137000005'], '370100'],
    [['2137000001', '2137000004'], '370000'],
    [['2137000001', '370102'], '370102'],
  ])('§1.9 disputes between %j are decided by %s', async (orgIds, superior) => {
    expect(await idOf(nearestCommonSuperior(node.store.read, orgIds))).toBe(superior);
  });

  test('§1.9 between two provinces nobody in them decides', async () => {
    const far = { ...toyOrgs[0]!, id: '440000', name: '广东省', path: '440000/', regionCode: '440000' };
    await node.store.decide((tx) =>
      tx
        .insertInto('org')
        .values({ ...far, stages: '[]' })
        .execute(),
    );
    expect(await nearestCommonSuperior(node.store.read, ['2137000001', '440000'])).toBeUndefined();
  });

  test('loads level by level, within the scope', async () => {
    const page = browser(node.app);
    await page.signIn('city', PASSWORD);
    expect(await (await page.get('/api/orgs/children')).json()).toEqual({
      orgs: [
        { id: '2137000005', parentId: '370100', name: '济南第一中学', level: 'school', hasChildren: false },
        { id: '370102', parentId: '370100', name: '历下区', level: 'county', hasChildren: true },
        { id: '370103', parentId: '370100', name: '市中区', level: 'county', hasChildren: true },
      ],
    });
    expect((await page.get('/api/orgs/children', { parentId: '370102' })).status).toBe(200);
    expect((await page.get('/api/orgs/children', { parentId: '370200' })).status).toBe(404);
  });
});
