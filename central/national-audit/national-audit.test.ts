import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditRunView, RepairRow, RepairView } from '../../contracts/national-audit.ts';
import { json, signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { changeStudent } from '../../province-node/student/change.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import { copyRecord, givenRecords } from '../../tests/world/custody.ts';
import { otherSchool, school, secondSchool } from '../../tests/world/registration.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { QUIET_MS } from './run.ts';

let world: World;
let ministry: Browser;
/** Of 山东, by what will be wrong with them. */
let ids: string[] = [];
let others: string[] = [];
/** Nobody waits for the quiet before the second look: time jumps over it. */
let skippedMs = 0;
const clock: Clock = {
  now: () => systemClock.now() + skippedMs,
  after: (delayMs, work) => {
    if (delayMs !== QUIET_MS) return systemClock.after(delayMs, work);
    skippedMs += QUIET_MS;
    return systemClock.after(0, work);
  },
};

beforeAll(async () => {
  world = await openWorld(['37', '44'], clock);
  ministry = await signedInAs(world.hub, 'jyb001');
  ids = await givenRecords(world, '37', school, 1, 18);
  others = await givenRecords(world, '44', otherSchool, 2, 3);
}, 60_000);
afterAll(() => world.stop());

const hub = () => world.hub.context.store;
const shandong = () => world.province('37').context.store;
const guangdong = () => world.province('44').context.store;

async function audited(): Promise<AuditRunView> {
  const { id } = await json<{ id: string }>(ministry.post('/api/national-audit/start', {}));
  return eventually(
    () => json<AuditRunView>(ministry.get('/api/national-audit/runs/one', { id })),
    ({ phase }) => phase === 'ended',
  );
}

const repairs = async (query: Record<string, string> = {}): Promise<RepairRow[]> =>
  (await json<{ rows: RepairRow[] }>(ministry.get('/api/national-audit/repairs', { pageSize: '100', ...query }))).rows;

const planted = [
  'at-two',
  'elsewhere',
  'at-none',
  'at-none',
  'sealed-alone',
  'epoch-differs',
  'summary-missing',
  'summary-older',
  'summary-newer',
  'number-differs',
  'claim-no-differs',
  'school-differs',
  'claim-without-record',
  'record-without-claim',
  'claim-elsewhere',
  'identity-twice',
  'number-twice',
] as const;

/** By hand in the databases: the pupil at each place of `planted` gets that difference. */
async function plant(): Promise<void> {
  const [two, elsewhere, lost, left, sealed, epoch, missing, older, newer, number, claimNo, place, unused, unclaimed] =
    ids;
  const [claimElsewhere, twin, sameNumber] = ids.slice(14);
  await copyRecord(world, two!, '37', '44', otherSchool);
  await copyRecord(world, elsewhere!, '37', '44', otherSchool);
  await shandong().decide(async (tx) => {
    const set = (values: object, id = ''): Promise<unknown> =>
      tx.updateTable('student').set(values).where('id', '=', id).execute();
    await set({ custody: 'moved-out' }, elsewhere);
    await set({ custody: 'moved-out' }, left);
    await set({ custody: 'sealed' }, sealed);
    await set({ epoch: 2 }, epoch);
    await set({ version: 7 }, older);
    await set({ claimNo: 999_999 }, claimNo);
    await set({ claimNo: null }, twin);
    for (const id of [lost!, unused!]) {
      await tx.deleteFrom('student_form').where('studentId', '=', id).execute();
      await tx.deleteFrom('student').where('id', '=', id).execute();
    }
  });
  await hub().decide(async (tx) => {
    const set = (values: object, id = ''): Promise<unknown> =>
      tx.updateTable('national_record').set(values).where('studentId', '=', id).execute();
    const records = tx.selectFrom('national_record').select(['identityFingerprint', 'studentNumber']);
    const first = await records.where('studentId', '=', ids[17]!).executeTakeFirstOrThrow();
    await tx.deleteFrom('national_record').where('studentId', 'in', [missing!, unused!]).execute();
    await set({ version: 9 }, newer);
    await set({ studentNumber: 'L370102201609010015' }, number);
    await set({ schoolId: secondSchool.id }, place);
    await tx.deleteFrom('identity_claim').where('studentId', 'in', [unclaimed!, twin!]).execute();
    await tx.updateTable('identity_claim').set({ province: 'p-44' }).where('studentId', '=', claimElsewhere!).execute();
    await set({ identityFingerprint: first.identityFingerprint, claimNo: null }, twin);
    const same = await records.where('studentId', '=', sameNumber!).executeTakeFirstOrThrow();
    await set({ studentNumber: same.studentNumber }, others[0]);
    await guangdong().decide((own) =>
      own.updateTable('student').set({ studentNumber: same.studentNumber }).where('id', '=', others[0]!).execute(),
    );
  });
}

describe('the national audit and custody reconciliation (H.9, B.3)', () => {
  test('finds nothing where all is well, also while records change', async () => {
    const { context } = world.province('37');
    const changing = Promise.all(
      ids
        .slice(0, 10)
        .map((id) => context.store.decide((tx) => changeStudent(context, tx, id, { openBusiness: null }))),
    );
    const run = await audited();
    await changing;
    expect(run).toMatchObject({ found: 0, records: 21, claims: 21, provinces: 2, answered: 2, schools: 2, pupils: 21 });
    expect(run.perProvince.map(({ state }) => state)).toEqual(['compared', 'compared']);
  });
});
