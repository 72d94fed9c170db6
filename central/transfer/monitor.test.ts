import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { listLateTransfers, monitorTransfers, transferOverview } from '../../contracts/transfer-monitor.ts';
import type { getTransferProgress } from '../../contracts/transfer-case.ts';
import type { countTransferTurns, TransferTurnRow } from '../../contracts/transfer-turn.ts';
import { json, signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { termOf } from '../../shared/transfer/limits.ts';
import { remind } from './remind.ts';
import { school, verifiable } from '../../tests/world/registration.ts';
import {
  applied,
  approvedByAll,
  atHub,
  becomes,
  caseOf,
  decidedAtHub,
  deciders,
  enrolled,
  guangdongBureau,
  guangdongSchool,
  peoplePublished,
  rowsOf,
} from '../../tests/world/transfer.ts';
import { exported } from '../../tests/world/sheets.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

let world: World;
let ministry: Browser;
let registrar: Browser;
const pupils = verifiable(61, 4);
/** The latest time since which there have been so many working days, today included. */
function cameDaysAgo(days: number): string {
  const now = Date.now();
  for (let back = days; ; back++) {
    const at = new Date(now - back * 86_400_000).toISOString();
    if (termOf(at, now).day === days) return at;
  }
}
/** Waits in 广东; late in 广东; done. */
let waiting: string;
let late: string;
let done: string;

beforeAll(async () => {
  world = await openWorld();
  await peoplePublished(world);
  await enrolled(world, pupils);
  ministry = await world.signIn('jyb001');
  registrar = await atHub(world, `xj${guangdongSchool.id}@44`);
  waiting = await applied(registrar, pupils[0]!);
  late = await applied(registrar, pupils[1]!);
  done = await applied(registrar, pupils[2]!);
  await approvedByAll(world, done);
  await becomes(registrar, done, 'closed');
  await world.hub.context.store.decide((tx) =>
    tx.updateTable('application').set({ turnSince: '2026-01-05T02:00:00.000Z' }).where('id', '=', late).execute(),
  );
}, 60_000);
afterAll(() => world.stop());

type Output<E extends { output: z.ZodType }> = z.output<E['output']>;
const monitored = (query: Record<string, string> = {}) =>
  json<Output<typeof monitorTransfers>>(ministry.get('/api/transfers/monitor', query));
const lateOnes = () => json<Output<typeof listLateTransfers>>(ministry.get('/api/transfers/late'));
const overviewOf = async (account: string) =>
  json<Output<typeof transferOverview>>((await atHub(world, account)).get('/api/transfers/overview'));
const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
const urged = (id: string, words = '') => ministry.post('/api/transfers/urge', { id, words });

describe('18.7 the ministry’s monitor', () => {
  test('counts where they stand, how long, and between which provinces', async () => {
    const { states, ages, late: lateTotal, pairs, units } = await monitored();
    expect(states).toEqual(
      expect.arrayContaining([
        { state: 'in-review', total: 2 },
        { state: 'closed', total: 1 },
      ]),
    );
    expect(ages).toMatchObject([{ bucket: '3', total: 2 }, { total: 0 }, { total: 0 }, { total: 0 }, { total: 0 }]);
    expect(lateTotal).toBe(1);
    expect(pairs).toEqual([
      { from: 'p-37', fromName: '山东省', to: 'p-44', toName: '广东省', open: 2, late: 1, done: 1, medianDays: 0 },
    ]);
    expect(units).toMatchObject([
      {
        orgId: guangdongSchool.id,
        provinceName: '广东省',
        waiting: 2,
        late: 1,
        oldestSince: '2026-01-05T02:00:00.000Z',
      },
    ]);
    expect(await monitored({ kind: 'cross-province-enrolment' })).toMatchObject({ states: [], pairs: [], units: [] });
  });

  test('lists what is late, and urges whose turn it is once a working day', async () => {
    const {
      total,
      rows: [lateRow],
    } = await lateOnes();
    expect([total, lateRow]).toMatchObject([1, { id: late, late: true, reasonAgainstUrging: null }]);
    expect(await exported(ministry, '/api/transfers/late')).toMatchObject([
      { 业务: '跨省转学', 姓名: lateRow!.name, 当前处理单位: guangdongSchool.name, 是否超期: '已超期', 教育部催办: '' },
    ]);
    const answer = await json<{ orgName: string }>(urged(late, '请尽快办理'));
    expect(answer.orgName).toBe(guangdongSchool.name);
    const again = await urged(late);
    expect(again.status).toBe(409);
    expect(await again.text()).toContain('下一个工作日可以再次催办');
    expect((await lateOnes()).rows[0]?.reasonAgainstUrging).toContain('已催办过');
    const rows = await world.hub.context.store.read.selectFrom('transfer_urge').selectAll().execute();
    expect(rows).toHaveLength(1);
  });

  test('of two clicks at once one counts', async () => {
    const answers = await Promise.all([urged(waiting), urged(waiting)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  test('nobody is urged of what people have decided', async () => {
    const refused = await urged(done);
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('没有单位需要核办');
  });

  test('what was urged is told to the unit and in the case; what is late to the unit above it as well', async () => {
    const head = await overviewOf(deciders[0]);
    expect(new Set(idsOf(head.urged))).toEqual(new Set([late, waiting]));
    expect(head.escalated).toEqual([]);
    expect(head.counts).toEqual([{ kind: 'cross-province-transfer', direction: 'in', open: 2, late: 1 }]);
    const bureau = await overviewOf(`xj${guangdongBureau}@44`);
    expect(bureau).toMatchObject({ urged: [], escalated: [{ id: late, late: true }] });
    const origin = await overviewOf(`xj${school.id}@37`);
    expect(origin).toMatchObject({ urged: [], escalated: [], counts: [{ direction: 'out', open: 2 }] });

    const { steps, transfer } = await caseOf(registrar, late);
    expect(steps).toContainEqual(
      expect.objectContaining({
        side: 'ministry',
        title: '催办',
        orgName: guangdongSchool.name,
        opinion: '请尽快办理',
      }),
    );
    expect(transfer.urgedAt).not.toBeNull();
  });

  test('reminds whose turn it is at half and at four fifths of their days, once each, and at home too', async () => {
    const hub = world.hub.context;
    const waits = await applied(registrar, pupils[3]!);
    const home = await signedInAs(world.province('44'), `ld${guangdongSchool.id}`);
    const atHome = async (isSo: (row: TransferTurnRow) => boolean): Promise<TransferTurnRow> =>
      (
        await eventually(
          async () => (await json<Output<typeof countTransferTurns>>(home.get('/api/transfer-turns'))).rows,
          ([row]) => row !== undefined && isSo(row),
        )
      )[0]!;
    const reminded = () =>
      hub.store.read.selectFrom('transfer_reminder').selectAll().where('transferId', '=', waits).execute();
    for (const [stage, day, total] of [
      ['half', 5, 1],
      ['four-fifths', 8, 2],
    ] as const) {
      const turnSince = cameDaysAgo(day);
      await hub.store.decide(async (tx) => {
        await tx.updateTable('application').set({ turnSince }).where('id', '=', waits).execute();
        await tx.updateTable('transfer_reminder').set({ turnSince }).where('transferId', '=', waits).execute();
      });
      await remind(hub);
      await remind(hub);
      expect((await reminded()).map((one) => one.stage).toSorted()).toHaveLength(total);
      expect((await overviewOf(deciders[0])).reminded).toMatchObject([{ id: waits, reminded: stage, late: false }]);
      const row = await atHome((one) => one.reminded[stage] === 1);
      expect(row).toMatchObject({ reminded: { half: 0, 'four-fifths': 0, [stage]: 1 } });
    }
    const { steps, term } = await caseOf(registrar, waits);
    expect(steps.filter(({ side }) => side === 'system').map(({ title }) => title)).toEqual([
      '办理期限已过半',
      '办理期限已过五分之四',
      '自动调档',
    ]);
    expect(term).toMatchObject({ day: 8, rule: { since: '2025-01-03', workingDays: 10 } });
    // What is late shows by itself: nobody is reminded of it.
    await hub.store.decide((tx) =>
      tx
        .updateTable('application')
        .set({ turnSince: cameDaysAgo(11) })
        .where('id', '=', waits)
        .execute(),
    );
    await remind(hub);
    expect(await reminded()).toHaveLength(2);
    expect((await overviewOf(deciders[0])).reminded).toEqual([]);
    await json(registrar.post('/api/transfers/withdraw', { id: waits, reason: '家长改变主意' }));
  });

  test('an urge is over when the turn has passed on', async () => {
    await json(decidedAtHub(await atHub(world, deciders[0]), waiting));
    expect(idsOf((await overviewOf(deciders[0])).urged)).toEqual([late]);
    expect((await overviewOf(deciders[1])).urged).toEqual([]);
  });
});

describe('18.4 the pages of a case', () => {
  test('its progress is read without an audit entry, and has nothing of the pupil', async () => {
    const audited = () =>
      world.hub.context.store.read.selectFrom('audit_entry').select('title').where('subject', '=', late).execute();
    const before = await audited();
    const answer = await registrar.get('/api/transfers/progress', { id: late });
    const text = await answer.text();
    expect(JSON.parse(text) as Output<typeof getTransferProgress>).toMatchObject({
      standing: { state: 'in-review', late: true },
      waitingFor: { what: 'person' },
    });
    expect(text).not.toContain(pupils[1]!.name);
    expect(text).not.toContain(pupils[1]!.idNumber);
    expect(await audited()).toEqual(before);
    const stranger = await atHub(world, `xj${guangdongSchool.parentId === '440104' ? '440106' : '440104'}@44`);
    expect((await stranger.get('/api/transfers/progress', { id: late })).status).toBe(404);
  });

  test('the ministry may look at the evidence of a case', async () => {
    const owner = { ownerKind: 'transfer', ownerId: late };
    expect(await json(ministry.get('/api/evidence', owner))).toEqual({ files: [] });
  });

  test('跨省转学撤销 lists what the school can still take back, and nothing of others', async () => {
    const ids = idsOf(await rowsOf(registrar, { withdrawable: 'yes' }));
    expect(new Set(ids)).toEqual(new Set([waiting, late]));
    expect(await rowsOf(await atHub(world, `xj${school.id}@37`), { withdrawable: 'yes' })).toEqual([]);
    await json(registrar.post('/api/transfers/withdraw', { id: waiting, reason: '家长改变主意' }));
    await eventually(
      async () => idsOf(await rowsOf(registrar, { withdrawable: 'yes' })),
      (left) => left.length === 1,
    );
  });
});
