import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ClaimIdentity, IdentityClaimed, IdentityVerified } from '../contracts/claim.ts';
import { RecordSummarised } from '../contracts/national-index.ts';
import { startSimulator } from '../deploy/population-registry-simulator/server.ts';
import type { Simulator } from '../deploy/population-registry-simulator/server.ts';
import { hashPassword } from '../shared/account/password.ts';
import { createAccount } from '../shared/account/table.ts';
import { isoTime, systemClock } from '../shared/clock.ts';
import { silentLog } from '../shared/log.ts';
import { on } from '../shared/messaging/handlers.ts';
import { openLoopback } from '../shared/messaging/loopback-link.ts';
import type { RunningNode } from '../shared/node/start-node.ts';
import { insertOrgs } from '../shared/org/table.ts';
import { systemRandom } from '../shared/random.ts';
import { createNodeKeys, fingerprint } from '../shared/signing/node-keys.ts';
import { browser } from '../deploy/demo/browser.ts';
import type { Browser } from '../deploy/demo/browser.ts';
import { eventually, openLinkNode } from '../tests/world/link-world.ts';
import type { LinkNode } from '../tests/world/link-world.ts';
import { exported } from '../tests/world/sheets.ts';
import type { Hub } from './context.ts';
import { raiseAlarm } from './national-index/table.ts';
import { startHub } from './start.ts';

const folder = mkdtempSync(join(tmpdir(), 'xueji-hub-'));
const PASSWORD = 'Right-horse-7';
let simulator: Simulator;
let hub: RunningNode<Hub>;
let province: LinkNode;
let page: Browser;
const answers: unknown[] = [];

beforeAll(async () => {
  const trials = { latencyMs: 0, errorRate: 0, unavailable: false };
  simulator = await startSimulator({
    port: 0,
    apiKey: 'key-for-tests',
    seed: 1,
    citizens: new Map(),
    trials,
    clock: systemClock,
  });
  const bus = openLoopback();
  const keys = createNodeKeys('hub', systemRandom);
  hub = await startHub(
    {
      dataFolder: folder,
      webFolder: '',
      host: '127.0.0.1',
      port: 0,
      https: false,
      origins: [],
      behindProxy: false,
      logLevel: 'silent',
      natsUrl: '',
      natsUser: '',
      natsPassword: '',
      masterSecret: '07'.repeat(32),
      populationRegistryUrl: simulator.url,
      populationRegistryKey: 'key-for-tests',
    },
    keys,
    { clock: systemClock, random: systemRandom, log: silentLog, link: bus.join('hub'), strictProblems: true },
  );
  await addOperator();
  await hub.listen();
  page = browser(hub.app);
  expect((await page.signIn('jyb001', PASSWORD)).status).toBe(200);
  const keep = async (_context: unknown, _tx: unknown, items: unknown[]): Promise<void> => void answers.push(...items);
  const handlers = [on(IdentityClaimed, keep), on(IdentityVerified, keep)];
  province = await openLinkNode({ id: 'p-37', link: bus.join('p-37'), hubKeys: keys, handlers });
});
afterAll(async () => {
  await province.stop();
  await hub.stop();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

async function addOperator(): Promise<void> {
  const passwordHash = await hashPassword(PASSWORD);
  const org = {
    id: '000000',
    parentId: null,
    level: 'ministry' as const,
    name: '教育部',
    path: '',
    regionCode: '000000',
  };
  const account = { name: 'jyb001', personName: '部管理员', role: 'ministry-operator' as const, orgId: org.id };
  await hub.context.store.decide(async (tx) => {
    await insertOrgs(tx, [{ ...org, schoolCategory: null, stages: [] }]);
    await createAccount(tx, { ...account, passwordHash, mustChangePassword: false }, isoTime(systemClock.now()));
  });
}

async function json(answer: Promise<Response>): Promise<Record<string, never>> {
  const response = await answer;
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, never>;
}

describe('the hub as it runs', () => {
  test('H.4 a province asks to be let in, the operator compares the fingerprint, and it is online', async () => {
    await eventually(async () => (await json(page.get('/api/nodes'))).nodes!['length'] === 1);
    const mark = fingerprint(province.keys.keys[0]!);
    expect(await json(page.get('/api/nodes'))).toMatchObject({
      nodes: [{ state: 'awaiting-approval', fingerprint: mark }],
    });
    expect((await page.post('/api/nodes/approve', { node: 'p-37', fingerprint: mark.replace(/./g, '0') })).status).toBe(
      422,
    );
    expect((await page.post('/api/nodes/approve', { node: 'p-37', fingerprint: mark })).status).toBe(200);
    await eventually(async () => (await province.messaging.status()).peers[0]?.open === true);
    await province.say('hub', 'nothing the hub knows');
    await eventually(async () => {
      const { nodes } = (await json(page.get('/api/nodes'))) as unknown as { nodes: Array<Record<string, unknown>> };
      return nodes[0]?.state === 'active' && nodes[0].online === true && nodes[0].received === 1;
    });
  });

  test('1.8 a claim sent by a province is granted and verified, and the ministry sees it', async () => {
    const item = {
      application: 'a1',
      studentId: 's1',
      category: 'resident' as const,
      identityKey: 'resident:37010220100101001X',
      name: '王小明',
      schoolId: '2137000001',
      schoolName: '济南市第一小学',
    };
    await province.store.decide(async (tx) => province.messaging.outbox.queue(tx, 'hub', ClaimIdentity, item));
    await eventually(() => answers.length === 2);
    expect(answers).toEqual([
      { application: 'a1', result: 'granted', claimNo: 1 },
      { application: 'a1', verification: 'verified' },
    ]);
    expect(await json(page.get('/api/claims', { province: 'p-37' }))).toMatchObject({
      total: 1,
      rows: [{ result: 'granted', provinceName: '山东省', maskedName: '王*明', standing: 'pending' }],
    });
    expect(await exported(page, '/api/claims', { province: 'p-37' })).toMatchObject([
      { 省份: '山东省', 学校: '济南市第一小学', 姓名: '王*明', 查重结果: '查重通过', 该身份现状: '注册办理中' },
    ]);
    expect(await json(page.get('/api/claims/counts'))).toMatchObject({
      provinces: [{ province: 'p-37', granted: 1 }],
      verification: { waiting: 0, link: 'closed' },
    });
  });

  test('17.1 what a province summarises the ministry finds, and the question stands in the audit log', async () => {
    const summary = {
      studentId: 's1',
      version: 1,
      claimNo: 1,
      studentNumber: 'G37010220100101001X',
      name: '王小明',
      sex: '1',
      birthDate: '2010-01-01',
      idType: '1',
      identityKey: 'resident:37010220100101001X',
      schoolId: '2137000001',
      schoolName: '济南市第一小学',
      stage: 'primary' as const,
      cohort: 2016,
      status: 'enrolled' as const,
      problem: false,
      changedAt: '2026-09-01T02:00:00.000Z',
    };
    await province.store.decide(async (tx) => province.messaging.outbox.queue(tx, 'hub', RecordSummarised, summary));
    const question = { name: '王小明', idNumber: '37010220100101001x', purpose: '核查转学' };
    await eventually(async () => {
      // A picture is asked for, and read as a person would, for every question.
      await json(page.post('/api/captcha', {}));
      const asked = await hub.context.store.read.selectFrom('captcha').select('answer').executeTakeFirstOrThrow();
      const answered = page.post('/api/national-query', { ...question, captcha: asked.answer });
      const { records } = (await json(answered)) as unknown as { records: unknown };
      return Array.isArray(records) && records.length === 1;
    });
    const audit = await hub.context.store.read
      .selectFrom('audit_entry')
      .select(['account', 'subject', 'summary'])
      .where('action', '=', '/api/national-query')
      .orderBy('position', 'desc')
      .execute();
    expect(audit[0]).toEqual({
      account: 'jyb001',
      subject: 's1',
      summary: '按姓名和身份证件号查询，查到1条，事由：核查转学',
    });
    expect(await json(page.get('/api/national-index/alarms'))).toEqual({ rows: [], total: 0 });
    const alarm = { at: summary.changedAt, kind: 'not-holder', province: 'p-44', otherProvince: 'p-37' } as const;
    const of = {
      studentId: 's1',
      schoolName: '广州市第一小学',
      maskedName: '王*明',
      studentNumber: summary.studentNumber,
    };
    await hub.context.store.decide((tx) => raiseAlarm(tx, { ...alarm, ...of }));
    expect(await exported(page, '/api/national-index/alarms', { kind: 'not-holder' })).toMatchObject([
      { 异常种类: '该学籍由其他省份管理', 报送省份: '广东省', 已属于: '山东省', 姓名: '王*明' },
    ]);
  });

  test('H.5 the message log is listed, proves whole, and a changed entry is found', async () => {
    const listed = await json(page.get('/api/messages', { direction: 'received', kind: 'identity.claim' }));
    expect(listed).toMatchObject({ total: 1, rows: [{ peer: 'p-37', outcome: 'applied', items: 1 }] });
    expect(await exported(page, '/api/messages', { kind: 'identity.claim' })).toMatchObject([
      { 方向: '接收', 对方节点: '山东省', 消息类型: '申请查重', 条数: '1', 处理结果: '已处理' },
    ]);
    const whole = await json(page.post('/api/messages/verify', {}));
    expect(whole).toMatchObject({ firstBroken: null });
    expect(Number(whole.entries)).toBeGreaterThanOrEqual(4);
    await hub.context.store.decide((tx) =>
      tx.updateTable('message_log').set({ kind: 'identity.release' }).where('position', '=', 2).execute(),
    );
    expect(await json(page.post('/api/messages/verify', {}))).toMatchObject({
      entries: 1,
      firstBroken: { position: 2 },
    });
  });

  test('H.4 a suspended node is out until its fingerprint was compared again', async () => {
    expect((await page.post('/api/nodes/suspend', { node: 'p-37', reason: '密钥遗失' })).status).toBe(200);
    expect(await json(page.get('/api/nodes'))).toMatchObject({ nodes: [{ state: 'suspended' }] });
    const again = await page.post('/api/nodes/suspend', { node: 'p-37', reason: '密钥遗失' });
    expect(again.status).toBe(409);
    const mark = fingerprint(province.keys.keys[0]!);
    expect((await page.post('/api/nodes/approve', { node: 'p-37', fingerprint: 'no' })).status).toBe(422);
    expect((await page.post('/api/nodes/approve', { node: 'p-37', fingerprint: mark })).status).toBe(200);
    expect(await json(page.get('/api/nodes'))).toMatchObject({ nodes: [{ state: 'active' }] });
  });
});
