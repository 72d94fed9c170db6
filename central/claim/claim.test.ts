import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { IdentityClaimed } from '../../contracts/claim.ts';
import type { ConfirmClaim, ReleaseClaim } from '../../contracts/claim.ts';
import { claimCounts, listClaims } from '../../contracts/hub-claims.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import { claimIdentities, confirmClaims, releaseClaims } from './business.ts';
import { pruneClaimEvents } from './event.ts';
import { countDecisions, findDecisions, showDecisions } from './list.ts';
import type { Claiming } from './rules.ts';

let world: TestHub;
let nowMs = Date.parse('2026-09-01T02:00:00Z');
beforeEach(async () => {
  nowMs = Date.parse('2026-09-01T02:00:00Z');
  world = await openTestHub({ now: () => nowMs, after: () => () => undefined }, noRegistry);
});
afterEach(() => world.close());

function asking(application: string, number: string, more: Partial<Claiming> = {}): Claiming {
  return {
    application,
    studentId: `student-of-${application}`,
    category: 'resident',
    identityKey: `resident:${number}`,
    name: '张小丰',
    schoolId: '2137000001',
    schoolName: '济南市第一小学',
    ...more,
  };
}

async function claim(from: string, ...items: Claiming[]) {
  world.sent.length = 0;
  await world.store.decide((tx) => claimIdentities(world.hub, tx, items, { id: 'm', from }));
  return world.sentOf(IdentityClaimed);
}
const confirm = (from: string, ...orders: Array<z.output<typeof ConfirmClaim.item>>) =>
  world.store.decide((tx) => confirmClaims(world.hub, tx, orders, { id: 'm', from }));
const release = (from: string, ...orders: Array<z.output<typeof ReleaseClaim.item>>) =>
  world.store.decide((tx) => releaseClaims(world.hub, tx, orders, { id: 'm', from }));
const rows = () => world.store.read.selectFrom('identity_claim').selectAll().orderBy('claimNo').execute();

describe('national dedup at the hub', () => {
  test('1.16 F45 of 32 provinces that claim one identity at once exactly one gets it, the others hear who holds it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, index) =>
        world.store.decide((tx) =>
          claimIdentities(world.hub, tx, [asking(`a${index}`, '370102201001010015')], {
            id: 'm',
            from: `p-${String(index + 11)}`,
          }),
        ),
      ),
    );
    expect(answers).toHaveLength(32);
    const told = world.sentOf(IdentityClaimed);
    const granted = told.filter((answer) => answer.result === 'granted');
    expect(granted).toHaveLength(1);
    const held = told.filter((answer) => answer.result === 'held');
    expect(held).toHaveLength(31);
    expect(new Set(held.map((answer) => answer.holder?.province))).toEqual(new Set([granted[0]?.to]));
    expect(await rows()).toHaveLength(1);
  });

  test('A37 the loser is told province, school, masked name and since when, nothing more', async () => {
    await claim('p-37', asking('a1', '370102201001010015'));
    const [answer] = await claim('p-44', asking('a2', '370102201001010015'));
    expect(answer).toEqual({
      to: 'p-44',
      application: 'a2',
      result: 'held',
      holder: {
        province: 'p-37',
        provinceName: '山东省',
        schoolName: '济南市第一小学',
        maskedName: '张*丰',
        since: '2026-09-01T02:00:00.000Z',
        state: 'pending',
      },
    });
  });

  test('1.8 of duplicates in one message the earlier wins, whatever the order of their fingerprints', async () => {
    const items = Array.from({ length: 40 }, (_, index) => asking(`a${index}`, `number-${index % 8}`));
    const answers = await claim('p-37', ...items);
    expect(answers.map((answer) => answer.application)).toEqual(items.map((item) => item.application));
    expect(answers.map((answer) => answer.result)).toEqual(items.map((_, index) => (index < 8 ? 'granted' : 'held')));
  });

  test('1.8 the same application asking again gets the same number, also when it is held by now', async () => {
    const [first] = await claim('p-37', asking('a1', '370102201001010015'));
    const [second] = await claim('p-37', asking('a1', '370102201001010015'));
    expect(second).toEqual(first);
    await confirm('p-37', { claimNo: first?.claimNo ?? 0, application: 'a1', studentNumber: 'G370102201001010015' });
    expect((await claim('p-37', asking('a1', '370102201001010015')))[0]).toEqual(first);
    const other = await claim('p-44', asking('a1', '370102201001010015'));
    expect(other[0]).toMatchObject({ result: 'held', holder: { state: 'held' } });
  });

  test('6.3 another application of the pupil who holds the identity is granted its own claim', async () => {
    const [first] = await claim('p-37', asking('a1', '370102201001010015', { studentId: 's1' }));
    const pending = await claim('p-37', asking('a2', '370102201001010015', { studentId: 's1' }));
    expect(pending[0]?.result).toBe('held');
    await confirm('p-37', { claimNo: first?.claimNo ?? 0, application: 'a1', studentNumber: 'G370102201001010015' });
    const held = await claim('p-37', asking('a2', '370102201001010015', { studentId: 's1' }));
    expect(held[0]).toMatchObject({ result: 'granted', claimNo: first?.claimNo });
    await release('p-37', { claimNo: first?.claimNo ?? 0, application: 'a2' });
    expect(await rows()).toHaveLength(1);
  });

  test('I07 a released identity is free again, under a new and higher number', async () => {
    const [first] = await claim('p-37', asking('a1', '370102201001010015'));
    await release('p-37', { claimNo: first?.claimNo ?? 0, application: 'a1' });
    const [second] = await claim('p-44', asking('a2', '370102201001010015'));
    expect(second?.result).toBe('granted');
    expect(second?.claimNo).toBeGreaterThan(first?.claimNo ?? Infinity);
  });

  test('A10 only the province and the application that own a claim may confirm or release it', async () => {
    const [answer] = await claim('p-37', asking('a1', '370102201001010015'));
    const claimNo = answer?.claimNo ?? 0;
    await release('p-44', { claimNo, application: 'a1' });
    await release('p-37', { claimNo, application: 'a2' });
    await confirm('p-44', { claimNo, application: 'a1', studentNumber: 'G1' });
    await confirm('p-37', { claimNo, application: 'a2', studentNumber: 'G1' });
    expect(await rows()).toMatchObject([{ claimNo, studentNumber: null }]);
  });

  test('a confirmation after the release and a release after the confirmation change nothing; twice is once', async () => {
    const [one, two] = await claim('p-37', asking('a1', 'n1'), asking('a2', 'n2'));
    const first = { claimNo: one?.claimNo ?? 0, application: 'a1' };
    const second = { claimNo: two?.claimNo ?? 0, application: 'a2' };
    await release('p-37', first, first);
    await release('p-37', first);
    await confirm('p-37', { ...first, studentNumber: 'G1' });
    await confirm('p-37', { ...second, studentNumber: 'G2' }, { ...second, studentNumber: 'G3' });
    await confirm('p-37', { ...second, studentNumber: 'G3' });
    await release('p-37', second);
    expect(await rows()).toMatchObject([{ claimNo: second.claimNo, studentNumber: 'G2' }]);
    const ended = await world.store.read.selectFrom('identity_claim_ended').select('claimNo').execute();
    expect(ended).toEqual([{ claimNo: first.claimNo }]);
    const counted = await countDecisions(world.hub, undefined as never, {});
    expect(claimCounts.output.parse(counted)).toMatchObject({
      day: '2026-09-01',
      provinces: [{ provinceName: '山东省', granted: 2, refused: 0, confirmed: 1, released: 1 }],
    });
  });

  test('H.1 the ministry sees the decisions newest first, by condition, with how each claim stands; old ones go', async () => {
    const list = async (conditions: Partial<z.input<typeof listClaims.input>>) => {
      const input = listClaims.input.parse({ ...conditions });
      const { rows, total } = await findDecisions(world.hub, undefined as never, input);
      return listClaims.output.parse({ total, rows: await showDecisions(world.hub, rows) });
    };
    const [one] = await claim('p-37', asking('a1', 'n1'));
    nowMs += 1_000;
    await claim('p-44', asking('a2', 'n1'), asking('a3', 'n2'));
    await release('p-37', { claimNo: one?.claimNo ?? 0, application: 'a1' });
    const all = await list({});
    expect(all.rows.map((row) => [row.provinceName, row.result, row.standing, row.holder?.provinceName])).toEqual([
      ['广东省', 'granted', 'pending', undefined],
      ['广东省', 'refused', 'released', '山东省'],
      ['山东省', 'granted', 'released', undefined],
    ]);
    expect((await list({ province: 'p-44', result: 'refused' })).total).toBe(1);
    expect((await list({ until: '2026-09-01T10:00:00.500+08:00' })).rows.map((row) => row.provinceName)).toEqual([
      '山东省',
    ]);
    nowMs += 7 * 86_400_000;
    await pruneClaimEvents(world.hub);
    expect((await list({})).rows.map((row) => row.provinceName)).toEqual(['广东省', '广东省']);
  });
});
