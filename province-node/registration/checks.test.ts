import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ClaimIdentity } from '../../contracts/claim.ts';
import { identityKey } from '../../contracts/people/id-document.ts';
import { isoTime, systemClock } from '../../shared/clock.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import {
  byNumber,
  checked,
  decided,
  detailOf,
  json,
  list,
  otherSchool,
  registered,
  school,
  verifiable,
} from '../../tests/world/registration.ts';
import { apiKey, eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { endFailedRegistrations, holderText } from './checks.ts';

let world: World;
let registrar: Browser;
let elsewhere: Browser;
beforeAll(async () => {
  world = await openWorld();
  registrar = await world.signIn(`xj${school.id}`);
  elsewhere = await world.signIn(`xj${otherSchool.id}`);
}, 60_000);
afterAll(() => world.stop());

/** The job, run when so many minutes have passed. */
const endAfter = (minutes: number): Promise<void> => {
  const { context } = world.province('44');
  const clock = { ...systemClock, now: () => systemClock.now() + minutes * 60_000 };
  return endFailedRegistrations({ ...context, clock });
};

const registryDown = (unavailable: boolean): Promise<Response> =>
  fetch(`${world.registry.url}/admin/trials`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ unavailable }),
  });

describe('checks of a registration', () => {
  test('1.9 a failed dedup is ended after an hour with who holds the identity, and a late grant is given back', async () => {
    const [pupil] = verifiable(31, 1);
    await registered(registrar, [pupil!]);
    const mine = await checked(registrar, pupil!, 'passed');
    await registered(elsewhere, [{ ...pupil!, schoolCode: otherSchool.id }]);
    const theirs = await checked(elsewhere, pupil!, 'dedup-failed');
    await endAfter(30);
    expect((await byNumber(elsewhere, pupil!))[0]!.state).toBe('in-review');
    await endAfter(61);
    await endAfter(61);
    const { application } = await detailOf(elsewhere, theirs.id);
    expect(application.state).toBe('ended');
    expect(application.history.filter(({ act }) => act === 'end')).toHaveLength(1);
    const reason = application.history.at(-1)!.opinion;
    expect(reason).toContain(`山东省 ${school.name}`);
    expect(reason).not.toContain(pupil!.name);
    expect((await list(elsewhere, { state: 'ended' })).rows.map(({ id }) => id)).toEqual([theirs.id]);

    // The holder lets go, and only then the hub hears the ended one's claim, once more and late.
    const head = await world.signIn(`ld${school.id}`);
    await json(decided(head, mine, 'return', '放弃'));
    await eventually(claimants, (all) => !all.includes(mine.id));
    const { context } = world.province('44');
    const claim = { ...pupil!, studentId: 'late', category: 'resident' as const, schoolId: otherSchool.id };
    await context.store.decide(async (tx) =>
      context.outbox.queue(tx, 'hub', ClaimIdentity, {
        application: theirs.id,
        studentId: claim.studentId,
        category: claim.category,
        identityKey: identityKey('1', pupil!.idNumber!)!,
        name: pupil!.name!,
        schoolId: claim.schoolId,
        schoolName: otherSchool.name,
      }),
    );
    await eventually(endedClaimants, (all) => all.includes(theirs.id));
    expect(await claimants()).not.toContain(theirs.id);
    expect((await byNumber(elsewhere, pupil!))[0]).toMatchObject({ state: 'ended', checkState: 'dedup-failed' });
  }, 60_000);

  test('1.8 while the population registry does not answer it waits visibly, and goes on by itself', async () => {
    const [pupil] = verifiable(32, 1);
    await registryDown(true);
    await registered(registrar, [pupil!]);
    const row = await checked(registrar, pupil!, 'registry-unreachable');
    expect(row.blocked).toBe('checking');
    const head = await world.signIn(`ld${school.id}`);
    expect(await (await decided(head, row)).json()).toMatchObject({ type: '/problems/checks-not-done' });
    await registryDown(false);
    const isFinal = ([one]: { checkState: string }[]): boolean => one?.checkState === 'passed';
    const [after] = await eventually(() => byNumber(registrar, pupil!), isFinal, 45_000);
    expect(after!.blocked).toBeNull();
    expect((await decided(head, after!)).status).toBe(200);
  }, 90_000);
});

test('who holds an identity is told with the date in China', () => {
  const since = isoTime(Date.UTC(2026, 8, 1, 17));
  const holder = { provinceName: '山东省', schoolName: '实验小学', maskedName: '张*三', since };
  expect(holderText(JSON.stringify(holder))).toBe('该身份已由山东省 实验小学 张*三 占用（自 2026-09-02）');
});

const applications = async (table: 'identity_claim' | 'identity_claim_ended'): Promise<string[]> =>
  (await world.hub.context.store.read.selectFrom(table).select('application').execute()).map((row) => row.application);
const claimants = () => applications('identity_claim');
const endedClaimants = () => applications('identity_claim_ended');
