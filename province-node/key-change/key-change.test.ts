import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyChangeDetail, KeyChangeDraft, KeyChangeRow } from '../../contracts/key-change.ts';
import type { KeyValues } from '../../contracts/key-data.ts';
import { checkCharacter } from '../../contracts/people/number-text.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { StudentRecord } from '../../contracts/student.ts';
import { signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { heldElsewhere } from '../../tests/world/claims.ts';
import { tinyJpeg } from '../../tests/world/pictures.ts';
import { problemOf } from '../../tests/world/problems.ts';
import { json, school, secondSchool, verifiable } from '../../tests/world/registration.ts';
import type { Page } from '../../tests/world/registration.ts';
import { exported } from '../../tests/world/sheets.ts';
import { enrolled, peoplePublished } from '../../tests/world/transfer.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { recountAsked } from '../identity/recount.ts';
import { summaryRecalled } from '../registration/forgotten.ts';
import { changesClaimed, endFailedChanges } from './checks.ts';

const [head, bureau] = [`ld${school.id}`, `xj${school.parentId}`];

let world: World;
let registrar: Browser;
const all = verifiable(71, 12);
const [pupils, spare] = [all.slice(0, 6), all.slice(6)];
beforeAll(async () => {
  world = await openWorld();
  await peoplePublished(world);
  await enrolled(world, pupils);
  registrar = await signedIn(`xj${school.id}`);
}, 120_000);
afterAll(() => world.stop());

const signedIn = (account: string): Promise<Browser> => signedInAs(world.province('37'), account);
interface LookedUp {
  reasons: string[];
  draft: KeyChangeDraft | null;
}
const lookedUp = (pupil: StudentForm, more: object = {}): Promise<LookedUp> =>
  json(registrar.post('/api/key-changes/look-up', { studentNumber: `g${pupil.idNumber}`, name: pupil.name, ...more }));
const startOf = (id: string, values: KeyValues, more: object = {}): Promise<Response> =>
  registrar.post('/api/key-changes/start', { id, values, note: '', ...more });
const evidenced = (ownerId: string): Promise<object> =>
  json(registrar.upload('/api/evidence/upload', tinyJpeg, '户口簿.jpg', { ownerKind: 'key-change', ownerId }));

async function applied(pupil: StudentForm, values: KeyValues, more: object = {}): Promise<string> {
  const { id } = (await lookedUp(pupil, more)).draft!;
  await evidenced(id);
  return (await json<{ id: string }>(startOf(id, values, more))).id;
}
const detailOf = (id: string, page = registrar): Promise<KeyChangeDetail> =>
  json(page.get('/api/key-changes/one', { id }));
const is = (state: string) => (detail: KeyChangeDetail) => detail.change.checkState === state;
const becomes = (id: string, state: string): Promise<KeyChangeDetail> => eventually(() => detailOf(id), is(state));
async function decide(account: string, id: string, decision = 'approve', opinion = ''): Promise<Response> {
  const page = await signedIn(account);
  const { application } = await detailOf(id, page);
  return page.post('/api/applications/decide', { id, revision: application.revision, decision, opinion });
}
async function approvedBy(id: string, ...accounts: string[]): Promise<void> {
  for (const account of accounts) await json(decide(account, id));
}
const studentOf = (id: string) =>
  world
    .province('37')
    .context.store.read.selectFrom('student')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
const claimsOf = (studentId: string) =>
  world.hub.context.store.read.selectFrom('identity_claim').selectAll().where('studentId', '=', studentId).execute();
const atIndex = (studentId: string, version: number) =>
  eventually(
    () =>
      world.hub.context.store.read
        .selectFrom('national_record')
        .selectAll()
        .where('studentId', '=', studentId)
        .executeTakeFirstOrThrow(),
    (row) => row.version === version,
  );

describe('关键数据变更', () => {
  test('6.1–6.4 a new name is verified under the record’s own claim; approved, the record, index and history follow', async () => {
    const pupil = pupils[0]!;
    const { draft } = await lookedUp(pupil);
    const { id, studentId, revision } = draft!;
    expect(draft!.before).toMatchObject({ name: pupil.name, idType: '1' });
    expect(draft!.before.idNumber).toContain('****');
    const saved = { id, revision, values: { name: '改新名' }, note: '' };
    await json(registrar.post('/api/key-changes/save', saved));
    expect((await registrar.post('/api/key-changes/save', saved)).status).toBe(409);
    expect((await lookedUp(pupil)).draft).toMatchObject({ id, values: { name: '改新名' } });
    expect(await (await startOf(id, { name: '改新名' })).text()).toContain('请上传证明材料');
    await evidenced(id);
    // Two clicks, and a colleague with other values.
    const [first, second] = await Promise.all([startOf(id, { name: '改新名' }), startOf(id, { name: '改新名' })]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect((await startOf(id, { name: '改别名' })).status).toBe(409);
    expect((await lookedUp(pupil)).reasons[0]).toContain('正在办理的“关键数据变更”');
    await becomes(id, 'passed');
    const [before] = await claimsOf(studentId);
    await approvedBy(id, head, bureau);
    expect((await registrar.post('/api/key-changes/withdraw', { id, reason: '不改了' })).status).toBe(409);
    const student = await studentOf(studentId);
    expect(student).toMatchObject({ name: '改新名', studentNumber: `G${pupil.idNumber}`, claimNo: before!.claimNo });
    expect(await atIndex(studentId, student.version)).toMatchObject({ name: '改新名', openBusiness: null });
    await eventually(
      () => claimsOf(studentId),
      ([claim]) => claim?.maskedName === '改*名',
    );
    const record = await json<StudentRecord>(registrar.get('/api/students/one', { id: studentId }));
    expect(record.events[0]).toMatchObject({
      act: 'key-changed',
      changes: [{ field: 'name', before: pupil.name, after: '改新名' }],
    });
    expect(record.events[0]!.steps.map(({ act }) => act)).toEqual(['submit', 'approve', 'approve']);
    expect(record.sections.flatMap(({ items }) => items)).toContainEqual({ title: '姓名', value: '改新名' });
  }, 60_000);

  test('6.2 name, then number within one year, goes up to the province; withdrawn, the new identity is free again', async () => {
    const pupil = { ...pupils[0]!, name: '改新名' };
    const id = await applied(pupil, { idNumber: spare[0]!.idNumber! });
    const { application } = await becomes(id, 'passed');
    expect(application.chain.map(({ orgId }) => orgId)).toEqual([school.id, school.parentId, '370100', '370000']);
    const { studentId } = (await detailOf(id)).change;
    expect(await claimsOf(studentId)).toHaveLength(2);
    await json(registrar.post('/api/key-changes/withdraw', { id, reason: '号码有误' }));
    await eventually(
      () => claimsOf(studentId),
      (claims) => claims.length === 1,
    );
  });

  test('6.2 name and number together, and a formal number without a document, are refused with the article', async () => {
    const { id } = (await lookedUp(pupils[1]!)).draft!;
    await evidenced(id);
    const both = await startOf(id, { name: '王新名', idNumber: spare[1]!.idNumber! });
    expect(both.status).toBe(422);
    expect(await both.text()).toContain('不能同时变更');
    expect(await (await startOf(id, { idType: 'Z' })).text()).toContain('不能变更为无身份证件');
    expect(await (await startOf(id, {})).text()).toContain('没有要变更的内容');
    expect(await (await startOf(id, { idNumber: '370102201902300017' })).text()).toContain('/values/idNumber');
    const held = await startOf(id, { idNumber: pupils[2]!.idNumber! });
    expect(held.status).toBe(409);
    expect(await held.text()).toContain('已有学籍');
  });

  test('6.3 the number of another province’s pupil is refused with who holds it, and what is denied by the registry is returned', async () => {
    const taken = spare[1]!;
    await heldElsewhere(world, taken);
    const { context } = world.province('37');
    const problem = await problemOf(context, `G${pupils[5]!.idNumber}`, 'not-found');
    const id = await applied(pupils[5]!, { idNumber: taken.idNumber! }, { problem });
    const { change } = await becomes(id, 'dedup-failed');
    expect(change).toMatchObject({ blocked: 'check-failed', holder: { provinceName: '广东省' } });
    expect((await decide(head, id)).status).toBe(409);
    // After an hour the system ends it, and who handles a problem by it is told in the same decision.
    const later = { ...context, clock: { ...context.clock, now: () => context.clock.now() + 7_200_000 } };
    const heard: unknown[] = [];
    await endFailedChanges(later, async (_province, _tx, told, event) => void heard.push(told.problem, event));
    expect(heard).toEqual([problem, 'ended']);
    expect((await detailOf(id)).application.history.at(-1)?.opinion).toContain('查重不通过：该身份已由广东省');
    // The registry of the tests knows serials from 995 on under another name.
    const body = `${pupils[1]!.idNumber!.slice(0, 14)}997`;
    const denied = await applied(pupils[1]!, { idNumber: body + checkCharacter(body) });
    await becomes(denied, 'verification-failed');
    expect(await (await decide(head, denied)).text()).toContain('认证不通过');
    await json(decide(head, denied, 'return', '请核对'));
    expect((await detailOf(denied)).change).toMatchObject({ state: 'returned', returnedWith: '请核对' });
    const { studentId } = (await detailOf(denied)).change;
    await eventually(
      () => claimsOf(studentId),
      (claims) => claims.length === 1,
    );
  }, 60_000);

  test('6.4 mended and handed in again the number is exchanged, and the former identity is free for another pupil', async () => {
    const pupil = pupils[1]!;
    const waiting = await json<Page<KeyChangeRow>>(registrar.get('/api/key-changes/waiting', { act: 'mend' }));
    const { id, studentId } = waiting.rows[0]!;
    expect((await lookedUp(pupil)).reasons[0]).toContain('正在办理');
    const draft = await json<KeyChangeDraft>(registrar.post('/api/key-changes/mend', { id }));
    expect(draft).toMatchObject({ id, returnedWith: '请核对' });
    const number = spare[2]!.idNumber!;
    await json(startOf(id, { idNumber: number }));
    await becomes(id, 'passed');
    await approvedBy(id, head, bureau);
    const student = await studentOf(studentId);
    expect(student).toMatchObject({ studentNumber: `G${pupil.idNumber}`, birthDate: spare[2]!.birthDate });
    const claims = await eventually(
      () => claimsOf(studentId),
      (found) => found.length === 1 && found[0]!.claimNo === student.claimNo,
    );
    expect(claims[0]).toMatchObject({ studentNumber: `G${pupil.idNumber}` });
    const next = await applied(pupils[2]!, { idNumber: pupil.idNumber! });
    await becomes(next, 'passed');
  }, 60_000);

  test('6.3 a new type of document goes as its registration, and the formal number gives way to a temporary one', async () => {
    const pupil = pupils[3]!;
    const id = await applied(pupil, { idType: 'A', idNumber: 'E12345678', nationality: 'USA', overseas: '51' });
    const { application } = await becomes(id, 'passed');
    expect(application.chain.map(({ orgId }) => orgId)).toEqual([school.id, school.parentId]);
    await approvedBy(id, head, bureau);
    const { change, numberAfter } = await detailOf(id);
    expect(numberAfter).toMatch(/^L370102\d{8}/);
    const student = await studentOf(change.studentId);
    expect(student).toMatchObject({ idCategory: 'hmt-foreign', studentNumber: numberAfter, idType: 'A' });
    await atIndex(student.id, student.version);
    await eventually(
      () => claimsOf(student.id),
      (claims) => claims.length === 1 && claims[0]!.claimNo === student.claimNo,
    );
  }, 60_000);

  test('6.4 while it is open nothing else begins, and the other schools’ people do not see it', async () => {
    const pupil = pupils[4]!;
    const id = await applied(pupil, { nationality: 'USA' });
    const { change } = await detailOf(id);
    expect(change).toMatchObject({ checkState: 'not-needed', items: '国籍/地区', blocked: null });
    const other = await signedIn(`xj${secondSchool.id}`);
    expect((await other.get('/api/key-changes/one', { id })).status).toBe(404);
    const moving = await json<LookedUp>(
      other.post('/api/in-province-transfers/look-up', { studentNumber: `G${pupil.idNumber}`, name: pupil.name }),
    );
    expect(moving.reasons.join('')).toContain('正在办理的“关键数据变更”');
    const student = await studentOf(change.studentId);
    expect(await atIndex(student.id, student.version)).toMatchObject({ openBusiness: '关键数据变更' });
    const lines = await exported(await signedIn(head), '/api/key-changes/waiting', { checkState: 'not-needed' });
    expect(lines).toMatchObject([{ 学生姓名: pupil.name, 变更项: '国籍/地区' }]);
  });
});

describe('restores', () => {
  test('a restored hub is told the claims of changes as they stand, and those of former identities as ended', async () => {
    const { id, claimNo } = await ofPassport();
    const hub = world.hub.context.store;
    const [former] = await endedClaimsOf(id);
    await hub.decide(async (tx) => {
      await tx.deleteFrom('identity_claim').where('studentId', '=', id).execute();
      await tx.deleteFrom('identity_claim_ended').where('studentId', '=', id).execute();
    });
    const { context } = world.province('37');
    await context.store.decide((tx) => recountAsked(context, tx, [{ recount: 'r', afterNo: 0 }]));
    await eventually(
      () => endedClaimsOf(id),
      (ended) => ended.some((one) => one.claimNo === former!.claimNo),
    );
    expect((await claimsOf(id)).map((claim) => claim.claimNo)).toEqual([claimNo]);
  });

  test('a restored province has the record as it had told it, and gives back what a lost change had asked for', async () => {
    const { context } = world.province('37');
    const after = await ofPassport();
    const { version, claimNo, idFingerprint, idNumberMasked } = after;
    const before = { name: '改前名', studentNumber: 'L1', idType: '1', idCategory: 'resident', claimNo: 1 } as const;
    const told = await atIndex(after.id, version);
    const summary = { ...told, problem: false, openBusiness: null, identityKey: 'hmt-foreign:A:E12345678' };
    await context.store.decide(async (tx) => {
      const changed = { ...before, version: 1, idFingerprint: null, idNumberMasked: '' };
      await tx.updateTable('student').set(changed).where('id', '=', after.id).execute();
      await summaryRecalled(context, tx, [summary]);
    });
    const { studentNumber, name, idCategory } = after;
    const known = { version, claimNo, idFingerprint, idNumberMasked, studentNumber, name, idCategory };
    expect(await studentOf(after.id)).toMatchObject(known);
    await heldElsewhere(world, spare[3]!, { province: 'p-37', application: 'lost', studentNumber: null });
    const { claimNo: pending } = (await pendingOf('lost'))!;
    const answer = { application: 'lost', result: 'granted' as const, claimNo: pending, mark: 'key-change:lost' };
    await context.store.decide((tx) => changesClaimed(context, tx, [answer]));
    await eventually(
      () => pendingOf('lost'),
      (claim) => claim === undefined,
    );
  });
});

/** Who has a passport since. */
const ofPassport = () =>
  world
    .province('37')
    .context.store.read.selectFrom('student')
    .selectAll()
    .where('idType', '=', 'A')
    .executeTakeFirstOrThrow();
const endedClaimsOf = (studentId: string) =>
  world.hub.context.store.read
    .selectFrom('identity_claim_ended')
    .select('claimNo')
    .where('studentId', '=', studentId)
    .execute();
const pendingOf = (application: string) =>
  world.hub.context.store.read
    .selectFrom('identity_claim')
    .select('claimNo')
    .where('application', '=', application)
    .executeTakeFirst();
