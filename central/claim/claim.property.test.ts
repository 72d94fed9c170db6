import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdentityClaimed } from '../../contracts/claim.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import { claimIdentities, confirmClaims, releaseClaims } from './business.ts';

const provinces = ['p-37', 'p-44', 'p-46'] as const;
const applications = fc.integer({ min: 0, max: 5 });

/** One message: claims of some applications, or an order with whatever number was ever granted (or never was). */
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      province: fc.nat(2),
      items: fc.array(fc.tuple(applications, fc.nat(3)), { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('confirm' as const, 'release' as const),
      province: fc.nat(2),
      known: fc.nat(20),
      application: fc.option(applications),
    }),
  },
);

interface Known {
  claimNo: number;
  application: string;
  province: string;
  identity: string;
  ended: boolean;
  confirmed: boolean;
}

test('I07 whatever order messages come in: one holder an identity, numbers rise and are never given again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      const world = await openTestHub({ now: () => 1_800_000_000_000, after: () => () => undefined }, noRegistry);
      try {
        const known: Known[] = [];
        for (const one of steps) {
          const from = provinces[one.province] ?? 'p-37';
          if (one.do === 'claim') await claim(world, known, from, one.items);
          else await order(world, known, from, one);
          await mustHold(world, known);
        }
      } finally {
        await world.close();
      }
    }),
    { numRuns: 60 },
  );
});

async function claim(
  world: TestHub,
  known: Known[],
  from: string,
  asked: ReadonlyArray<[number, number]>,
): Promise<void> {
  const items = asked.map(([application, identity]) => ({
    application: `${from}-a${application}`,
    studentId: `${from}-s${application}`,
    category: 'hmt-foreign' as const,
    identityKey: `hmt-foreign:A:${identity}`,
    name: '李雷',
    schoolId: '1',
    schoolName: '一中',
  }));
  world.sent.length = 0;
  await world.store.decide((tx) => claimIdentities(world.hub, tx, items, { id: 'm', from }));
  const answers = world.sentOf(IdentityClaimed);
  const highest = Math.max(0, ...known.map((one) => one.claimNo));
  answers.forEach((answer, index) => {
    const item = items[index];
    expect(answer.application).toBe(item?.application);
    const live = known.find((one) => !one.ended && one.identity === item?.identityKey);
    if (!live) {
      expect(answer.result).toBe('granted');
      expect(answer.claimNo).toBeGreaterThan(highest);
      const { application, identityKey: identity } = item!;
      known.push({ claimNo: answer.claimNo!, application, province: from, identity, ended: false, confirmed: false });
    } else if (live.application === item?.application && live.province === from) {
      expect(answer).toMatchObject({ result: 'granted', claimNo: live.claimNo });
    } else {
      expect(answer).toMatchObject({ result: 'held', holder: { province: live.province } });
    }
  });
}

async function order(
  world: TestHub,
  known: Known[],
  from: string,
  one: { do: 'confirm' | 'release'; known: number; application: number | null },
): Promise<void> {
  const meant = known[one.known];
  const claimNo = meant?.claimNo ?? 999;
  const application = one.application === null ? (meant?.application ?? 'none') : `${from}-a${one.application}`;
  const orders = [{ claimNo, application, studentNumber: `G${claimNo}` }];
  const handle = one.do === 'confirm' ? confirmClaims : releaseClaims;
  await world.store.decide((tx) => handle(world.hub, tx, orders, { id: 'm', from }));
  const obeyed =
    meant && !meant.ended && !meant.confirmed && meant.province === from && meant.application === application;
  if (obeyed && one.do === 'confirm') meant.confirmed = true;
  if (obeyed && one.do === 'release') meant.ended = true;
}

/** The database says exactly what the model says. */
async function mustHold(world: TestHub, known: readonly Known[]): Promise<void> {
  const live = await world.store.read.selectFrom('identity_claim').selectAll().orderBy('claimNo').execute();
  const ended = await world.store.read.selectFrom('identity_claim_ended').selectAll().orderBy('claimNo').execute();
  expect(new Set(live.map((row) => Buffer.from(row.fingerprint).toString('hex'))).size).toBe(live.length);
  const byNumber = known.toSorted((a, b) => a.claimNo - b.claimNo);
  expect(live.map((row) => [row.claimNo, row.studentNumber !== null])).toEqual(
    byNumber.filter((one) => !one.ended).map((one) => [one.claimNo, one.confirmed]),
  );
  expect(ended.map((row) => row.claimNo)).toEqual(byNumber.filter((one) => one.ended).map((one) => one.claimNo));
}
