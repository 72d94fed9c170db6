import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { ManagedAccount } from '../../contracts/account-administration.ts';
import { SessionView } from '../../contracts/account.ts';
import type { Page } from '../../contracts/core/page.ts';
import { browser } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { exported } from '../../tests/world/sheets.ts';
import { isoTime } from '../clock.ts';
import { administrationEndpoints } from './administration.ts';
import { ACCOUNT_IDLE_MS } from './idle.ts';
import { FAILURES_MAX, LOCK_MS } from './judge.ts';
import { standingOf, standingSql } from './standing.ts';

let node: ToyNode;
/** The system admins of 济南市 and of 历下区. */
let city: Browser;
let county: Browser;
beforeEach(async () => {
  node = await openToyNode({ endpoints: () => administrationEndpoints });
  await node.addAccount('city', 'system-admin', '370100');
  await node.addAccount('county', 'system-admin', '370102');
  await node.addAccount('teacher', 'school-registrar', '2137000001');
  [city, county] = [browser(node.app), browser(node.app)];
  await city.signIn('city', PASSWORD);
  await county.signIn('county', PASSWORD);
});
afterEach(() => node.close());

interface Refusal {
  type: string;
  detail: string;
  errors?: { pointer: string }[];
}
const refusal = async (answer: Response): Promise<Refusal> => (await answer.json()) as Refusal;
const typeOf = async (answer: Response): Promise<string> => (await refusal(answer)).type;
const list = async (page: Browser, query: Record<string, string> = {}): Promise<Page<ManagedAccount>> =>
  (await (await page.get('/api/accounts', query)).json()) as Page<ManagedAccount>;
const names = async (page: Browser, query: Record<string, string> = {}): Promise<string[]> =>
  (await list(page, query)).rows.map(({ name }) => name);
async function seen(name: string): Promise<{ name: string; revision: number }> {
  const { revision } = await node.store.read
    .selectFrom('account')
    .select('revision')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return { name, revision };
}
const auditOf = (action: string) =>
  node.store.read
    .selectFrom('audit_entry')
    .select(['account', 'subject', 'summary'])
    .where('action', '=', action)
    .execute();

const teacher = { name: 'xj2137000002', personName: '李建国', role: 'school-registrar', orgId: '2137000002' };
const create = (page: Browser, more: object = {}) => page.post('/api/accounts/create', { ...teacher, ...more });

describe('21.2 a new account', () => {
  test('gets a password that is shown once and changed at the first sign-in', async () => {
    const answer = await create(county);
    const { password } = (await answer.json()) as { password: string };
    expect(password).toMatch(/^([A-Za-z2-9]{4}-){3}[A-Za-z2-9]{4}$/);
    const page = browser(node.app);
    const view = SessionView.parse(await (await page.signIn(teacher.name, password)).json());
    expect(view).toMatchObject({ mustChangePassword: true, personName: '李建国', org: { id: '2137000002' } });
    expect(await auditOf('/api/accounts/create')).toEqual([
      { account: 'county', subject: teacher.name, summary: '李建国，历下第二小学，学校学籍管理员' },
    ]);
    expect(JSON.stringify(await node.store.read.selectFrom('audit_entry').selectAll().execute())).not.toContain(
      password,
    );
  });

  test('is made by any bureau above, not by one beside, and not outside', async () => {
    expect((await create(city)).status).toBe(200);
    expect((await create(county, { name: 'other', orgId: '2137000003' })).status).toBe(404);
    expect((await create(county, { name: 'other', orgId: '370100', role: 'bureau-registrar' })).status).toBe(404);
    expect((await create(county, { name: 'other', orgId: '999999' })).status).toBe(404);
  });

  test('has a role of its org’s level; a system admin comes from the org above', async () => {
    const wrong = await refusal(await create(county, { role: 'system-admin' }));
    expect(wrong).toMatchObject({ type: '/problems/invalid-input', errors: [{ pointer: '/role' }] });
    const own = { name: 'gl-new', role: 'system-admin', orgId: '370102' };
    expect((await refusal(await create(county, own))).detail).toContain('由上级教育部门的系统管理员办理');
    expect((await create(city, own)).status).toBe(200);
  });

  test('of a double click is one; the second is told that the name is taken', async () => {
    const answers = await Promise.all([create(county), create(county)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 422]);
    expect(await names(county, { text: '2137000002' })).toEqual([teacher.name]);
  });
});

describe('21.2 disabling', () => {
  beforeEach(() => node.addAccount('second', 'school-registrar', '2137000001'));
  const disable = async (page: Browser, name: string, given?: { name: string; revision: number }) =>
    page.post('/api/accounts/disable', { ...(given ?? (await seen(name))), reason: '调离' });

  test('ends the sessions and the right to sign in; enabling begins with another password', async () => {
    const page = browser(node.app);
    await page.signIn('teacher', PASSWORD);
    expect((await disable(county, 'teacher')).status).toBe(200);
    expect((await page.get('/api/session')).status).toBe(401);
    expect(await refusal(await page.signIn('teacher', PASSWORD))).toMatchObject({
      type: '/problems/account-disabled',
      detail: '如需启用，请联系历下区的系统管理员',
    });
    expect(await list(county, { standing: 'disabled' })).toMatchObject({ rows: [{ disabledReason: '调离' }] });
    expect(await typeOf(await county.post('/api/accounts/reset-password', await seen('teacher')))).toBe(
      '/problems/illegal-move',
    );
    const enabled = await county.post('/api/accounts/enable', await seen('teacher'));
    const { password } = (await enabled.json()) as { password: string };
    expect((await browser(node.app).signIn('teacher', PASSWORD)).status).toBe(401);
    expect((await browser(node.app).signIn('teacher', password)).status).toBe(200);
  });

  test('is refused for the own account, one beside, and one outside', async () => {
    expect((await refusal(await disable(county, 'county'))).detail).toContain('不能操作自己的账号');
    await node.addAccount('peer', 'system-admin', '370102');
    expect((await refusal(await disable(county, 'peer'))).detail).toContain('由上级教育部门');
    expect((await disable(county, 'city')).status).toBe(404);
    expect((await disable(county, 'nobody', { name: 'nobody', revision: 0 })).status).toBe(404);
    expect((await disable(city, 'peer')).status).toBe(200);
  });

  test('is refused for the last account of a role that can sign in, and says what to do', async () => {
    expect((await disable(county, 'second')).status).toBe(200);
    expect(await refusal(await disable(county, 'teacher'))).toMatchObject({
      type: '/problems/illegal-move',
      detail: expect.stringContaining('历下实验小学唯一可用的“学校学籍管理员”') as string,
    });
  });

  test('on what somebody else has changed meanwhile is refused; twice at once counts once', async () => {
    const before = await seen('teacher');
    expect((await city.post('/api/accounts/reset-password', before)).status).toBe(200);
    expect(await typeOf(await disable(county, 'teacher', before))).toBe('/problems/stale-revision');
    const now = await seen('teacher');
    const both = await Promise.all([disable(county, 'teacher', now), disable(city, 'teacher', now)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(await auditOf('/api/accounts/disable')).toHaveLength(1);
  });
});

describe('21.2 editing', () => {
  beforeEach(() => node.addAccount('second', 'school-registrar', '2137000001'));
  const edit = async (page: Browser, more: object = {}) =>
    page.post('/api/accounts/edit', {
      ...(await seen('teacher')),
      personName: '王丽华',
      role: 'school-registrar',
      ...more,
    });

  test('mends a name, with both names in the log; the sessions go on', async () => {
    const page = browser(node.app);
    await page.signIn('teacher', PASSWORD);
    expect((await edit(county)).status).toBe(200);
    expect(await (await page.get('/api/session')).json()).toMatchObject({ personName: '王丽华' });
    expect(await auditOf('/api/accounts/edit')).toEqual([
      { account: 'county', subject: 'teacher', summary: '姓名 teacher老师 改为 王丽华' },
    ]);
  });

  test('gives another role of the org’s level, and who is signed in signs in anew', async () => {
    const page = browser(node.app);
    await page.signIn('teacher', PASSWORD);
    expect(await refusal(await edit(county, { role: 'system-admin' }))).toMatchObject({
      type: '/problems/invalid-input',
      errors: [{ pointer: '/role' }],
    });
    expect((await edit(county, { role: 'school-head' })).status).toBe(200);
    expect((await page.get('/api/session')).status).toBe(401);
    expect(await list(county, { role: 'school-head' })).toMatchObject({ rows: [{ name: 'teacher' }] });
  });

  test('leaves a school a registrar who can sign in', async () => {
    await county.post('/api/accounts/disable', { ...(await seen('second')), reason: '调离' });
    expect(await refusal(await edit(county, { role: 'school-head' }))).toMatchObject({
      type: '/problems/illegal-move',
      detail: expect.stringContaining('改任其他角色后该机构的业务无人办理') as string,
    });
    expect((await edit(county)).status).toBe(200);
  });

  test('is for who administers the account, on what they saw', async () => {
    const before = await seen('teacher');
    expect((await edit(city, { personName: '李建国' })).status).toBe(200);
    expect(await typeOf(await edit(county, before))).toBe('/problems/stale-revision');
    expect((await edit(county, { ...(await seen('county')), personName: '我自己', role: 'system-admin' })).status).toBe(
      422,
    );
    expect((await edit(county, { ...(await seen('city')), role: 'system-admin' })).status).toBe(404);
  });
});

describe('21.2 resetting', () => {
  test('lifts a lock and a freeze, and ends the sessions with the old password', async () => {
    const page = browser(node.app);
    await page.signIn('teacher', PASSWORD);
    for (let attempt = 0; attempt < FAILURES_MAX; attempt++) await browser(node.app).signIn('teacher', 'wrong');
    expect(await names(county, { standing: 'locked' })).toEqual(['teacher']);
    await county.post('/api/accounts/reset-password', await seen('teacher'));
    expect((await page.get('/api/session')).status).toBe(401);
    await node.clock.advance(ACCOUNT_IDLE_MS + 1);
    await node.store.decide((tx) =>
      tx
        .updateTable('account')
        .set({ lastSignInAt: isoTime(node.clock.now()) })
        .where('name', '=', 'county')
        .execute(),
    );
    await county.signIn('county', PASSWORD);
    expect(await names(county, { standing: 'frozen' })).toEqual(['teacher']);
    const reset = await county.post('/api/accounts/reset-password', await seen('teacher'));
    const { password } = (await reset.json()) as { password: string };
    expect(await names(county, { standing: 'frozen' })).toEqual([]);
    expect((await browser(node.app).signIn('teacher', password)).status).toBe(200);
  });

  test('the second factor is another matter: taken away alone, the password stays', async () => {
    const reset = async () => county.post('/api/accounts/reset-second-factor', await seen('teacher'));
    expect(await typeOf(await reset())).toBe('/problems/illegal-move');
    const row = { account: 'teacher', sealed: node.vault.seal('x'), confirmedAt: 'now', lastStep: 0 };
    await node.store.decide((tx) => tx.insertInto('second_factor').values(row).execute());
    expect((await browser(node.app).signIn('teacher', PASSWORD)).status).toBe(401);
    expect((await reset()).status).toBe(200);
    expect((await browser(node.app).signIn('teacher', PASSWORD)).status).toBe(200);
  });
});

describe('the list', () => {
  test('is of the own org and below, by org from the top, and by what is asked', async () => {
    await node.addAccount('far', 'school-registrar', '2137000004');
    expect(await names(city)).toEqual(['city', 'county', 'teacher']);
    expect(await names(county)).toEqual(['county', 'teacher']);
    expect(await names(city, { extent: 'own' })).toEqual(['city']);
    expect(await names(city, { orgId: '370102' })).toEqual(['county', 'teacher']);
    expect(await names(city, { orgId: '370102', extent: 'own' })).toEqual(['county']);
    expect(await names(city, { role: 'school-registrar' })).toEqual(['teacher']);
    expect(await names(city, { text: 'r老师' })).toEqual(['teacher']);
    expect(await names(city, { sort: '-name' })).toEqual(['teacher', 'county', 'city']);
    expect((await city.get('/api/accounts', { orgId: '370202' })).status).toBe(404);
  });

  test('is exported as it is asked for, with an entry in the audit log', async () => {
    const lines = await exported(city, '/api/accounts', { role: 'school-registrar' });
    expect(lines).toMatchObject([{ 账号: 'teacher', 角色: '学校学籍管理员', 机构: '历下实验小学', 状态: '正常' }]);
    expect(await auditOf('/api/accounts/export')).toEqual([
      { account: 'city', subject: '370100', summary: '导出机构用户 1 个' },
    ]);
    expect((await city.get('/api/accounts/export', { orgId: '370202' })).status).toBe(404);
  });

  test('the standing that it is asked for is the one that it shows', async () => {
    const nowMs = node.clock.now();
    const time = fc.integer({ min: -ACCOUNT_IDLE_MS - LOCK_MS, max: LOCK_MS }).map((offMs) => isoTime(nowMs + offMs));
    const account = fc.record({
      state: fc.constantFrom('active' as const, 'disabled' as const),
      lockedUntil: fc.option(time),
      lastSignInAt: fc.option(time),
      createdAt: time,
      passwordChangedAt: time,
      signedInAtHome: fc.option(time),
    });
    await fc.assert(
      fc.asyncProperty(account, async (columns) => {
        await node.store.decide((tx) => tx.updateTable('account').set(columns).where('name', '=', 'teacher').execute());
        const { standing } = await node.store.read
          .selectFrom('account')
          .select(standingSql(nowMs).as('standing'))
          .where('name', '=', 'teacher')
          .executeTakeFirstOrThrow();
        expect(standing).toBe(standingOf(columns, nowMs));
      }),
      { numRuns: 60 },
    );
  });
});
