import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ClaimIdentity } from '../../contracts/claim.ts';
import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { fingerprint } from '../signing/node-keys.ts';
import { bodyOf, signed } from '../../tests/world/letters.ts';
import { Note, openLinkNode } from '../../tests/world/link-world.ts';
import type { LinkNode } from '../../tests/world/link-world.ts';
import { exported } from '../../tests/world/sheets.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import type { Browser } from '../../deploy/demo/browser.ts';

let aheadMs = 0;
const clock: Clock = { now: () => systemClock.now() + aheadMs, after: (ms, work) => systemClock.after(ms, work) };

let world: World;
/** A province with nothing but messaging, which can say what no province says. */
let stranger: LinkNode;
let ministry: Browser;
let shandong: Browser;
beforeAll(async () => {
  world = await openWorld(['37'], clock);
  stranger = await openLinkNode({
    id: 'p-99',
    link: world.loopback.join('p-99'),
    hubKeys: world.hubKeys,
    options: { clock },
  });
  ministry = await world.signIn('jyb001');
  const mark = fingerprint(stranger.keys.keys[0]!);
  await eventually(
    () => ministry.post('/api/nodes/approve', { node: 'p-99', fingerprint: mark }),
    ({ ok }) => ok,
  );
  await eventually(
    () => stranger.messaging.status(),
    ({ peers }) => peers[0]?.open === true,
  );
}, 60_000);
afterAll(async () => {
  await stranger.stop();
  await world.stop();
});
beforeEach(async () => {
  ministry = await world.signIn('jyb001');
  shandong = await world.signIn('gl370000');
});

interface Row extends Record<string, unknown> {
  id: number;
  position: number;
}

async function rowsOf(page: Browser, path: string, query: Record<string, string> = {}): Promise<Row[]> {
  const answer = await page.get(path, query);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { rows: Row[] }).rows;
}

async function linkTo(page: Browser, peer: string): Promise<Record<string, unknown>> {
  const { links } = (await (await page.get('/api/links')).json()) as { links: Record<string, unknown>[] };
  return links.find((link) => link.peer === peer)!;
}

async function lastAudit(action: string): Promise<{ account: string; subject: string; summary: string } | undefined> {
  const entries = world.hub.context.store.read.selectFrom('audit_entry').select(['account', 'subject', 'summary']);
  return entries.where('action', '=', action).orderBy('position', 'desc').limit(1).executeTakeFirst();
}

describe('the oldest message without a receipt', () => {
  test('raises an alarm after 15 minutes, an hour, a day, at the node that waits, until the receipt comes', async () => {
    world.loopback.cut('p-37');
    await world.hub.context.store.decide(async (tx) => {
      world.hub.context.outbox.queue(tx, 'p-37', Note, { text: 'waits' });
    });
    const { context } = world.province('37');
    await context.store.decide(async (tx) => context.outbox.queue(tx, 'hub', Note, { text: 'waits too' }));
    expect(await linkTo(ministry, 'p-37')).toMatchObject({ unacknowledged: 1, delay: null, silence: null });
    for (const [minutes, delay] of [
      [16, 'minutes'],
      [61, 'hour'],
      [1_441, 'day'],
    ] as const) {
      aheadMs = minutes * 60_000;
      ministry = await world.signIn('jyb001');
      shandong = await world.signIn('gl370000');
      expect(await linkTo(ministry, 'p-37')).toMatchObject({ delay, silence: delay });
      expect(await linkTo(shandong, 'hub')).toMatchObject({ unacknowledged: 1, delay, silence: delay });
    }
    aheadMs = 0;
    world.loopback.mend('p-37');
    const ended = (page: () => Promise<Browser>, peer: string) =>
      eventually(
        async () => linkTo(await page(), peer),
        ({ unacknowledged }) => unacknowledged === 0,
      );
    await ended(() => world.signIn('jyb001'), 'p-37');
    await ended(() => world.signIn('gl370000'), 'hub');
  });
});

describe('a message that was laid aside', () => {
  const item = {
    application: 'a1',
    studentId: 's1',
    category: 'resident' as const,
    identityKey: 'resident:37010220100101001X',
    name: '王小明',
    schoolId: '2137000001',
    schoolName: '济南市第一小学',
  };
  const claim = (application: string) =>
    stranger.store.decide(async (tx) => {
      stranger.messaging.outbox.queue(tx, 'hub', ClaimIdentity, { ...item, application });
    });
  const breakHub = () =>
    world.hub.context.store.decide((tx) =>
      sql`create trigger broken before insert on identity_claim begin select raise(abort, '37010220100101001X'); end`.execute(
        tx,
      ),
    );
  const repairHub = () => world.hub.context.store.decide((tx) => sql`drop trigger broken`.execute(tx));
  const dead = (count: number) =>
    eventually(
      () => rowsOf(ministry, '/api/messages/laid-aside', { outcome: 'dead' }),
      (rows) => rows.length === count,
    );

  test('stands on the list with what went wrong, without numbers; tried again it says what became of it', async () => {
    await breakHub();
    await claim('a1');
    const [row] = await dead(1);
    expect(row).toMatchObject({ peer: 'p-99', direction: 'received', kind: 'identity.claim' });
    expect(row!.problem).toContain('SqliteError: 370102');
    expect(row!.problem).not.toContain('20100101');
    expect(await exported(ministry, '/api/messages/laid-aside', { outcome: 'dead' })).toMatchObject([
      { 方向: '接收', 消息类型: '申请查重', 状态: '无法处理', 问题: row!.problem, 消息编号: row!.messageId },
    ]);
    const again = await ministry.post('/api/messages/replay', { position: row!.position });
    expect(await again.json()).toMatchObject({ outcome: 'dead', problem: expect.stringContaining('SqliteError') });
    await repairHub();
    const { position } = row!;
    expect(await (await ministry.post('/api/messages/replay', { position })).json()).toEqual({
      outcome: 'applied',
      problem: null,
    });
    expect((await ministry.post('/api/messages/replay', { position })).status).toBe(409);
    expect(await rowsOf(ministry, '/api/messages/laid-aside', { outcome: 'dead' })).toEqual([]);
    expect(await lastAudit('/api/messages/replay')).toEqual({
      account: 'jyb001',
      subject: row!.messageId,
      summary: '重新处理：已处理',
    });
    await eventually(
      () => stranger.messaging.status(),
      ({ peers }) => peers[0]!.unacknowledged === 0,
    );
  });

  test('is given up with a reason that its sender reads', async () => {
    await breakHub();
    await claim('a2');
    const [row] = await dead(1);
    await repairHub();
    const { position } = row!;
    expect((await ministry.post('/api/messages/drop', { position, reason: '  ' })).status).toBe(422);
    expect((await ministry.post('/api/messages/drop', { position, reason: '重复上报' })).status).toBe(200);
    expect((await ministry.post('/api/messages/drop', { position, reason: '重复上报' })).status).toBe(409);
    expect((await lastAudit('/api/messages/drop'))?.summary).toBe('放弃消息：重复上报');
    await eventually(
      () => stranger.store.read.selectFrom('message_exception').selectAll().where('direction', '=', 'sent').execute(),
      (rows) => rows.some(({ outcome, problem }) => outcome === 'refused' && problem!.includes('重复上报')),
    );
  });

  test('by the other side is shown to its sender, and settled there', async () => {
    await stranger.say('hub', 'nothing the hub knows');
    const parked = await eventually(
      () => rowsOf(ministry, '/api/messages/laid-aside', { direction: 'received', peer: 'p-99' }),
      (rows) => rows.length === 1,
    );
    expect(parked[0]).toMatchObject({ kind: 'test.note', problem: null });
    const { position } = parked[0]!;
    expect((await ministry.post('/api/messages/drop', { position, reason: '不需要' })).status).toBe(409);
    // The province and the hub told each other something that neither knows.
    const told = await rowsOf(shandong, '/api/messages/laid-aside', { direction: 'sent' });
    expect(told).toHaveLength(1);
    const settled = await shandong.post('/api/messages/replay', { position: told[0]!.position });
    expect(await settled.json()).toMatchObject({ status: 409, detail: expect.stringContaining('对方节点') });
  });

  test('is tried again by those who run the node only', async () => {
    const county = await world.signIn('gl370102');
    const [row] = await rowsOf(county, '/api/messages/laid-aside', { direction: 'received' });
    expect((await county.post('/api/messages/replay', { position: row!.position })).status).toBe(403);
    const answer = await shandong.post('/api/messages/replay', { position: row!.position });
    expect(await answer.json()).toEqual({ outcome: 'parked', problem: null });
  });
});

describe('an equivocation', () => {
  test('is an alarm with both messages as evidence; the quarantine is lifted with a reason, and the alarm settled with a remark', async () => {
    const { incarnation } = await stranger.store.read.selectFrom('link_state').selectAll().executeTakeFirstOrThrow();
    const forged = bodyOf({
      from: 'p-99',
      to: 'hub',
      kind: 'test.note',
      incarnation,
      sequence: 1,
      data: { items: [{ text: 'other' }] },
    });
    stranger.link.send('hub', 'test.note', signed(forged, stranger.keys.keys[0]!));
    const link = await eventually(
      () => linkTo(ministry, 'p-99'),
      ({ quarantined }) => quarantined !== null,
    );
    expect(link.quarantined).toContain('同一序号');
    const [alarm] = await rowsOf(ministry, '/api/links/alarms', { what: 'equivocation', standing: 'open' });
    expect(alarm).toMatchObject({ peer: 'p-99', handledAt: null });
    expect(alarm!.evidenceBytes).toBeGreaterThan(100);
    const id = String(alarm!.id);
    const { told, kept } = (await (await ministry.get('/api/links/alarms/evidence', { id })).json()) as Record<
      string,
      never
    >;
    expect(told).toMatchObject({ sequence: 1, keyId: 'p-99/1', signed: true, messageId: forged.id });
    expect(kept).toMatchObject({ sequence: 1, kind: 'identity.claim', signed: true });
    expect(told!['bodyHash']).not.toBe(kept!['bodyHash']);

    await stranger.say('hub', 'held up');
    const lifted = await ministry.post('/api/links/lift-quarantine', { peer: 'p-99', reason: '旧机器已停用' });
    expect(lifted.status).toBe(200);
    await eventually(
      () => stranger.messaging.status(),
      ({ peers }) => peers[0]!.unacknowledged === 0,
    );
    expect(await linkTo(ministry, 'p-99')).toMatchObject({ quarantined: null });
    expect((await ministry.post('/api/links/lift-quarantine', { peer: 'p-99', reason: '再次' })).status).toBe(409);
    expect(await lastAudit('/api/links/lift-quarantine')).toMatchObject({
      subject: 'p-99',
      summary: '解除隔离：旧机器已停用',
    });

    const handled = { id: alarm!.id, remark: '误用备份机，已停机' };
    expect((await ministry.post('/api/links/alarms/handle', handled)).status).toBe(200);
    expect((await ministry.post('/api/links/alarms/handle', handled)).status).toBe(409);
    expect((await ministry.post('/api/links/alarms/handle', { ...handled, id: 99 })).status).toBe(404);
    const [settled] = await rowsOf(ministry, '/api/links/alarms', { standing: 'handled' });
    expect(settled).toMatchObject({ id: alarm!.id, remark: handled.remark, handledBy: '陈国华（jyb001）' });
    expect((await lastAudit('/api/links/alarms/handle'))?.summary).toContain(handled.remark);
    expect(await exported(ministry, '/api/links/alarms', { standing: 'handled' })).toMatchObject([
      { 告警: '消息前后矛盾', 处理情况: '已处理', 处理说明: handled.remark, 处理人: '陈国华（jyb001）' },
    ]);
  });
});
