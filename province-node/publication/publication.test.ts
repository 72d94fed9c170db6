import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { browser } from '../../deploy/demo/browser.ts';
import { insertOrgs } from '../../shared/org/table.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { publish } from './business.ts';

const school = demoOrgs(demoProvinces[0]).find(({ level }) => level === 'school')!;
let world: World;
beforeAll(async () => {
  world = await openWorld(['37']);
}, 60_000);
afterAll(() => world.stop());
beforeEach(() => publish(world.province('37').context));

const told = async (): Promise<number> => {
  const { read } = world.province('37').context.store;
  const items = read.selectFrom('message_log').select(sql<number>`coalesce(sum(items), 0)`.as('count'));
  return (await items.where('kind', 'like', '%.published').executeTakeFirstOrThrow()).count;
};

/** How many things are told because of `work`. */
async function toldBy(work: () => Promise<unknown>): Promise<number> {
  const before = await told();
  await work();
  await publish(world.province('37').context);
  return (await told()) - before;
}

const run = (statement: string) => () =>
  world.province('37').context.store.decide((tx) => sql.raw(statement).execute(tx));

test.each([
  ['a name', `update account set "personName" = '改名' where name = 'xj370102'`, 1],
  ['a disabled account', `update account set state = 'disabled' where name = 'xj370102'`, 1],
  ['another password', `update account set "passwordHash" = 'x' where name = 'xj370102'`, 1],
  ['an org', `update org set name = '改名学校' where id = '${school.id}'`, 1],
  ['the eight heads of primary schools', `update account set "personName" = 'x' where name like 'ld2137%'`, 8],
  ['a system admin: nobody’s business', `update account set "personName" = '改名' where name = 'gl370102'`, 0],
  [
    'who becomes one: that the handler is no more',
    `update account set role = 'system-admin' where name = 'xj370103'`,
    1,
  ],
  ['wrong passwords and locks: the node’s own', `update account set "failedCount" = 3, "lockedUntil" = '2020'`, 0],
] as const)('of %s', async (_, statement, count) => {
  expect(await toldBy(run(statement))).toBe(count);
});

test('a wrong password is not told; a sign-in is, and the next of the same days is not', async () => {
  const name = `ld${school.id}`;
  expect(await toldBy(() => browser(world.province('37').app).signIn(name, 'wrong'))).toBe(0);
  expect(await toldBy(() => world.signIn(name))).toBe(1);
  expect(await toldBy(() => world.signIn(name))).toBe(0);
});

test('what changes twice before it is told is told once, as it is at last', async () => {
  const { store } = world.province('37').context;
  const rename = (name: string) => sql`update account set "personName" = ${name} where name = 'xj370102'`;
  const twice = () => store.decide(async (tx) => [await rename('一').execute(tx), await rename('二').execute(tx)]);
  expect(await toldBy(twice)).toBe(1);
});

test('an org whose code is of another province stays at home', async () => {
  const stranger = { ...school, id: '2144999999', path: `${school.path.replace(school.id, '2144999999')}` };
  const { store } = world.province('37').context;
  expect(await toldBy(() => store.decide((tx) => insertOrgs(tx, [stranger])))).toBe(0);
  const left = await store.read.selectFrom('to_publish').selectAll().execute();
  expect(left).toEqual([]);
});
