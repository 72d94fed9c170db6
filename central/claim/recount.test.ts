import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IdentityClaimed } from '../../contracts/claim.ts';
import { NotYet } from '../../shared/messaging/handlers.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import { claimIdentities, confirmClaims, releaseClaims } from './business.ts';
import { claimsForgotten, claimsRecounted, claimsRestated, recountWithout } from './recount.ts';
import { awaitRecount, raiseCounter } from './recount-table.ts';
import type { Claiming } from './rules.ts';

let world: TestHub;
let nowMs: number;
beforeEach(async () => {
  nowMs = Date.parse('2026-09-01T02:00:00Z');
  const clock = { now: () => nowMs, after: () => () => undefined };
  world = await openTestHub(clock, noRegistry);
});
afterEach(() => world.close());

const recount = 'r1';
const since = '2026-09-01T01:00:00.000Z';

function asking(application: string, number: string): Claiming {
  const school = { schoolId: '2137000001', schoolName: '济南市第一小学' };
  const identity = { category: 'resident' as const, identityKey: `resident:${number}`, name: '张小丰' };
  return { application, studentId: `student-of-${application}`, ...identity, ...school };
}

async function claim(from: string, ...items: Claiming[]) {
  world.sent.length = 0;
  await world.store.decide((tx) => claimIdentities(world.hub, tx, items, { id: 'm', from }));
  return world.sentOf(IdentityClaimed);
}

/** As after a restore: these are asked for every claim above `afterNo`. */
const asked = (afterNo: number, ...provinces: string[]) =>
  world.store.decide((tx) =>
    awaitRecount(
      tx,
      provinces.map((province) => ({ province, recount, afterNo, since })),
    ),
  );

const told = (from: string, item: Claiming, claimNo: number, more: { studentNumber?: string; ended?: boolean } = {}) =>
  world.store.decide((tx) =>
    claimsRestated(world.hub, tx, [{ ...item, claimNo, since, studentNumber: null, ended: false, ...more }], { from }),
  );

const toldAll = (from: string, highestNo: number) =>
  world.store.decide((tx) => claimsRecounted(world.hub, tx, [{ recount, highestNo }], { from }));

const live = () =>
  world.store.read
    .selectFrom('identity_claim')
    .select(['claimNo', 'province', 'application', 'studentNumber'])
    .orderBy('claimNo')
    .execute();

describe('a restored hub', () => {
  test('decides no claim until every province has told its own, and then by their numbers', async () => {
    await asked(0, 'p-37', 'p-44');
    await expect(claim('p-44', asking('late', '1'))).rejects.toThrow(NotYet);
    await told('p-44', asking('b', '2'), 8, { studentNumber: 'L1' });
    await toldAll('p-44', 8);
    await expect(claim('p-44', asking('late', '1'))).rejects.toThrow(NotYet);
    await told('p-37', asking('a', '1'), 5);
    await toldAll('p-37', 5);
    expect(await live()).toEqual([
      { claimNo: 5, province: 'p-37', application: 'a', studentNumber: null },
      { claimNo: 8, province: 'p-44', application: 'b', studentNumber: 'L1' },
    ]);
    expect(await claim('p-44', asking('late', '1'))).toMatchObject([{ result: 'held' }]);
    expect(await claim('p-37', asking('a', '1'))).toMatchObject([{ result: 'granted', claimNo: 5 }]);
    const [fresh] = await claim('p-37', asking('c', '3'));
    expect(fresh!.claimNo).toBeGreaterThan(8);
  });

  test('gives no number again that a province has seen, even of a claim that ended', async () => {
    await asked(0, 'p-37');
    await told('p-37', asking('a', '1'), 40, { ended: true });
    await toldAll('p-37', 41);
    expect(await live()).toEqual([]);
    const [fresh] = await claim('p-44', asking('b', '1'));
    expect(fresh).toMatchObject({ result: 'granted' });
    expect(fresh!.claimNo).toBeGreaterThan(41);
    const ended = await world.store.read.selectFrom('identity_claim_ended').select('claimNo').execute();
    expect(ended).toEqual([{ claimNo: 40 }]);
  });

  test('carries out what is said of claims that it knows, which makes room for those that followed', async () => {
    const [before] = await claim('p-37', asking('a', '1'));
    const claimNo = before!.claimNo!;
    await asked(claimNo, 'p-37', 'p-44');
    await told('p-44', asking('b', '1'), claimNo + 1);
    await toldAll('p-44', claimNo + 1);
    const order = (application: string, no: number) => [{ application, claimNo: no, studentNumber: 'L1' }];
    const from = { id: 'm', from: 'p-37' };
    const confirm = world.store.decide((tx) => confirmClaims(world.hub, tx, order('x', claimNo + 9), from));
    await expect(confirm).rejects.toThrow(NotYet);
    await world.store.decide((tx) => releaseClaims(world.hub, tx, order('a', claimNo), from));
    await toldAll('p-37', claimNo);
    expect(await live()).toMatchObject([{ claimNo: claimNo + 1, application: 'b' }]);
  });

  test('believes what was told last: restored to the midst of a recount, it still has what was told before', async () => {
    await asked(0, 'p-37', 'p-44');
    await told('p-44', asking('a', '1'), 7);
    await asked(0, 'p-37', 'p-44');
    await told('p-44', asking('a', '1'), 7, { ended: true });
    await told('p-44', asking('b', '1'), 9, { studentNumber: 'L1' });
    await told('p-37', asking('c', '1'), 9);
    await toldAll('p-44', 9);
    await toldAll('p-37', 9);
    expect(await live()).toEqual([{ claimNo: 9, province: 'p-44', application: 'b', studentNumber: 'L1' }]);
  });

  test('goes on without a province that is suspended; of those told later the taken ones are refused, or raise an alarm', async () => {
    await asked(0, 'p-37', 'p-44');
    await toldAll('p-37', 0);
    await world.store.decide((tx) => recountWithout(world.hub, tx, 'p-44'));
    // As the restore does: what it forgot has lower numbers.
    await world.store.decide((tx) => raiseCounter(tx, 100));
    expect(await claim('p-37', asking('a', '1'))).toMatchObject([{ result: 'granted' }]);
    world.sent.length = 0;
    await claim('p-37', asking('d', '4'));
    await told('p-44', asking('b', '1'), 3);
    await told('p-44', asking('e', '4'), 5, { studentNumber: 'L1' });
    // A loaded record contends as it did when it was loaded: no alarm.
    await told('p-44', { ...asking('f', '4'), application: 'student-of-f' }, 6, { studentNumber: 'L2' });
    await told('p-44', asking('c', '2'), 4);
    await toldAll('p-44', 6);
    expect((await live()).map(({ application }) => application).toSorted()).toEqual(['a', 'c', 'd']);
    const held = { to: 'p-44', application: 'b', result: 'held', holder: { province: 'p-37' } };
    expect(world.sentOf(IdentityClaimed).at(-1)).toMatchObject(held);
    const alarms = await world.store.read.selectFrom('index_alarm').select(['kind', 'studentId']).execute();
    expect(alarms).toEqual([{ kind: 'claim-of-another', studentId: 'student-of-e' }]);
  });

  test('gives no number of an earlier restore of the same backup again', async () => {
    const atBackup = await world.store.read.selectFrom('claim_counter').select('lastClaimNo').executeTakeFirstOrThrow();
    const restoreAndClaim = async (application: string, number: string): Promise<number> => {
      await world.store.decide(async (tx) => {
        await tx.deleteFrom('identity_claim').execute();
        await tx.updateTable('claim_counter').set(atBackup).execute();
        await claimsForgotten(world.hub, tx);
      });
      const [answer] = await claim('p-37', asking(application, number));
      return answer!.claimNo!;
    };
    const forgotten = await restoreAndClaim('a', '1');
    nowMs += 1_000;
    expect(await restoreAndClaim('b', '2')).toBeGreaterThan(forgotten);
  });
});
