import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Page } from '../../contracts/core/page.ts';
import type { OnlineUser } from '../../contracts/online-user.ts';
import { browser } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { listen, settled, topicsIn } from '../../tests/http/listen.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { exported } from '../../tests/world/sheets.ts';
import { onlineEndpoints } from './online.ts';
import { SESSION_IDLE_MS } from './session.ts';

let node: ToyNode;
const page: Record<string, Browser> = {};
beforeEach(async () => {
  node = await openToyNode({ endpoints: () => onlineEndpoints });
  await node.addAccount('city', 'system-admin', '370100');
  await node.addAccount('county', 'system-admin', '370102');
  await node.addAccount('teacher', 'school-registrar', '2137000001');
  await node.addAccount('far', 'school-registrar', '2137000004');
  for (const name of ['city', 'county', 'teacher', 'far']) {
    page[name] = browser(node.app);
    await page[name].signIn(name, PASSWORD);
  }
});
afterEach(() => node.close());

async function online(by: string, query: Record<string, string> = {}): Promise<OnlineUser[]> {
  const answer = await page[by]!.get('/api/online-users', { sort: 'account', ...query });
  return ((await answer.json()) as Page<OnlineUser>).rows;
}
const accounts = async (by: string, query: Record<string, string> = {}): Promise<string[]> =>
  (await online(by, query)).map(({ account }) => account);
const isSignedIn = async (name: string): Promise<boolean> => (await page[name]!.get('/api/session')).ok;
const endedBy = async (answer: Promise<Response>): Promise<number> =>
  ((await (await answer).json()) as { ended: number }).ended;

describe('21.1 online users', () => {
  test('are those of the subtree, by what is asked, and say which is one’s own', async () => {
    expect(await accounts('city')).toEqual(['city', 'county', 'teacher']);
    expect(await accounts('county')).toEqual(['county', 'teacher']);
    expect(await accounts('city', { orgId: '370102', role: 'system-admin' })).toEqual(['county']);
    expect(await accounts('city', { text: 'teach' })).toEqual(['teacher']);
    expect((await online('county')).map(({ isOwn }) => isOwn)).toEqual([true, false]);
    expect((await page['city']!.get('/api/online-users', { orgId: '370202' })).status).toBe(404);
  });

  test('are exported as they are asked for, of the subtree alone', async () => {
    const lines = await exported(page['city']!, '/api/online-users', { role: 'school-registrar' });
    expect(lines).toMatchObject([
      { 账号: 'teacher', 姓名: 'teacher老师', 角色: '学校学籍管理员', 机构: '历下实验小学' },
    ]);
    expect(lines[0]).toMatchObject({ 登录时间: '2026-09-01 08:00', 浏览器: '未知' });
    expect((await page['city']!.get('/api/online-users/export', { orgId: '370202' })).status).toBe(404);
    expect((await page['teacher']!.get('/api/online-users/export')).status).toBe(403);
  });

  test('are not those who left or have been idle too long', async () => {
    await page['teacher']!.post('/api/session/sign-out', {});
    expect(await accounts('city')).toEqual(['city', 'county']);
    await node.clock.advance(SESSION_IDLE_MS / 2);
    await page['city']!.get('/api/session');
    await node.clock.advance(SESSION_IDLE_MS / 2);
    expect(await accounts('city')).toEqual(['city']);
  });

  test('forced off: the session is over, and its pages hear it at once', async () => {
    const heard = await listen(page['teacher']!);
    const [chosen] = (await online('county')).filter(({ account }) => account === 'teacher');
    const force = () => endedBy(page['county']!.post('/api/online-users/force-off', { ids: [chosen!.id] }));
    expect(await force()).toBe(1);
    await settled();
    expect(heard.text).toContain('event: forced-off');
    expect(heard.ended).toBe(true);
    expect(await isSignedIn('teacher')).toBe(false);
    expect(await force()).toBe(0);
    const entries = await node.store.read
      .selectFrom('audit_entry')
      .select(['account', 'subject', 'summary'])
      .where('action', '=', '/api/online-users/force-off')
      .where('subject', '!=', '')
      .execute();
    expect(entries).toEqual([{ account: 'county', subject: 'teacher', summary: '已强制下线' }]);
  });

  test('outside the subtree, and oneself, are left alone', async () => {
    const ids = (await node.store.read.selectFrom('session').select('id').execute()).map(({ id }) => id);
    expect(await endedBy(page['county']!.post('/api/online-users/force-off', { ids }))).toBe(1);
    expect([await isSignedIn('county'), await isSignedIn('city'), await isSignedIn('far')]).toEqual([true, true, true]);
  });

  test('all of the conditions are forced off, the other windows of the caller excepted', async () => {
    const second = browser(node.app);
    await second.signIn('city', PASSWORD);
    expect(await endedBy(page['city']!.post('/api/online-users/force-off-all', { role: 'school-registrar' }))).toBe(1);
    expect(await endedBy(page['city']!.post('/api/online-users/force-off-all', {}))).toBe(1);
    expect(await accounts('city')).toEqual(['city', 'city']);
    expect(await isSignedIn('far')).toBe(true);
    expect((await page['city']!.post('/api/online-users/force-off-all', { orgId: '370200' })).status).toBe(404);
  });

  test('a page that shows them hears of who comes', async () => {
    const heard = await listen(page['city']!);
    await browser(node.app).signIn('teacher', PASSWORD);
    await settled();
    expect(topicsIn(heard)).toEqual(['online-users']);
  });
});
