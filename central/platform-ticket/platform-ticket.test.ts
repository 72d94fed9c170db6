import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionView } from '../../contracts/account.ts';
import { DIRECTORY_TYPE } from '../../contracts/core/envelope.ts';
import { PlatformTicket, TICKET_CLOCK_SKEW_MS, TICKET_TYPE, TICKET_VALID_MS } from '../../contracts/platform-ticket.ts';
import { browser, json, signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { findAccount, resetAccount } from '../../shared/account/table.ts';
import { openEnvelope, writeEnvelope } from '../../shared/messaging/envelope.ts';
import { systemRandom } from '../../shared/random.ts';
import { createNodeKeys } from '../../shared/signing/node-keys.ts';
import type { NodeKey } from '../../shared/signing/node-keys.ts';
import { openSigner } from '../../shared/signing/signer.ts';
import { forgetTickets } from './table.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

const school = demoOrgs(demoProvinces[0]).find(({ level }) => level === 'school')!;
const registrar = `xj${school.id}`;
let world: World;
let home: Browser;
beforeAll(async () => {
  world = await openWorld(['37', '44']);
  for (const name of [`${registrar}@37`, 'xj440000@44'])
    await eventually(
      () => findAccount(world.hub.context.store.read, name),
      (account) => account !== undefined,
    );
  home = await signedInAs(world.province('37'), registrar);
}, 60_000);
afterAll(() => world.stop());

async function issued(page = home): Promise<string> {
  const { url } = await json<{ url: string }>(page.post('/api/platform-ticket', {}));
  const [address, ticket] = url.split('#') as [string, string];
  expect(address).toBe(`${world.addressOf('hub')}/ticket`);
  return ticket;
}

const opened = (ticket: string) => openEnvelope(Buffer.from(ticket, 'base64url'));
const saidBy = (ticket: string): PlatformTicket => PlatformTicket.parse(JSON.parse(opened(ticket).payload.toString()));
const redeem = (ticket: string, page = browser(world.hub.app)): Promise<Response> =>
  page.post('/api/ticket', { ticket });

function signed(ticket: PlatformTicket, key: NodeKey, type = TICKET_TYPE): string {
  const payload = Buffer.from(JSON.stringify(ticket));
  return writeEnvelope(type, payload, key.keyId, openSigner(key.suite, key.privateKey)).toString('base64url');
}

async function expectRefused(ticket: string, why: string): Promise<void> {
  const page = browser(world.hub.app);
  const answer = await redeem(ticket, page);
  expect(await answer.json()).toMatchObject({
    type: '/problems/ticket-refused',
    detail: expect.stringContaining(why) as string,
  });
  expect(page.cookie).toBe('');
}

describe('18.1 from the province’s menu into the unified platform', () => {
  test('the hub’s page is signed in as the same person, and both nodes have it in their logs', async () => {
    const page = browser(world.hub.app);
    const session = await json<SessionView>(redeem(await issued(), page));
    expect(session).toMatchObject({
      account: `${registrar}@37`,
      home: 'p-37',
      org: { id: school.id, name: school.name },
    });
    expect(await json(page.get('/api/session'))).toMatchObject({ account: `${registrar}@37` });
    const logged = async (node: { store: World['hub']['context']['store'] }, title: string) =>
      node.store.read.selectFrom('audit_entry').select(['account', 'summary']).where('title', '=', title).execute();
    expect(await logged(world.hub.context, '从省级系统进入统一平台')).toEqual([
      { account: `${registrar}@37`, summary: '登录成功' },
    ]);
    expect(await logged(world.province('37').context as never, '打开统一平台')).toMatchObject([{ account: registrar }]);
  });

  test('the session that the browser had at the hub ends', async () => {
    const page = await world.signIn('jyb001');
    const before = page.cookie;
    await json(redeem(await issued(), page));
    const old = browser(world.hub.app);
    old.cookie = before;
    expect((await old.get('/api/session')).status).toBe(401);
  });

  test('a ticket is taken once', async () => {
    const ticket = await issued();
    await json(redeem(ticket));
    await expectRefused(ticket, '入口凭证已经用过');
  });

  test('of two that come at once one is taken', async () => {
    const ticket = await issued();
    const statuses = (await Promise.all([redeem(ticket), redeem(ticket)])).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 401]);
  });

  test('altered, or noise, or a message of the province: not a ticket', async () => {
    const ticket = await issued();
    const { payload, keyId, signature } = opened(ticket);
    const altered = Buffer.from(payload.toString().replace(registrar, `ld${school.id}`));
    const envelope = (body: Buffer, payloadType: string): string => {
      const signatures = [{ keyId, signature: signature.toString('base64') }];
      const text = JSON.stringify({ payloadType, payload: body.toString('base64'), signatures });
      return Buffer.from(text).toString('base64url');
    };
    for (const bad of [envelope(altered, TICKET_TYPE), envelope(payload, DIRECTORY_TYPE), 'x', ticket.slice(2)])
      await expectRefused(bad, '无效或已被改动');
    await json(redeem(ticket));
  });

  test('an unknown key, or one of another province, opens nothing', async () => {
    const said = saidBy(await issued());
    const [unknown] = createNodeKeys('p-37', systemRandom).keys;
    await expectRefused(signed(said, unknown!), '无效或已被改动');
    await expectRefused(signed(said, { ...unknown!, keyId: 'p-37/9' }), '无效或已被改动');
    const [other] = world.keysOf('44').keys;
    await expectRefused(signed(said, other!), '无效或已被改动');
  });

  test('60 seconds and the clocks’ difference; not longer, whatever the province says', async () => {
    const said = saidBy(await issued());
    const [key] = world.keysOf('37').keys as [NodeKey];
    const at = (offsetMs: number): string => new Date(Date.parse(said.issuedAt) + offsetMs).toISOString();
    const issuedFor = (fromMs: number, toMs: number, nonce: string): string =>
      signed({ ...said, issuedAt: at(fromMs), expiresAt: at(toMs), nonce: nonce.padEnd(22, '-') }, key);
    const late = -TICKET_VALID_MS - TICKET_CLOCK_SKEW_MS;
    await expectRefused(issuedFor(late - 5_000, late - 5_000 + TICKET_VALID_MS - 5_000, 'a'), '已超过 60 秒');
    await json(redeem(issuedFor(late + 5_000, late + 5_000 + TICKET_VALID_MS, 'b')));
    await json(redeem(issuedFor(TICKET_CLOCK_SKEW_MS - 5_000, TICKET_CLOCK_SKEW_MS, 'c')));
    await expectRefused(issuedFor(TICKET_CLOCK_SKEW_MS + 9_000, TICKET_CLOCK_SKEW_MS + 9_000, 'd'), '时钟比教育部快');
    await expectRefused(issuedFor(0, TICKET_VALID_MS + 1, 'e'), '有效期超过规定');
  });

  test('an account that is not there, is disabled, or has an issued password says so', async () => {
    const { store } = world.province('37').context;
    const said = saidBy(await issued());
    const [key] = world.keysOf('37').keys as [NodeKey];
    const stranger = { ...said, account: 'gl370000', nonce: 'stranger'.padEnd(22, '-') };
    await expectRefused(signed(stranger, key), '账号尚未同步');
    await store.decide((tx) => resetAccount(tx, `ld${school.id}`, 'none', new Date().toISOString()));
    await eventually(
      () => findAccount(world.hub.context.store.read, `ld${school.id}@37`),
      (account) => account?.mustChangePassword === 1,
    );
    const issuedTo = { ...said, account: `ld${school.id}`, nonce: 'issued'.padEnd(22, '-') };
    await expectRefused(signed(issuedTo, key), '修改后的密码尚未同步');
  });

  test('a province that is suspended sends nobody', async () => {
    const ticket = await issued(await signedInAs(world.province('44'), 'xj440000'));
    await world.hub.context.store.decide((tx) => world.hub.messaging.nodes.suspend(tx, 'p-44'));
    await expectRefused(ticket, '广东省的节点已被教育部停用');
  });

  test('used tickets are forgotten once no clock takes them', async () => {
    const { store } = world.hub.context;
    expect((await store.read.selectFrom('used_ticket').selectAll().execute()).length).toBeGreaterThan(0);
    await store.decide((tx) => forgetTickets(tx, new Date(Date.now() + 10 * TICKET_VALID_MS).toISOString()));
    expect(await store.read.selectFrom('used_ticket').selectAll().execute()).toEqual([]);
  });

  test('who brings a hundred in a minute waits', async () => {
    const page = browser(world.hub.app);
    const statuses = await Promise.all(Array.from({ length: 101 }, async () => (await redeem('x', page)).status));
    expect(statuses).toContain(429);
  });
});
