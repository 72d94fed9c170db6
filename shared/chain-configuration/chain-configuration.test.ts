import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { ChainStep } from '../../contracts/application.ts';
import type {
  ChainConfiguration,
  ChainConfigurationChange,
  ConfigurableBusiness,
  previewChainConfiguration,
} from '../../contracts/chain-configuration.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import {
  bureau,
  byNumber,
  checked,
  decided,
  detailOf,
  json,
  registered,
  school,
  verifiable,
} from '../../tests/world/registration.ts';
import type { Page } from '../../tests/world/registration.ts';
import { exported } from '../../tests/world/sheets.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

const orgs = demoOrgs(demoProvinces[0]);
const province = '370000';
const city = '370100';
const neighbour = orgs.find(({ parentId, level }) => parentId === '370103' && level === 'school')!;
const resident = 'primary-entrant:resident';

let world: World;
let admin: Browser;
let registrar: Browser;
beforeAll(async () => {
  world = await openWorld(['37']);
  [admin, registrar] = await Promise.all([world.signIn(`gl${province}`), world.signIn(`xj${school.id}`)]);
}, 60_000);
afterAll(() => world.stop());
afterEach(async () => {
  for (const one of (await configurations()).rows) await json(removed(one));
});

const store = () => world.province('37').context.store;
const configurations = (query: Record<string, string> = {}): Promise<Page<ChainConfiguration>> =>
  json(admin.get('/api/chain-configurations', { pageSize: '200', ...query }));
const changes = (): Promise<Page<ChainConfigurationChange>> => json(admin.get('/api/chain-configurations/changes'));
const form = (more: object = {}): object => ({
  businesses: [resident],
  stages: [],
  schoolCategories: [],
  areaId: bureau,
  levels: ['school', 'managing', 'city'],
  ...more,
});
const created = (more: object = {}): Promise<Response> => admin.post('/api/chain-configurations/create', form(more));
const changed = ({ id, revision }: ChainConfiguration, levels: string[]): Promise<Response> =>
  admin.post('/api/chain-configurations/change', { id, revision, levels });
const removed = ({ id, revision }: ChainConfiguration): Promise<Response> =>
  admin.post('/api/chain-configurations/remove', { id, revision });
const previewed = (input: object): Promise<z.output<typeof previewChainConfiguration.output>> => {
  const query = Object.entries(input).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  return json(admin.get(`/api/chain-configurations/preview?${new URLSearchParams(query)}`));
};
const orgIds = (chain: readonly ChainStep[]): string[] => chain.map(({ act, orgId }) => `${act} ${orgId}`);

let seed = 100;
/** Hands one pupil in and answers the chain that the application began with. */
async function chainOfNew(at = school, page = registrar): Promise<{ id: string; chain: string[] }> {
  const [pupil] = verifiable(seed++, 1);
  await registered(page, [{ ...pupil!, schoolCode: at.id }]);
  const [row] = await byNumber(page, pupil!);
  return { id: row!.id, chain: orgIds((await detailOf(page, row!.id)).application.chain) };
}

const byDefault = [`review ${school.id}`, `report ${school.id}`, `review ${bureau}`];

describe('what is configured', () => {
  test('22.1 every declared business is listed, with the default that holds where nothing is configured', async () => {
    const { businesses } = await json<{ businesses: ConfigurableBusiness[] }>(
      admin.get('/api/chain-configurations/businesses'),
    );
    const school3 = ['school', 'managing'];
    expect(businesses).toContainEqual(
      expect.objectContaining({
        business: resident,
        title: '居民身份证小学新生注册',
        stages: ['primary'],
        defaultLevels: school3,
      }),
    );
    expect(businesses.find(({ business }) => business === 'other-entrant:none')).toMatchObject({
      title: '无身份证件非小学新生注册',
      stages: ['primary', 'junior', 'senior'],
      defaultLevels: ['school', 'managing', 'city', 'province'],
    });
    expect((await chainOfNew()).chain).toEqual(byDefault);
  });

  test('22.1 holds for applications that begin afterwards, in its area only; one under way keeps its chain', async () => {
    const before = await chainOfNew();
    expect(await json(created())).toEqual({ created: 1 });
    expect((await chainOfNew()).chain).toEqual([...byDefault, `review ${city}`]);
    expect((await detailOf(registrar, before.id)).application.chain).toHaveLength(3);
    const other = await world.signIn(`xj${neighbour.id}`);
    expect((await chainOfNew(neighbour, other)).chain).toHaveLength(3);
  }, 60_000);

  test('22.1 the configured levels review one after another, and the last one approves', async () => {
    await json(created());
    const [pupil] = verifiable(seed++, 1);
    await registered(registrar, [pupil!]);
    let row = await checked(registrar, pupil!, 'passed');
    for (const account of [`ld${school.id}`, `xj${school.id}`, `xj${bureau}`, `xj${city}`]) {
      expect(row.state).toBe('in-review');
      await json(decided(await world.signIn(account), row));
      row = (await byNumber(registrar, pupil!))[0]!;
    }
    expect(row).toMatchObject({ state: 'approved', studentNumber: expect.stringMatching(/^G/) });
  }, 60_000);

  test('22.1 the most specific wins; deleted, the next less specific holds again, at last the default', async () => {
    await json(created({ areaId: province, levels: ['school', 'managing', 'province'] }));
    await json(created({ areaId: bureau, levels: ['managing'] }));
    await json(created({ areaId: bureau, stages: ['primary'], levels: ['school', 'city'] }));
    expect((await chainOfNew()).chain).toEqual([`review ${school.id}`, `report ${school.id}`, `review ${city}`]);
    const remove = async (areaId: string): Promise<void> => {
      const { rows } = await configurations();
      await json(removed(rows.filter((one) => one.areaId === areaId).toSorted((a) => (a.stage ? -1 : 1))[0]!));
    };
    await remove(bureau);
    expect((await chainOfNew()).chain).toEqual([`review ${bureau}`]);
    await remove(bureau);
    expect((await chainOfNew()).chain).toEqual([...byDefault, `review ${province}`]);
    await remove(province);
    expect((await chainOfNew()).chain).toEqual(byDefault);
  }, 60_000);
});

describe('the list and its history', () => {
  test('22.1 one form makes one configuration for every combination, and the conditions find them', async () => {
    const businesses = [resident, 'other-entrant:resident'];
    const several = { businesses, stages: ['primary'], schoolCategories: ['regular', 'reformatory'] };
    expect(await json(created(several))).toEqual({ created: 4 });
    await json(created({ areaId: province, stages: [] }));
    expect((await configurations({ business: resident })).total).toBe(3);
    expect((await configurations({ stage: 'primary' })).total).toBe(5);
    expect((await configurations({ stage: 'senior' })).total).toBe(1);
    expect((await configurations({ schoolCategory: 'reformatory' })).total).toBe(3);
    expect((await configurations({ areaId: city })).total).toBe(4);
    expect((await configurations({ sort: 'area' })).rows[0]).toMatchObject({ areaId: province, areaLevel: 'province' });
  });

  test('22.1 the list is exported as it was asked for', async () => {
    await json(created({ businesses: [resident, 'other-entrant:resident'] }));
    const of = { 业务类别: '居民身份证小学新生注册', 办学类型: '全部', 教育阶段: '全部', 作用范围: '历下区教育局' };
    const levels = '学校 → 主管教育局 → 地市';
    const lines = await exported(admin, '/api/chain-configurations', { business: resident });
    expect(lines).toMatchObject([{ ...of, 流程配置: levels }]);
    const [newest] = await exported(admin, '/api/chain-configurations/changes', { business: resident });
    expect(newest).toMatchObject({ ...of, 操作: '增加', 变更前: '', 变更后: levels });
  });

  test('22.1 versions are kept with who, when, before and after, and cannot be changed', async () => {
    await json(created());
    const [first] = (await configurations()).rows;
    await json(changed(first!, ['managing', 'school']));
    const [second] = (await configurations()).rows;
    await json(changed(second!, ['school', 'managing']));
    expect((await configurations()).rows).toEqual([second]);
    await json(removed(second!));
    const { rows } = await changes();
    expect(rows.slice(0, 3)).toMatchObject([
      { act: 'remove', before: ['school', 'managing'], after: null, account: `gl${province}`, areaId: bureau },
      { act: 'change', before: ['school', 'managing', 'city'], after: ['school', 'managing'] },
      { act: 'create', before: null, after: ['school', 'managing', 'city'], businessTitle: '居民身份证小学新生注册' },
    ]);
    const audit = await store()
      .read.selectFrom('audit_entry')
      .select(['action', 'summary'])
      .where('subject', '=', first!.id)
      .where('action', '=', '/api/chain-configurations/change')
      .orderBy('position')
      .execute();
    expect(audit[0]!.summary).toContain('由 学校→主管教育局→地市 改为 学校→主管教育局');
    const rewrite = store().decide((tx) =>
      tx.updateTable('chain_configuration_change').set({ account: 'x' }).execute(),
    );
    await expect(rewrite).rejects.toThrow('versions are kept');
  });

  test('two people, one configuration: the second is told, and nothing is lost', async () => {
    await json(created());
    const [shown] = (await configurations()).rows;
    await json(changed(shown!, ['school']));
    expect(await (await changed(shown!, ['managing'])).json()).toMatchObject({ type: '/problems/stale-revision' });
    expect(await (await removed(shown!)).json()).toMatchObject({ type: '/problems/stale-revision' });
    expect((await configurations()).rows).toMatchObject([{ levels: ['school'], revision: 2 }]);
  });

  test.each([
    ['no level', { levels: [] }, 422, '请至少选择一个审核环节'],
    ['no business', { businesses: [] }, 422, '请至少选择一项业务'],
    ['a business that is not there', { businesses: ['transfer'] }, 422, '没有“transfer”这项业务'],
    ['a stage the business is not for', { stages: ['junior'] }, 422, '只用于小学，请去掉初中'],
    ['an area that is not there', { areaId: '440000' }, 404, ''],
  ])('refused: %s', async (_what, more, status, said) => {
    const answer = await created(more);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(said);
    expect((await configurations()).total).toBe(0);
  });

  test('a second one under the same conditions is refused whole, and the answer names the first', async () => {
    await json(created());
    const answer = await created({ businesses: ['other-entrant:resident', resident], levels: ['school'] });
    expect(await answer.json()).toMatchObject({
      type: '/problems/already-configured',
      detail: expect.stringContaining('“居民身份证小学新生注册”（历下区教育局，全部办学类型，全部教育阶段）已有配置'),
    });
    expect((await configurations()).total).toBe(1);
  });
});

describe('what an act would do', () => {
  test('22.1 tells how many schools it decides about, how many change, and the chain of one of each kind', async () => {
    const wide = await previewed({
      act: 'create',
      ...form({ areaId: province, levels: ['school', 'managing', 'city'] }),
    });
    const primary = orgs.filter(({ stages }) => stages.includes('primary'));
    expect(wide.schools).toBe(primary.length);
    // Right under a city or the province the managing bureau was the last one before, and is now.
    expect(wide.changed).toBe(primary.filter(({ parentId }) => !parentId!.endsWith('00')).length);
    const chains = Object.fromEntries(
      wide.examples.map((one) => [one.managingLevel, one.after.map((step) => step.orgId)]),
    );
    expect(chains['county']!.slice(2)).toEqual([bureau, city]);
    expect(chains['city']!.slice(2)).toEqual([city]);
    expect(chains['province']!.slice(2)).toEqual([province]);
    expect((await configurations()).total).toBe(0);
  });

  test('22.1 schools with a nearer configuration are not counted', async () => {
    await json(created());
    const below = orgs.filter(
      ({ path, stages }) => path.startsWith(`${province}/${city}/`) && stages.includes('primary'),
    );
    const near = below.filter(({ parentId }) => parentId === bureau);
    const wide = await previewed({ act: 'create', ...form({ areaId: city, levels: ['school'] }) });
    expect(wide.schools).toBe(below.length - near.length);
    expect(wide.changed).toBe(wide.schools);
    await json(created({ areaId: neighbour.id }));
    const wider = await previewed({ act: 'create', ...form({ areaId: city, levels: ['school'] }) });
    expect(wider.schools).toBe(wide.schools - 1);
  });

  test('22.1 of conditions that stand already says so, as adding them would', async () => {
    await json(created());
    const query = new URLSearchParams({ act: 'create', businesses: resident, areaId: bureau, levels: 'school' });
    const answer = await admin.get(`/api/chain-configurations/preview?${query}`);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      type: '/problems/already-configured',
      detail: expect.stringContaining('已有配置，请在列表中修改它') as string,
    });
  });

  test('22.1 of a change and of a deletion: what holds before and after', async () => {
    await json(created());
    const [one] = (await configurations()).rows;
    const changing = await previewed({ act: 'change', id: one!.id, levels: ['school', 'managing'] });
    expect(changing.changed).toBe(changing.schools);
    expect(changing.examples[0]!.before.at(-1)!.orgId).toBe(city);
    expect(orgIds(changing.examples[0]!.after)).toEqual(byDefault);
    const removing = await previewed({ act: 'remove', id: one!.id });
    expect(removing).toMatchObject({ schools: changing.schools, changed: changing.schools });
    const same = await previewed({ act: 'change', id: one!.id, levels: ['school', 'county', 'city'] });
    expect(same).toMatchObject({ schools: changing.schools, changed: 0 });
  });
});

describe('who may', () => {
  test.each([
    ['the registrar of the province looks, and does not configure', `xj${province}`, 200],
    ['the system admin of a city has no say', `gl${city}`, 403],
    ['nor has a school', `xj${school.id}`, 403],
  ])('22.1 %s', async (_what, account, looking) => {
    const page = await world.signIn(account);
    expect((await page.get('/api/chain-configurations')).status).toBe(looking);
    expect((await page.post('/api/chain-configurations/create', form())).status).toBe(403);
  });
});
