import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ManagedAccount } from '../contracts/account-administration.ts';
import type { AuditRow } from '../contracts/audit.ts';
import type { Page } from '../contracts/core/page.ts';
import type { OnlineUser } from '../contracts/online-user.ts';
import { browser, json } from '../deploy/demo/browser.ts';
import type { Browser } from '../deploy/demo/browser.ts';
import { openWorld } from '../tests/world/world.ts';
import type { World } from '../tests/world/world.ts';

let world: World;
let admin: Browser;
let operator: Browser;
beforeAll(async () => {
  world = await openWorld([]);
  [admin, operator] = await Promise.all([world.signIn('jyb003'), world.signIn('jyb001')]);
}, 60_000);
afterAll(() => world.stop());

const accountNamed = async (name: string): Promise<ManagedAccount> =>
  (await json<Page<ManagedAccount>>(admin.get('/api/accounts', { text: name }))).rows[0]!;

describe('H.8 the ministry’s own accounts', () => {
  test('its system admin makes operators and arbitrators, and gives them another role', async () => {
    const operatorNew = { name: 'jyb010', personName: '许文', role: 'ministry-operator' };
    const { password } = await json<{ password: string }>(admin.post('/api/accounts/create', operatorNew));
    const page = browser(world.hub.app);
    expect(await (await page.signIn('jyb010', password)).json()).toMatchObject({ role: 'ministry-operator' });
    const { name, revision } = await accountNamed('jyb010');
    const edited = { name, revision, personName: '许文华', role: 'ministry-arbitrator' };
    await json(admin.post('/api/accounts/edit', edited));
    expect((await page.get('/api/session')).status).toBe(401);
    expect(await accountNamed('jyb010')).toMatchObject({ personName: '许文华', role: 'ministry-arbitrator' });
  });

  test('it makes no second system admin, and no role of a province', async () => {
    for (const role of ['system-admin', 'bureau-registrar']) {
      const answer = await admin.post('/api/accounts/create', { name: 'jyb011', personName: '许文', role });
      expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/role' }] });
    }
  });

  test('it sees who is online and what was done, newest first; an operator sees neither', async () => {
    const online = await json<Page<OnlineUser>>(admin.get('/api/online-users'));
    expect(online.rows.map(({ account }) => account)).toContain('jyb001');
    const log = await json<Page<AuditRow>>(admin.get('/api/audit-entries'));
    expect(log.rows[0]).toMatchObject({ account: 'jyb003', personName: '沈静', orgName: '教育部', title: '修改账号' });
    expect(log.rows.map(({ title }) => title)).toContain('新建账号');
    const own = await json<Page<AuditRow>>(admin.get('/api/audit-entries', { account: 'jyb001' }));
    expect(own.rows.every(({ account }) => account === 'jyb001')).toBe(true);
    for (const path of ['/api/accounts', '/api/online-users', '/api/audit-entries'])
      expect((await operator.get(path)).status).toBe(403);
  });
});
