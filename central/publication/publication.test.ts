import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ManagedAccount } from '../../contracts/account-administration.ts';
import type { Page } from '../../contracts/core/page.ts';
import { DEMO_PASSWORD, demoAccounts } from '../../deploy/demo/accounts.ts';
import { browser, json } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { findAccount } from '../../shared/account/table.ts';
import type { AccountTable } from '../../shared/account/table.ts';
import { hotp, stepAt } from '../../shared/account/totp.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

const orgs = demoProvinces.slice(0, 2).flatMap((province) => demoOrgs(province));
const handlers = demoAccounts(orgs).filter(({ role }) => role !== 'system-admin');
const school = demoOrgs(demoProvinces[0]).find(({ level }) => level === 'school')!;
const registrar = `xj${school.id}`;
const atHub = `${registrar}@37`;

let world: World;
let admin: Browser;
beforeAll(async () => {
  world = await openWorld(['37', '44']);
  await eventually(
    () => world.hub.context.store.read.selectFrom('told').select('key').execute(),
    (told) => told.length === orgs.length + handlers.length,
  );
  admin = await world.signIn(`gl${school.parentId}`);
}, 60_000);
afterAll(() => world.stop());

const accountAtHub = async (name = atHub): Promise<AccountTable> => {
  const account = await findAccount(world.hub.context.store.read, name);
  if (!account) throw new Error(`no account ${name} at the hub`);
  return account;
};
const becomes = (isSo: (account: AccountTable) => boolean, name = atHub): Promise<AccountTable> =>
  eventually(() => accountAtHub(name), isSo);

async function administer(act: string, more: object = {}, account = registrar): Promise<{ password: string }> {
  const { rows } = await json<Page<ManagedAccount>>(admin.get('/api/accounts', { text: account }));
  const { name, revision } = rows.find((row) => row.name === account)!;
  return json(admin.post(`/api/accounts/${act}`, { name, revision, ...more }));
}

async function signedInAtHub(name = atHub, password = DEMO_PASSWORD): Promise<Browser> {
  const page = browser(world.hub.app);
  await json(page.signIn(name, password));
  return page;
}

describe('18.1 a province’s people at the hub', () => {
  test('every org stands under the ministry, with the path of its province, and every handler; no system admin', async () => {
    const { read } = world.hub.context.store;
    const rows = await read.selectFrom('org').selectAll().where('level', '!=', 'ministry').orderBy('id').execute();
    const expected = orgs.map((org) => ({
      ...org,
      parentId: org.parentId ?? 'ministry',
      stages: JSON.stringify(org.stages),
    }));
    expect(rows).toEqual(expected.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
    const accounts = await read.selectFrom('account').select('name').where('home', 'is not', null).execute();
    const names = handlers.map(
      ({ name, orgId }) => `${name}@${orgId.length === 10 ? orgId.slice(2, 4) : orgId.slice(0, 2)}`,
    );
    expect(accounts.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  });

  test('the person signs in with the same password; without the province’s code nobody is meant', async () => {
    const page = await signedInAtHub();
    const session = await json(page.get('/api/session'));
    expect(session).toMatchObject({ account: atHub, home: 'p-37', role: 'school-registrar', org: { id: school.id } });
    const other = await browser(world.hub.app).signIn(registrar, DEMO_PASSWORD);
    expect(await other.json()).toMatchObject({ type: '/problems/sign-in-failed' });
  });

  test('what the hub counts itself stays when the province tells of the account again', async () => {
    for (let guess = 0; guess < 2; guess++) await browser(world.hub.app).signIn(atHub, 'wrong');
    const before = await accountAtHub();
    expect(before).toMatchObject({ failedCount: 2, lastSignInAt: expect.any(String) as string });
    await administer('edit', { personName: '新姓名', role: 'school-registrar' });
    const { failedCount, lastSignInAt } = await becomes(({ personName }) => personName === '新姓名');
    expect({ failedCount, lastSignInAt }).toEqual({ failedCount: 2, lastSignInAt: before.lastSignInAt });
  });

  test('the hub’s administrators neither list nor change it, and say who does; its owner changes nothing there', async () => {
    const ministry = await world.signIn('jyb003');
    const listed = await json<Page<ManagedAccount>>(ministry.get('/api/accounts', { text: registrar }));
    expect(listed).toEqual({ rows: [], total: 0 });
    for (const [act, more] of [
      ['reset-password', {}],
      ['disable', { reason: '测试' }],
      ['edit', { personName: '他人', role: 'school-head' }],
      ['reset-second-factor', {}],
    ] as const) {
      const answer = await ministry.post(`/api/accounts/${act}`, { name: atHub, revision: 0, ...more });
      expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('由所在省的系统管理员') as string });
    }
    const forProvince = { name: 'jyb.new', personName: '许文', role: 'bureau-registrar', orgId: '370000' };
    expect((await ministry.post('/api/accounts/create', forProvince)).status).toBe(422);
    const page = await signedInAtHub();
    page.csrfToken = (await json<{ csrfToken: string }>(page.get('/api/session'))).csrfToken;
    const passwords = { oldPassword: DEMO_PASSWORD, newPassword: 'Another-horse-9' };
    for (const [path, input] of [
      ['/api/session/change-password', passwords],
      ['/api/second-factor/start', { password: DEMO_PASSWORD }],
    ] as const)
      expect(await (await page.post(path, input)).json()).toMatchObject({
        type: '/problems/illegal-move',
        detail: expect.stringContaining('在省级学籍系统中修改') as string,
      });
  });

  test('disabled at the province, its session at the hub ends; enabled, the issued password must be changed there', async () => {
    const head = `ld${school.id}`;
    const name = `${head}@37`;
    const page = await signedInAtHub(name);
    await json(
      admin.post('/api/accounts/create', {
        name: 'second.head',
        personName: '副校长',
        role: 'school-head',
        orgId: school.id,
      }),
    );
    await administer('disable', { reason: '离职' }, head);
    await becomes(({ state }) => state === 'disabled', name);
    expect((await page.get('/api/session')).status).toBe(401);
    const disabled = await browser(world.hub.app).signIn(name, DEMO_PASSWORD);
    expect(await disabled.json()).toMatchObject({ type: '/problems/account-disabled' });
    const { password } = await administer('enable', {}, head);
    await becomes(({ state }) => state === 'active', name);
    const issued = await browser(world.hub.app).signIn(name, password);
    expect(await issued.json()).toMatchObject({
      type: '/problems/password-change-required',
      detail: expect.stringContaining('本省的学籍系统') as string,
    });
    const atHome = browser(world.province('37').app);
    await json(atHome.signIn(head, password));
    const passwords = { oldPassword: password, newPassword: 'Another-horse-9' };
    await json(atHome.post('/api/session/change-password', passwords));
    await becomes(({ mustChangePassword }) => mustChangePassword === 0, name);
    await signedInAtHub(name, 'Another-horse-9');
  });

  test('the second factor of the province is asked for at the hub, and a code is taken there once', async () => {
    const home = await world.signIn(`xj${school.parentId}`);
    const bureau = `xj${school.parentId}@37`;
    const { uri } = await json<{ uri: string }>(home.post('/api/second-factor/start', { password: DEMO_PASSWORD }));
    const secret = base32Bytes(new URL(uri).searchParams.get('secret')!);
    const code = (): string => hotp(secret, stepAt(Date.now()));
    await json(home.post('/api/second-factor/confirm', { code: code() }));
    const { read } = world.hub.context.store;
    await eventually(
      () => read.selectFrom('second_factor').selectAll().where('account', '=', bureau).executeTakeFirst(),
      (factor) => factor !== undefined,
    );
    const sent = { account: bureau, password: DEMO_PASSWORD };
    const asked = await browser(world.hub.app).post('/api/session/sign-in', sent);
    expect(await asked.json()).toMatchObject({ type: '/problems/second-factor-required' });
    const given = { ...sent, code: code() };
    expect((await browser(world.hub.app).post('/api/session/sign-in', given)).status).toBe(200);
    const again = await browser(world.hub.app).post('/api/session/sign-in', given);
    expect(await again.json()).toMatchObject({ type: '/problems/second-factor-wrong' });
  });

  test('a review chain that the province configures is at the hub, and goes with it', async () => {
    const top = await world.signIn('gl370000');
    const form = { businesses: ['primary-entrant:resident'], areaId: '370000', levels: ['school', 'city'] };
    await json(top.post('/api/chain-configurations/create', form));
    const { read } = world.hub.context.store;
    const configured = () => read.selectFrom('chain_configuration').selectAll().execute();
    const [one] = await eventually(configured, (rows) => rows.length === 1);
    expect(one).toMatchObject({ business: 'primary-entrant:resident', areaId: '370000', levels: '["school","city"]' });
    await json(top.post('/api/chain-configurations/remove', { id: one!.id, revision: one!.revision }));
    await eventually(configured, (rows) => rows.length === 0);
  });

  test('a sign-in at the province is told once in ten days, and keeps the account from being idle at the hub', async () => {
    const name = `xj${demoOrgs(demoProvinces[1])[0]!.id}`;
    expect((await accountAtHub(`${name}@44`)).signedInAtHome).toBeNull();
    await world.signIn(name);
    const told = await becomes(({ signedInAtHome }) => signedInAtHome !== null, `${name}@44`);
    await world.signIn(name);
    const marks = await world.province('44').context.store.read.selectFrom('to_publish').selectAll().execute();
    expect(marks).toEqual([]);
    expect((await accountAtHub(`${name}@44`)).signedInAtHome).toBe(told.signedInAtHome);
  });
});

function base32Bytes(text: string): Uint8Array {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
