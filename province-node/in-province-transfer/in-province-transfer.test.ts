import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApplicationView, TodoRow } from '../../contracts/application.ts';
import type { EvidenceFile } from '../../contracts/evidence.ts';
import type { InProvinceDetail, InProvinceRow } from '../../contracts/in-province-transfer.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { StudentRecord } from '../../contracts/student.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { tinyJpeg } from '../../tests/world/pictures.ts';
import { decideAll, json, school, secondSchool, verifiable } from '../../tests/world/registration.ts';
import type { Page } from '../../tests/world/registration.ts';
import {
  applied as appliedAtHub,
  approvedByAll,
  atHub,
  becomes,
  enrolled,
  guangdongSchool,
  lookedUp,
  peoplePublished,
} from '../../tests/world/transfer.ts';
import { exported } from '../../tests/world/sheets.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

/** Of another county, with another bureau. */
const destination = demoOrgs(demoProvinces[0]).find(({ name }) => name === '市中区实验小学')!;
const deciders = [
  `ld${destination.id}`,
  `xj${destination.parentId}`,
  `ld${school.id}`,
  `xj${school.parentId}`,
] as const;

let world: World;
let registrar: Browser;
const pupils = verifiable(61, 8);
beforeAll(async () => {
  world = await openWorld();
  await peoplePublished(world);
  await enrolled(world, pupils);
  registrar = await world.signIn(`xj${destination.id}`);
}, 120_000);
afterAll(() => world.stop());

interface LookedUp {
  id: string | null;
  reasons: string[];
  grades: { stage: string; cohort: number }[];
}
const asked = (page: Browser, { idNumber, name }: StudentForm): Promise<LookedUp> =>
  json(page.post('/api/in-province-transfers/look-up', { studentNumber: `g${idNumber}`, name }));
const startOf = (page: Browser, { id, grades: [grade] }: LookedUp): Promise<Response> =>
  page.post('/api/in-province-transfers/start', { id, ...grade, reason: 'household', note: '迁入市中区' });

async function applied(pupil: StudentForm): Promise<string> {
  return (await json<{ id: string }>(startOf(registrar, await asked(registrar, pupil)))).id;
}
const detailOf = (page: Browser, id: string): Promise<InProvinceDetail> =>
  json(page.get('/api/in-province-transfers/one', { id }));
async function decide(account: string, id: string, decision = 'approve', opinion = ''): Promise<Response> {
  const page = await world.signIn(account);
  const { application } = await detailOf(page, id);
  return page.post('/api/applications/decide', { id, revision: application.revision, decision, opinion });
}
const waitingAt = async (account: string): Promise<string[]> =>
  (await json<Page<InProvinceRow>>((await world.signIn(account)).get('/api/in-province-transfers/waiting'))).rows.map(
    ({ id }) => id,
  );
const student = (pupil: StudentForm) =>
  world
    .province('37')
    .context.store.read.selectFrom('student')
    .selectAll()
    .where('studentNumber', '=', `G${pupil.idNumber}`)
    .executeTakeFirstOrThrow();
const atIndex = (pupil: StudentForm, isSo: (row: { version: number; openBusiness: string | null }) => boolean) =>
  eventually(
    () =>
      world.hub.context.store.read
        .selectFrom('national_record')
        .select(['version', 'openBusiness', 'schoolId'])
        .where('studentNumber', '=', `G${pupil.idNumber}`)
        .executeTakeFirstOrThrow(),
    isSo,
  );

describe('省内转学', () => {
  test('7.2 both sides decide in turn, and with the last approval the pupil is the other school’s, without a class', async () => {
    const pupil = pupils[0]!;
    const found = await asked(registrar, pupil);
    expect(found.reasons).toEqual([]);
    const owner = { ownerKind: 'in-province-transfer', ownerId: found.id! };
    await json(registrar.upload('/api/evidence/upload', tinyJpeg, '居住证.jpg', owner));
    const { id } = await json<{ id: string }>(startOf(registrar, found));
    // A second click finds it applied for.
    expect(await json(startOf(registrar, found))).toEqual({ id });
    expect((await registrar.upload('/api/evidence/upload', tinyJpeg, '二.jpg', owner)).status).toBe(409);
    await atIndex(pupil, ({ openBusiness }) => openBusiness === '省内转学');
    const leaving = await world.signIn(`xj${school.id}`);
    const { id: studentId } = await student(pupil);
    expect(await json(leaving.get('/api/students/one', { id: studentId }))).toMatchObject({
      openBusiness: `省内转学（转入${destination.name}）`,
    });
    for (const account of deciders) {
      for (const other of deciders.filter((one) => one !== account)) expect(await waitingAt(other)).toEqual([]);
      expect(await waitingAt(account)).toEqual([id]);
      const lines = await exported(await world.signIn(account), '/api/in-province-transfers/waiting');
      expect(lines).toMatchObject([{ 学生姓名: pupil.name, 转出学校: school.name, 转入学校: destination.name }]);
      const todo = await json<{ rows: TodoRow[] }>((await world.signIn(account)).get('/api/applications/todo'));
      expect(todo.rows).toMatchObject([{ kind: 'in-province-transfer', act: 'review', total: 1 }]);
      await json<ApplicationView>(decide(account, id));
    }
    const moved = await student(pupil);
    expect(moved).toMatchObject({ schoolId: destination.id, classNo: '', custody: 'active', status: 'enrolled' });
    expect(await atIndex(pupil, ({ version }) => version === moved.version)).toMatchObject({
      schoolId: destination.id,
      openBusiness: null,
    });
    const record = await json<StudentRecord>(registrar.get('/api/students/one', { id: moved.id }));
    expect(record.events.map(({ act }) => act)).toEqual(['transferred', 'registered']);
    expect(record.events[0]).toMatchObject({ schoolName: school.name, toSchoolName: destination.name });
    expect(record.events[0]!.steps.map(({ act }) => act)).toEqual(['submit', ...deciders.map(() => 'approve')]);
    expect(record.sections.flatMap(({ items }) => items)).toContainEqual({
      title: '学校标识码',
      value: destination.id,
    });
    const pictures = await json<{ files: EvidenceFile[] }>(
      registrar.get('/api/evidence', { ownerKind: 'student', ownerId: moved.id }),
    );
    expect(pictures.files.map(({ fileName }) => fileName)).toEqual(['居住证.jpg']);
    const before = await world.signIn(`xj${school.id}`);
    expect((await before.get('/api/students/one', { id: moved.id })).status).toBe(404);
    expect((await detailOf(before, id)).transfer).toMatchObject({ state: 'approved', mine: false });
    const lines = await exported(before, '/api/in-province-transfers', { state: 'approved', direction: 'out' });
    expect(lines).toMatchObject([{ 学生姓名: pupil.name, 转入学校: destination.name, 办理状态: '已通过' }]);
    expect(lines[0]!['学籍号']).not.toContain(pupil.idNumber);
  }, 60_000);

  test('7.2 refused, it ends with the opinion, and the pupil can be applied for again', async () => {
    const pupil = pupils[1]!;
    const id = await applied(pupil);
    expect((await decide(deciders[0], id, 'return')).status).toBe(422);
    await json(decide(deciders[0], id, 'return', '没有学位'));
    const { transfer, application } = await detailOf(registrar, id);
    expect(transfer).toMatchObject({ state: 'ended', turnOrgName: null });
    expect(application.history.at(-1)).toMatchObject({ act: 'return', opinion: '没有学位' });
    expect(await student(pupil)).toMatchObject({ schoolId: school.id });
    expect((await asked(registrar, pupil)).reasons).toEqual([]);
  });

  test('7.2 the school that applied takes it back until the last approval; nobody else does', async () => {
    const pupil = pupils[2]!;
    const id = await applied(pupil);
    const withdraw = (page: Browser): Promise<Response> =>
      page.post('/api/in-province-transfers/withdraw', { id, reason: '家长改变主意' });
    expect((await withdraw(await world.signIn(`xj${school.id}`))).status).toBe(404);
    expect(await json(withdraw(registrar))).toEqual({ id, state: 'ended' });
    expect((await withdraw(registrar)).status).toBe(409);
    await atIndex(pupil, ({ version, openBusiness }) => version === 3 && openBusiness === null);
  });

  test('7.2 what stands against it is said before anything is typed, and holds when it is applied for all the same', async () => {
    const pupil = pupils[3]!;
    expect((await asked(registrar, { ...pupil, name: '王不对' })).reasons[0]).toContain('没有找到');
    expect((await asked(await world.signIn(`xj${school.id}`), pupil)).reasons[0]).toContain('就在本校');
    const early = await asked(registrar, pupil);
    const second = await world.signIn(`xj${secondSchool.id}`);
    const first = (await json<{ id: string }>(startOf(second, await asked(second, pupil)))).id;
    expect((await asked(registrar, pupil)).reasons[0]).toContain(`${secondSchool.name}已为该生申请转学`);
    const refused = await startOf(registrar, early);
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('已为该生申请转学');
    // At the hub it stands in the way of a transfer to another province, too.
    await atIndex(pupil, ({ openBusiness }) => openBusiness === '省内转学');
    const elsewhere = await atHub(world, `xj${guangdongSchool.id}@44`);
    expect((await lookedUp(elsewhere, pupil)).blockers).toMatchObject([{ code: 'open-business' }]);
    expect((await second.get('/api/in-province-transfers/one', { id: first })).ok).toBe(true);
    expect((await registrar.get('/api/in-province-transfers/one', { id: first })).status).toBe(404);
  });

  test('7.2 all that wait are approved at once, and what cannot be says why', async () => {
    const [good, problem] = [pupils[6]!, pupils[7]!];
    const ids = [await applied(good), await applied(problem)];
    const { store } = world.province('37').context;
    const kind = 'in-province-transfer';
    for (const account of deciders.slice(0, 3))
      expect(await decideAll(await world.signIn(account), 'review', { kind })).toMatchObject({ done: 2, failed: 0 });
    const { id: studentId } = await student(problem);
    await store.decide((tx) => tx.updateTable('student').set({ problem: 1 }).where('id', '=', studentId).execute());
    const task = await decideAll(await world.signIn(deciders[3]), 'review', { kind });
    expect(task).toMatchObject({ state: 'done', total: 2, done: 2, failed: 1, failures: [{ id: ids[1] }] });
    expect(task.failures[0]!.reason).toContain('问题学籍');
    expect(await student(good)).toMatchObject({ schoolId: destination.id });
    expect(await student(problem)).toMatchObject({ schoolId: school.id });
    expect(await waitingAt(deciders[3])).toEqual([ids[1]]);
  }, 60_000);

  test('18.5 begun before the province heard of a cross-province transfer, it keeps the record from being sealed', async () => {
    const pupil = pupils[5]!;
    const elsewhere = await atHub(world, `xj${guangdongSchool.id}@44`);
    world.loopback.cut('p-37');
    const crossing = await appliedAtHub(elsewhere, pupil);
    await applied(pupil);
    await approvedByAll(world, crossing);
    world.loopback.mend('p-37');
    await becomes(elsewhere, crossing, 'failed');
    expect(await student(pupil)).toMatchObject({ custody: 'active', schoolId: school.id });
  }, 60_000);

  test('7.2 a draft of another school, a grade that is not taught and too many questions are refused', async () => {
    const found = await asked(registrar, pupils[4]!);
    expect((await startOf(await world.signIn(`xj${secondSchool.id}`), found)).status).toBe(404);
    const wrong = { id: found.id, stage: 'senior', cohort: 2026, reason: 'other' };
    expect(await (await registrar.post('/api/in-province-transfers/start', wrong)).text()).toContain('/cohort');
    const other = await world.signIn(`xj${secondSchool.id}`);
    const answers = [];
    for (let at = 0; at < 61; at++) {
      const question = { studentNumber: `G${at}`, name: '王小明' };
      answers.push((await other.post('/api/in-province-transfers/look-up', question)).status);
    }
    expect(answers.at(-1)).toBe(429);
  }, 60_000);
});
