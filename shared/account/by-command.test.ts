import { afterEach, beforeEach, expect, test } from 'vitest';
import { SessionView } from '../../contracts/account.ts';
import { browser } from '../../deploy/demo/browser.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { createByCommand, resetByCommand } from './by-command.ts';
import { ACCOUNT_IDLE_MS } from './idle.ts';
import { FAILURES_MAX } from './judge.ts';
import { hashPassword } from './password.ts';

const ISSUED = 'Issued-horse-9';

let node: ToyNode;
beforeEach(async () => {
  node = await openToyNode();
  await node.addAccount('gl370000', 'system-admin', '370000');
});
afterEach(() => node.close());

const audit = () =>
  node.store.read
    .selectFrom('audit_entry')
    .select(['account', 'orgId', 'title', 'subject', 'summary'])
    .where('action', '=', 'setup')
    .execute();

test('who is locked out gets a new issued password, which must be changed; it stands in the audit log', async () => {
  const page = browser(node.app);
  for (let attempt = 0; attempt < FAILURES_MAX; attempt++) await page.signIn('gl370000', 'wrong');
  expect((await page.signIn('gl370000', PASSWORD)).status).toBe(423);
  await resetByCommand(node, 'gl370000', await hashPassword(ISSUED));
  expect((await page.signIn('gl370000', PASSWORD)).status).toBe(401);
  const view = SessionView.parse(await (await page.signIn('gl370000', ISSUED)).json());
  expect(view.mustChangePassword).toBe(true);
  expect(await audit()).toEqual([
    {
      account: '',
      orgId: '370000',
      title: '重置密码',
      subject: 'gl370000',
      summary: expect.stringMatching(/^在服务器上用命令重置密码，操作系统用户 .+/),
    },
  ]);
});

test('an account that was frozen opens again', async () => {
  await node.clock.advance(ACCOUNT_IDLE_MS + 1);
  expect((await browser(node.app).signIn('gl370000', PASSWORD)).status).toBe(403);
  await resetByCommand(node, 'gl370000', await hashPassword(ISSUED));
  expect((await browser(node.app).signIn('gl370000', ISSUED)).status).toBe(200);
});

test('sessions with the old password end', async () => {
  const page = browser(node.app);
  await page.signIn('gl370000', PASSWORD);
  await resetByCommand(node, 'gl370000', await hashPassword(ISSUED));
  expect((await page.get('/api/session')).status).toBe(401);
});

test('an account that is not there is refused; one that is made leaves an audit entry', async () => {
  await expect(resetByCommand(node, 'nobody', 'x')).rejects.toMatchObject({ code: 'not-found' });
  const account = { name: 'xj370102', personName: '王丽华', role: 'bureau-registrar' as const, orgId: '370102' };
  await createByCommand(node, { ...account, passwordHash: await hashPassword(ISSUED), mustChangePassword: true });
  expect(await audit()).toMatchObject([{ title: '建立账号', subject: 'xj370102', orgId: '370102' }]);
});
