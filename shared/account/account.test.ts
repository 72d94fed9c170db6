import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SessionView } from '../../contracts/account.ts';
import { browser } from '../../deploy/demo/browser.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { ACCOUNT_IDLE_MS } from './idle.ts';
import { FAILURES_MAX, LOCK_MS } from './judge.ts';
import { removeEndedSessions, SESSION_IDLE_MS, SESSION_MAX_MS } from './session.ts';
import { disableAccount } from './table.ts';

let node: ToyNode;
beforeEach(async () => {
  node = await openToyNode();
  await node.addAccount('wang', 'bureau-registrar', '370102');
});
afterEach(() => node.close());

const minute = 60_000;
const typeOf = async (answer: Response): Promise<string> => ((await answer.json()) as { type: string }).type;
const auditOf = (action: string): Promise<{ summary: string; account: string; subject: string }[]> =>
  node.store.read
    .selectFrom('audit_entry')
    .select(['summary', 'account', 'subject'])
    .where('action', '=', action)
    .orderBy('position')
    .execute();

describe('sign-in', () => {
  test('name and password open a session that says who and where one is', async () => {
    const page = browser(node.app);
    const view = SessionView.parse(await (await page.signIn('wang', PASSWORD)).json());
    expect(view).toMatchObject({
      account: 'wang',
      role: 'bureau-registrar',
      org: { id: '370102', name: '历下区', level: 'county', stages: [] },
      node: 'p-37',
      nodeName: '山东省',
      idleEndsAt: '2026-09-01T00:30:00.000Z',
    });
    expect((await page.get('/api/session')).status).toBe(200);
    expect(await auditOf('/api/session/sign-in')).toEqual([{ summary: '登录成功', account: 'wang', subject: 'wang' }]);
  });

  test('A24 the cookie is not for scripts or other sites; with https it is bound to the host', async () => {
    const answer = await browser(node.app).signIn('wang', PASSWORD);
    expect(answer.headers.get('set-cookie')).toMatch(/^xueji=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const secure = await openToyNode({ settings: { https: true } });
    await secure.addAccount('wang', 'bureau-registrar', '370102');
    const overHttps = await browser(secure.app).signIn('wang', PASSWORD);
    expect(overHttps.headers.get('set-cookie')).toMatch(
      /^__Host-xueji=.*; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect(overHttps.headers.get('strict-transport-security')).toContain('max-age=');
    await secure.close();
  });

  test('A24 the token is in no table', async () => {
    const page = browser(node.app);
    await page.signIn('wang', PASSWORD);
    const rows = await node.store.read.selectFrom('session').selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(page.cookie.split('=')[1]);
  });

  test('A24 a token planted before sign-in, or signed in, is worth nothing after the next sign-in', async () => {
    const page = browser(node.app);
    page.cookie = 'xueji=planted';
    await page.signIn('wang', PASSWORD);
    expect(page.cookie).not.toContain('planted');
    const first = page.cookie;
    await page.signIn('wang', PASSWORD);
    expect(page.cookie).not.toBe(first);
    const thief = browser(node.app);
    thief.cookie = first;
    expect((await thief.get('/api/session')).status).toBe(401);
    expect((await page.get('/api/session')).status).toBe(200);
  });

  test('A29 an unknown account answers like a wrong password, in words and in being locked', async () => {
    const [known, unknown] = [browser(node.app), browser(node.app)];
    for (let attempt = 0; attempt <= FAILURES_MAX; attempt++) {
      const [a, b] = [await known.signIn('wang', 'wrong'), await unknown.signIn('nobody', 'wrong')];
      const [bodyA, bodyB] = [await a.json(), await b.json()] as Record<string, unknown>[];
      expect({ ...bodyB, requestId: '' }).toEqual({ ...bodyA, requestId: '' });
      expect(b.status).toBe(a.status);
      expect(a.status).toBe(attempt < FAILURES_MAX ? 401 : 423);
    }
    const [entry] = (await auditOf('/api/session/sign-in')).filter(({ account }) => account === '');
    expect(entry).toEqual({ summary: '账号不存在', account: '', subject: '' });
  });

  test('A29 an unknown account takes as long as a wrong password', async () => {
    const samples: Record<'wang' | 'nobody', number[]> = { wang: [], nobody: [] };
    await browser(node.app).signIn('warm-up', 'wrong');
    // In turns, so that a busy machine slows both alike.
    for (let round = 0; round < 9; round++) {
      await node.clock.advance(LOCK_MS + 1);
      for (const account of ['wang', 'nobody'] as const) {
        const started = performance.now();
        await browser(node.app).signIn(account, 'wrong');
        samples[account].push(performance.now() - started);
      }
    }
    const median = (times: number[]): number => times.toSorted((a, b) => a - b)[4]!;
    const ratio = median(samples.wang) / median(samples.nobody);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  test('five wrong passwords lock the account for 15 minutes, for the right one too', async () => {
    const page = browser(node.app);
    for (let attempt = 0; attempt < FAILURES_MAX; attempt++) await page.signIn('wang', 'wrong');
    expect(await typeOf(await page.signIn('wang', PASSWORD))).toBe('/problems/account-locked');
    await node.clock.advance(LOCK_MS - 1);
    expect((await page.signIn('wang', PASSWORD)).status).toBe(423);
    await node.clock.advance(1);
    expect((await page.signIn('wang', PASSWORD)).status).toBe(200);
  });

  test('a right password begins the count anew', async () => {
    const page = browser(node.app);
    for (let attempt = 0; attempt < FAILURES_MAX - 1; attempt++) await page.signIn('wang', 'wrong');
    expect((await page.signIn('wang', PASSWORD)).status).toBe(200);
    expect((await page.signIn('wang', 'wrong')).status).toBe(401);
    expect((await page.signIn('wang', PASSWORD)).status).toBe(200);
  });

  test('of many wrong guesses at once no more than five are judged', async () => {
    const guesses = Array.from({ length: 9 }, (_, guess) => browser(node.app).signIn('wang', `guess-${guess}`));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([401, 401, 401, 401, 401, 423, 423, 423, 423]);
    const { failedCount, lockedUntil } = await node.store.read
      .selectFrom('account')
      .selectAll()
      .executeTakeFirstOrThrow();
    expect({ failedCount, locked: lockedUntil !== null }).toEqual({ failedCount: 0, locked: true });
  });

  test('A21 one address may try one account ten times a minute, and all accounts a hundred times', async () => {
    const page = browser(node.app);
    for (let attempt = 0; attempt < 10; attempt++) await page.signIn('nobody', 'wrong');
    const refused = await page.signIn('nobody', 'wrong');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
    await node.clock.advance(minute);
    expect((await page.signIn('nobody', 'wrong')).status).not.toBe(429);
    for (let attempt = 1; attempt < 100; attempt++) await page.signIn(`nobody-${attempt}`, 'wrong');
    expect((await page.signIn('wang', PASSWORD)).status).toBe(429);
  }, 60_000);

  test('a disabled account says so only to who knows the password', async () => {
    await node.store.decide((tx) => disableAccount(tx, 'wang', '调离'));
    expect(await typeOf(await browser(node.app).signIn('wang', 'wrong'))).toBe('/problems/sign-in-failed');
    expect(await typeOf(await browser(node.app).signIn('wang', PASSWORD))).toBe('/problems/account-disabled');
  });
});

describe('a session', () => {
  test('ends after 30 minutes without a request, and lives on with one', async () => {
    const page = browser(node.app);
    await page.signIn('wang', PASSWORD);
    await node.clock.advance(SESSION_IDLE_MS - 1);
    expect((await page.get('/api/session')).status).toBe(200);
    await node.clock.advance(SESSION_IDLE_MS - 1);
    expect((await page.get('/api/session')).status).toBe(200);
    await node.clock.advance(SESSION_IDLE_MS);
    expect(await typeOf(await page.get('/api/session'))).toBe('/problems/not-signed-in');
  });

  test('is not kept alive by what the page asks by itself', async () => {
    const page = browser(node.app);
    await page.signIn('wang', PASSWORD);
    await node.clock.advance(SESSION_IDLE_MS - minute);
    expect((await page.get('/api/session', {}, { 'x-background': '1' })).status).toBe(200);
    await node.clock.advance(minute);
    expect((await page.get('/api/session')).status).toBe(401);
  });

  test('ends after 12 hours however busy', async () => {
    const page = browser(node.app);
    await page.signIn('wang', PASSWORD);
    for (let passed = 0; passed < SESSION_MAX_MS - 20 * minute; passed += 20 * minute) {
      await node.clock.advance(20 * minute);
      expect((await page.get('/api/session')).status).toBe(200);
    }
    await node.clock.advance(20 * minute);
    expect((await page.get('/api/session')).status).toBe(401);
    await removeEndedSessions(node);
    expect(await node.store.read.selectFrom('session').selectAll().execute()).toEqual([]);
  });

  test('A24 is over on the server after sign-out', async () => {
    const page = browser(node.app);
    await page.signIn('wang', PASSWORD);
    const before = page.cookie;
    const answer = await page.post('/api/session/sign-out', {});
    expect(answer.headers.get('clear-site-data')).toBe('"cache"');
    expect(page.cookie).toBe('');
    page.cookie = before;
    expect((await page.get('/api/session')).status).toBe(401);
  });

  test('A27 loses its rights with the account: disabled at once, another role at the next request', async () => {
    const page = browser(node.app);
    await page.signIn('wang', PASSWORD);
    const role = async (): Promise<unknown> => ((await (await page.get('/api/session')).json()) as SessionView).role;
    await node.store.decide((tx) => tx.updateTable('account').set({ role: 'system-admin' }).execute());
    expect(await role()).toBe('system-admin');
    await node.store.decide((tx) => tx.updateTable('account').set({ state: 'disabled' }).execute());
    expect((await page.get('/api/session')).status).toBe(401);
  });
});

describe('passwords', () => {
  const change = '/api/session/change-password';
  const fresh = 'Another-horse-8';

  test('A22 an issued password opens nothing but its own change', async () => {
    await node.addAccount('li', 'system-admin', '370100', { mustChangePassword: true });
    const page = browser(node.app);
    const view = SessionView.parse(await (await page.signIn('li', PASSWORD)).json());
    expect(view.mustChangePassword).toBe(true);
    expect((await page.get('/api/session')).status).toBe(200);
    expect(await typeOf(await page.get('/api/orgs/children'))).toBe('/problems/password-change-required');
    const events = await page.get('/api/events');
    expect(await typeOf(events)).toBe('/problems/password-change-required');
    const changed = await page.post(change, { oldPassword: PASSWORD, newPassword: fresh });
    expect(SessionView.parse(await changed.json()).mustChangePassword).toBe(false);
    expect((await page.get('/api/orgs/children')).status).toBe(200);
  });

  test('a change ends every session of the account and rotates this one', async () => {
    const [page, other] = [browser(node.app), browser(node.app)];
    await page.signIn('wang', PASSWORD);
    await other.signIn('wang', PASSWORD);
    const before = page.cookie;
    const answer = await page.post(change, { oldPassword: PASSWORD, newPassword: fresh });
    expect(answer.status).toBe(200);
    expect(page.cookie).not.toBe(before);
    expect((await page.get('/api/session')).status).toBe(200);
    expect((await other.get('/api/session')).status).toBe(401);
    expect((await browser(node.app).signIn('wang', PASSWORD)).status).toBe(401);
    expect((await browser(node.app).signIn('wang', fresh)).status).toBe(200);
    expect(await auditOf(change)).toEqual([{ summary: '密码已修改', account: 'wang', subject: 'wang' }]);
  });

  test('a weak new one is refused under its field; the wrong old one counts towards the lock', async () => {
    const page = browser(node.app);
    await page.signIn('wang', PASSWORD);
    for (const weak of ['Ab1!', 'alllowercaseletters', 'Wang-likes-horses-1', PASSWORD]) {
      const answer = await page.post(change, { oldPassword: PASSWORD, newPassword: weak });
      expect(await answer.json()).toMatchObject({
        type: '/problems/password-too-weak',
        errors: [{ pointer: '/newPassword' }],
      });
    }
    for (let attempt = 0; attempt < FAILURES_MAX; attempt++) {
      expect((await page.post(change, { oldPassword: 'wrong', newPassword: fresh })).status).toBe(401);
    }
    expect((await page.post(change, { oldPassword: PASSWORD, newPassword: fresh })).status).toBe(423);
    expect((await browser(node.app).signIn('wang', PASSWORD)).status).toBe(423);
  });
});

test('第24条 an account unused for 180 days is frozen, and told who lifts it; one in use is not', async () => {
  await node.addAccount('never', 'school-registrar', '2137000001');
  await node.addAccount('top', 'system-admin', '370000');
  await browser(node.app).signIn('wang', PASSWORD);
  await node.clock.advance(ACCOUNT_IDLE_MS);
  expect((await browser(node.app).signIn('wang', PASSWORD)).status).toBe(200);
  await node.clock.advance(1);
  const refused = async (account: string): Promise<unknown> =>
    (await browser(node.app).signIn(account, PASSWORD)).json();
  expect(await refused('never')).toMatchObject({
    type: '/problems/account-frozen',
    detail: '超过 180 天未登录，请联系历下区的系统管理员重置密码后再登录',
  });
  expect(await refused('top')).toMatchObject({ detail: expect.stringContaining('本节点的运行维护人员') as string });
  expect((await browser(node.app).signIn('wang', PASSWORD)).status).toBe(200);
  expect(await typeOf(await browser(node.app).signIn('never', 'wrong'))).toBe('/problems/sign-in-failed');
  expect((await auditOf('/api/session/sign-in')).map(({ summary }) => summary)).toContain('账号已冻结');
});
