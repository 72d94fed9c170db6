import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { IdentityClaimed } from '../../contracts/claim.ts';
import type { ChangeIdentity } from '../../contracts/claim.ts';
import { NotYet } from '../../shared/messaging/handlers.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import { claimIdentities, confirmClaims } from './business.ts';
import { changeIdentities } from './change.ts';
import { awaitRecount } from './recount-table.ts';

let world: TestHub;
beforeEach(async () => {
  const clock = { now: () => Date.parse('2026-09-01T02:00:00Z'), after: () => () => undefined };
  world = await openTestHub(clock, noRegistry);
});
afterEach(() => world.close());

async function claimed(application: string, studentId: string, number: string, from = 'p-37'): Promise<number> {
  world.sent.length = 0;
  const school = { schoolId: '2137000001', schoolName: '济南市第一小学', name: '张小丰' };
  const item = { application, studentId, category: 'resident' as const, identityKey: `resident:${number}`, ...school };
  await world.store.decide((tx) => claimIdentities(world.hub, tx, [item], { id: 'm', from }));
  return world.sentOf(IdentityClaimed)[0]!.claimNo!;
}

/** A pupil with a record. */
async function held(studentId: string, number: string): Promise<number> {
  const claimNo = await claimed(`of-${studentId}`, studentId, number);
  const order = { claimNo, application: `of-${studentId}`, studentNumber: `G${number}` };
  await world.store.decide((tx) => confirmClaims(world.hub, tx, [order], { id: 'm', from: 'p-37' }));
  return claimNo;
}

type Order = z.output<typeof ChangeIdentity.item>;
const change = (order: Partial<Order>, from = 'p-37'): Promise<void> =>
  world.store.decide((tx) => {
    const all = {
      studentId: 's1',
      application: 'c1',
      claimNo: null,
      before: null,
      name: '张大丰',
      studentNumber: 'G1',
    };
    return changeIdentities(world.hub, tx, [{ ...all, ...order }], { id: 'm', from });
  });
const live = () =>
  world.store.read
    .selectFrom('identity_claim')
    .select(['claimNo', 'studentId', 'studentNumber', 'maskedName'])
    .orderBy('claimNo')
    .execute();

describe('6.3, 6.4 a record has another identity', () => {
  test('the new one is its own and the former one free, in one order; twice changes nothing', async () => {
    const before = await held('s1', '1');
    const claimNo = await claimed('c1', 's1', '2');
    for (let times = 0; times < 2; times++) {
      await change({ claimNo, before });
      expect(await live()).toEqual([{ claimNo, studentId: 's1', studentNumber: 'G1', maskedName: '张*丰' }]);
    }
    expect(await claimed('a9', 's9', '1', 'p-44')).toBeGreaterThan(claimNo);
  });

  test('another name under the same identity, and no identity any more', async () => {
    const claimNo = await held('s1', '1');
    await change({ claimNo, before: claimNo, name: '李新' });
    expect(await live()).toMatchObject([{ claimNo, maskedName: '李*' }]);
    await change({ before: claimNo });
    expect(await live()).toEqual([]);
  });

  test('A10 a claim of another pupil, application or province is neither taken nor ended', async () => {
    const [before, other] = [await held('s1', '1'), await held('s2', '2')];
    const pending = await claimed('c2', 's1', '3');
    const all = await live();
    await change({ claimNo: other, before });
    await change({ claimNo: pending, before });
    await change({ claimNo: before, before: other });
    await change({ before }, 'p-44');
    expect((await live()).map(({ claimNo }) => claimNo)).toEqual(all.map(({ claimNo }) => claimNo));
  });

  test('after a restore it waits until the claims that it names are counted', async () => {
    const waiting = [{ province: 'p-37', recount: 'r', afterNo: 0, since: '2026-09-01T01:00:00.000Z' } as const];
    await world.store.decide((tx) => awaitRecount(tx, waiting));
    await expect(change({ claimNo: 7, before: 3 })).rejects.toThrow(NotYet);
  });
});
