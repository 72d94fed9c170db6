import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepairRow, RepairView } from '../../contracts/custody-repair.ts';
import type { AuditRunView } from '../../contracts/national-audit.ts';
import { json, signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { changeStudent } from '../../province-node/student/change.ts';
import { soon } from '../../shared/jobs/soon.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import { copyRecord, givenRecords } from '../../tests/world/custody.ts';
import { otherSchool, school, secondSchool } from '../../tests/world/registration.ts';
import { exported } from '../../tests/world/sheets.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { auditByCommand } from './command.ts';
import { goOn, QUIET_MS } from './run.ts';
import { findCurrentRun } from './table.ts';

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
    30_000,
  );
}

const repairs = async (query: Record<string, string> = {}): Promise<RepairRow[]> =>
  (await json<{ rows: RepairRow[] }>(ministry.get('/api/national-audit/repairs', { pageSize: '100', ...query }))).rows;

const planted = [
  ['at-two', 'release'],
  ['elsewhere', 'assign'],
  ['at-none', 'claim-again'],
  ['at-none', 'hold-again'],
  ['sealed-alone', 'hold-again'],
  ['epoch-differs', 'correct-epoch'],
  ['summary-missing', 'tell-again'],
  ['summary-older', 'tell-again'],
  ['summary-newer', 'tell-above'],
  ['number-differs', 'tell-above'],
  ['claim-no-differs', 'tell-above'],
  ['school-differs', 'tell-above'],
  ['claim-without-record', 'end-claim'],
  ['record-without-claim', 'restore-claim'],
  ['claim-elsewhere', 'move-claim'],
  ['identity-twice', 'open-group'],
  ['number-twice', 'renumber'],
] as const;
type Planted = (typeof planted)[number][0];
const pupilWith = (kind: Planted, nth = 0): string =>
  ids[planted.flatMap(([one], index) => (one === kind ? [index] : []))[nth]!]!;

/** By hand in the databases: the pupil at each place of `planted` gets that difference. */
async function plant(): Promise<void> {
  const twin = ids[17]!;
  const [lost, unused] = [pupilWith('at-none'), pupilWith('claim-without-record')];
  await copyRecord(world, pupilWith('at-two'), '37', '44', otherSchool);
  await copyRecord(world, pupilWith('elsewhere'), '37', '44', otherSchool);
  await shandong().decide(async (tx) => {
    const set = (id: string, values: object): Promise<unknown> =>
      tx.updateTable('student').set(values).where('id', '=', id).execute();
    await set(pupilWith('elsewhere'), { custody: 'moved-out' });
    await set(pupilWith('at-none', 1), { custody: 'moved-out' });
    await set(pupilWith('sealed-alone'), { custody: 'sealed' });
    await set(pupilWith('epoch-differs'), { epoch: 2 });
    await set(pupilWith('summary-older'), { version: 7 });
    await set(pupilWith('identity-twice'), { claimNo: null });
    const forms = tx.selectFrom('student_form').select('form').where('studentId', '=', twin);
    const { form } = await forms.executeTakeFirstOrThrow();
    await tx.updateTable('student_form').set({ form }).where('studentId', '=', pupilWith('identity-twice')).execute();
    await tx.deleteFrom('student_form').where('studentId', 'in', [lost, unused]).execute();
    await tx.deleteFrom('student').where('id', 'in', [lost, unused]).execute();
  });
  const { read } = hub();
  const records = await read.selectFrom('national_record').selectAll().execute();
  const recordOf = (id: string) => records.find(({ studentId }) => studentId === id)!;
  const { studentNumber } = recordOf(pupilWith('number-twice'));
  await hub().decide(async (tx) => {
    const set = (id: string, values: object): Promise<unknown> =>
      tx.updateTable('national_record').set(values).where('studentId', '=', id).execute();
    await tx
      .deleteFrom('national_record')
      .where('studentId', 'in', [pupilWith('summary-missing'), unused])
      .execute();
    await set(pupilWith('summary-newer'), { version: 9 });
    await set(pupilWith('number-differs'), { studentNumber: 'L370102201609010015' });
    await set(pupilWith('claim-no-differs'), { claimNo: null });
    await set(pupilWith('school-differs'), { schoolId: secondSchool.id });
    const unclaimed = [pupilWith('record-without-claim'), pupilWith('identity-twice')];
    await tx.deleteFrom('identity_claim').where('studentId', 'in', unclaimed).execute();
    const elsewhere = pupilWith('claim-elsewhere');
    await tx.updateTable('identity_claim').set({ province: 'p-44' }).where('studentId', '=', elsewhere).execute();
    const { identityFingerprint } = recordOf(twin);
    await set(pupilWith('identity-twice'), { identityFingerprint, claimNo: null });
    await set(others[0]!, { studentNumber });
  });
  await guangdong().decide((tx) =>
    tx.updateTable('student').set({ studentNumber }).where('id', '=', others[0]!).execute(),
  );
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
    expect(run.perProvince.map(({ state, fault }) => [state, fault])).toEqual([
      ['compared', null],
      ['compared', null],
    ]);
  });

  test('finds and names every difference, repairs what is harmless, and waits for people with the rest', async () => {
    await plant();
    const run = await audited();
    const rows = await hub().read.selectFrom('custody_repair').select(['studentId', 'kind', 'fix', 'state']).execute();
    const foundOf = ids.map((id) => rows.filter((row) => row.studentId === id).map(({ kind, fix }) => [kind, fix]));
    expect(foundOf).toEqual([...planted.map((one) => [one]), []]);
    expect(rows).toHaveLength(planted.length);
    expect(run).toMatchObject({ found: planted.length, repaired: 3 });
    await eventually(
      () => repairs({ state: 'repaired' }),
      (repaired) => repaired.length === 3,
    );
    expect((await repairs({ state: 'open' })).length).toBe(planted.length - 3);
  });

  test('2.1 what it finds as duplicates is a group of problem records on both sides', async () => {
    const members = hub().read.selectFrom('problem_member').select(['studentId', 'groupId']);
    const grouped = await members.orderBy('studentId').execute();
    expect(grouped.map(({ studentId }) => studentId)).toEqual([pupilWith('identity-twice'), ids[17]!].toSorted());
    const told = shandong().read.selectFrom('problem_group').select(['id', 'kind', 'origin', 'state']);
    await eventually(
      () => told.execute(),
      (groups) => groups.length === 1 && groups[0]!.id === grouped[0]!.groupId,
    );
    expect(await told.execute()).toMatchObject([{ kind: 'identity-held-twice', origin: 'new', state: 'open' }]);
    const claimed = () => shandong().read.selectFrom('student').select(['id', 'claimNo', 'problem']).execute();
    await eventually(claimed, (rows) => {
      const twins = rows.filter(({ id }) => grouped.some(({ studentId }) => studentId === id));
      return twins.every(({ claimNo, problem }) => claimNo !== null && problem === 1);
    });
  });

  test('shows both sides masked, and what the fix changes', async () => {
    const [row] = await repairs({ kind: 'at-two' });
    expect(await exported(ministry, '/api/national-audit/repairs', { kind: 'at-two' })).toMatchObject([
      { 姓名: row!.maskedName, 学籍号: row!.maskedStudentNumber, 决定日期: '' },
    ]);
    expect((await exported(ministry, '/api/national-audit/runs')).at(-1)).toMatchObject({ 发起方式: '人工发起' });
    const view = await json<RepairView>(ministry.get('/api/national-audit/repairs/one', { id: row!.id }));
    expect(view.sides.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['国家平台', '山东省（归属省）', '广东省']),
    );
    expect(view.changes).toEqual([{ what: '广东省保管状态', before: '在籍', after: '已调出' }]);
    expect(view.isFinal).toBe(true);
    const [older] = await repairs({ kind: 'number-differs' });
    const { changes } = await json<RepairView>(ministry.get('/api/national-audit/repairs/one', { id: older!.id }));
    expect(changes).toMatchObject([
      { what: '国家平台学籍号', before: 'L370102201609010015' },
      { what: '国家平台学籍版本' },
    ]);
    const [twice] = await repairs({ kind: 'number-twice' });
    const { sides } = await json<RepairView>(ministry.get('/api/national-audit/repairs/one', { id: twice!.id }));
    expect(sides.slice(-2).map(({ title, items }) => [title, items[0]!.value])).toEqual([
      ['先登记，保留学籍号', '山东省'],
      ['后登记，换发学籍号', '广东省'],
    ]);
    expect(JSON.stringify(view)).not.toMatch(/\d{17}[\dX]/);
  });

  test('a stale page and a second click change nothing; a dismissed difference needs a reason', async () => {
    const [row] = await repairs({ kind: 'claim-elsewhere' });
    const { id, revision } = row!;
    const stale = await ministry.post('/api/national-audit/repairs/accept', { id, revision: revision + 1 });
    expect([stale.status, await stale.json()]).toMatchObject([409, { type: '/problems/stale-revision' }]);
    const blank = await ministry.post('/api/national-audit/repairs/dismiss', { id, revision, reason: ' ' });
    expect(blank.status).toBe(422);
    await json(ministry.post('/api/national-audit/repairs/dismiss', { id, revision, reason: '已由两省核实' }));
    const { decidedBy } = await json<RepairView>(ministry.get('/api/national-audit/repairs/one', { id }));
    expect(decidedBy).toMatch(/^.+（jyb001）$/);
    const again = await ministry.post('/api/national-audit/repairs/dismiss', { id, revision, reason: '已由两省核实' });
    expect(await again.json()).toMatchObject({ type: '/problems/illegal-move' });
  });

  test('what is accepted is put right, and the next run proves it', async () => {
    for (const { id, revision } of await repairs({ state: 'open' }))
      await json(ministry.post('/api/national-audit/repairs/accept', { id, revision }));
    const waiting = ['claim-again', 'renumber'];
    await eventually(
      () => repairs({ state: 'ordered' }),
      (rows) => rows.every(({ fix }) => waiting.includes(fix)) && rows.length === 2,
    );
    // 2.1: the one whose number it is keeps it, the other has a new one by now, claim and summary with it.
    const numberOf = (store: Pick<ReturnType<typeof hub>, 'read'>, table: 'national_record' | 'identity_claim') =>
      store.read.selectFrom(table).select('studentNumber').where('studentId', '=', others[0]!).executeTakeFirst();
    for (const table of ['national_record', 'identity_claim'] as const)
      await eventually(
        () => numberOf(hub(), table),
        (row) => row?.studentNumber?.startsWith('L440') === true,
      );
    const run = await audited();
    const states = (await repairs()).map(({ kind, fix, state }) => [kind, fix, state]);
    expect(states.filter(([, , state]) => state !== 'proven').toSorted()).toEqual([
      ['at-none', 'claim-again', 'ordered'],
      ['claim-elsewhere', 'move-claim', 'dismissed'],
    ]);
    expect(run.found).toBe(2);
    expect(await repairs({ state: 'open' })).toEqual([]);
  });

  test('by command: beside the hub that runs, which takes it up', async () => {
    const lines: string[] = [];
    const { ids: newIds } = world.hub.context;
    const folder = { dataFolder: world.dataFolder('hub') };
    const asked = auditByCommand(folder, { clock, ids: newIds }, (line) => lines.push(line));
    await eventually(
      () => findCurrentRun(hub().read),
      (run) => run !== undefined,
    );
    await soon(world.hub.context, goOn);
    expect(await asked).toBe(2);
    expect(lines.at(-1)).toBe('20 records, 19 claims: 2 differences, 0 repaired by itself');
    expect(lines).toContain('p-37: claim-elsewhere 1');
  });

  test('exactly one home: what was moved is with its province, claim and all', async () => {
    const elsewhere = pupilWith('elsewhere');
    const at = (store: ReturnType<typeof guangdong>, id: string) =>
      store.read.selectFrom('student').select(['custody', 'epoch']).where('id', '=', id).executeTakeFirst();
    expect(await at(guangdong(), elsewhere)).toEqual({ custody: 'active', epoch: 1 });
    expect(await at(guangdong(), pupilWith('at-two'))).toMatchObject({ custody: 'moved-out' });
    expect(await at(shandong(), pupilWith('at-none', 1))).toMatchObject({ custody: 'active' });
    const claim = await hub()
      .read.selectFrom('identity_claim')
      .select('province')
      .where('studentId', '=', elsewhere)
      .executeTakeFirst();
    expect(claim).toEqual({ province: 'p-44' });
    const forgotten = shandong().read.selectFrom('forgotten_registration').select(['studentId', 'claimNo']);
    expect(await forgotten.execute()).toEqual([{ studentId: pupilWith('at-none'), claimNo: 1_002 }]);
    expect(
      await hub().read.selectFrom('identity_claim').select('claimNo').where('claimNo', '=', 1_012).execute(),
    ).toEqual([]);
  });
});
