import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyChangeDetail } from '../../contracts/key-change.ts';
import type { ProblemTodoRow } from '../../contracts/problem-record.ts';
import { signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { greyPng } from '../../tests/world/pictures.ts';
import { evidenceFor, groupOf, groupPage, handedInBy, loadedAt, recordAt } from '../../tests/world/problems.ts';
import { json, school, secondSchool, verifiable } from '../../tests/world/registration.ts';
import { guangdongSchool } from '../../tests/world/transfer.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import type { StudentTable } from '../student/table.ts';

const [early, late] = ['2019-09-01', '2021-09-01'].map((day) => `${day}T01:00:00.000Z`);
const forms = verifiable(111, 6);
/** Without whom nobody is registered who has no document. */
const guardian = { member1IdType: '1', member1IdNumber: verifiable(112, 1)[0]!.idNumber!, member1Guardian: '1' };
let world: World;
let mine: Browser;
beforeAll(async () => {
  world = await openWorld();
  mine = await signedInAs(world.province('37'), `xj${school.id}`);
}, 60_000);
afterAll(() => world.stop());

const province = () => world.province('37').context;
const student = ({ id }: StudentTable) =>
  province().store.read.selectFrom('student').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const recordOf = ({ id }: StudentTable, code = '37') =>
  eventually(
    () =>
      world
        .province(code)
        .context.store.read.selectFrom('problem_record')
        .select(['id', 'groupId'])
        .where('studentId', '=', id)
        .executeTakeFirst(),
    (row) => row !== undefined,
  );
const claimsOf = ({ id }: StudentTable) =>
  world.hub.context.store.read.selectFrom('identity_claim').selectAll().where('studentId', '=', id).execute();

/** The hub has told that it is no problem record any more. */
const settled = (of: StudentTable) =>
  eventually(
    () => student(of),
    ({ problem }) => problem === 0,
  );

/** A pupil of 广东 and a later one of `school` have one number. */
async function acrossProvinces(index: number): Promise<[StudentTable, StudentTable]> {
  const form = { ...forms[index]!, ...guardian };
  const first = await loadedAt(world.province('44').context, { form, schoolId: guangdongSchool.id, since: early! });
  await recordOfClaim(first);
  const second = await loadedAt(province(), { form, schoolId: school.id, since: late! });
  await recordOf(second);
  return [first, second];
}
const recordOfClaim = (of: StudentTable) =>
  eventually(
    () => claimsOf(of),
    (claims) => claims.length === 1,
  );

/** 变更 of a problem record, handed in with a picture. Answers the change. */
async function changed(of: StudentTable, values: object): Promise<string> {
  const { id, groupId } = (await recordOf(of))!;
  const problem = { groupId, revision: (await groupPage(mine, id)).revision };
  const asked = { studentId: of.id, problem };
  const { draft } = await json<{ draft: { id: string } }>(mine.post('/api/key-changes/look-up', asked));
  const owner = { ownerKind: 'key-change', ownerId: draft.id };
  await json(mine.upload('/api/evidence/upload', greyPng(9, 9), '户口簿.png', owner));
  return (await json<{ id: string }>(mine.post('/api/key-changes/start', { id: draft.id, values, problem }))).id;
}

const detailOf = (page: Browser, id: string): Promise<KeyChangeDetail> =>
  json(page.get('/api/key-changes/one', { id }));
async function approvedByAll(id: string): Promise<KeyChangeDetail> {
  const { application } = await eventually(
    () => detailOf(mine, id),
    ({ change }) => change.checkState === 'passed' || change.checkState === 'not-needed',
  );
  for (const { orgId, role } of application.chain) {
    if (role === 'school-registrar') continue;
    const page = await signedInAs(world.province('37'), `${role === 'school-head' ? 'ld' : 'xj'}${orgId}`);
    const { revision } = (await detailOf(page, id)).application;
    await json(page.post('/api/applications/decide', { id, revision, decision: 'approve', opinion: '' }));
  }
  return detailOf(mine, id);
}

describe('how problem records end', () => {
  test('2.3, 2.6 a change of the number: its pictures are with the other province, and the temporary number gives way to a formal one', async () => {
    const [first, second] = await acrossProvinces(0);
    const { idNumber } = forms[3]!;
    const id = await changed(second, { idNumber });
    const theirs = await signedInAs(world.province('44'), `xj${guangdongSchool.id}`);
    const theirRecord = (await recordOf(first, '44'))!;
    const seen = await eventually(
      () => groupPage(theirs, theirRecord.id),
      ({ members }) => members.some(({ isHere, pictures }) => !isHere && pictures.length === 1),
    );
    const other = seen.members.find(({ isHere }) => !isHere)!;
    expect(other).toMatchObject({ state: 'in-review', handling: 'change', picturesDue: 0 });
    const { files } = await json<{ files: { id: string }[] }>(
      theirs.get('/api/evidence', { ownerKind: 'problem-record', ownerId: other.id }),
    );
    expect((await theirs.get('/api/evidence/file', { id: files[0]!.id })).status).toBe(200);
    await approvedByAll(id);
    expect(await student(second)).toMatchObject({ studentNumber: `G${idNumber}` });
    await settled(second);
    await eventually(
      () => groupPage(theirs, theirRecord.id),
      ({ state, members }) => state === 'closed' && members.some(({ isMine, state: is }) => isMine && is === 'cleared'),
    );
    await eventually(
      () => claimsOf(second),
      ([claim]) => claim?.studentNumber === `G${idNumber}`,
    );
  }, 60_000);

  test('2.3 from a resident id to none: every level up to the province, and the identity is the other’s alone', async () => {
    const [first, second] = await acrossProvinces(1);
    const { application } = await approvedByAll(await changed(second, { idType: 'Z' }));
    expect(application.chain.map(({ orgId }) => orgId)).toEqual([school.id, school.parentId, '370100', '370000']);
    const { studentNumber } = second;
    expect(await student(second)).toMatchObject({ idCategory: 'none', claimNo: null, studentNumber });
    await settled(second);
    await eventually(
      () => claimsOf(second),
      (claims) => claims.length === 0,
    );
    expect(await claimsOf(first)).toHaveLength(1);
  }, 60_000);

  test('2.5 a deletion is refused while other business is open on the record, and says which', async () => {
    const form = forms[2]!;
    const first = await recordAt(province(), { form, schoolId: secondSchool.id, since: early! });
    const second = await loadedAt(province(), { form, schoolId: school.id, since: late! });
    // The hub has said who else has the number: before, key data cannot be changed.
    await eventually(
      () => student(second),
      ({ claimNo }) => claimNo !== null,
    );
    const asked = { studentId: second.id };
    const { draft } = await json<{ draft: { id: string } }>(mine.post('/api/key-changes/look-up', asked));
    const owner = { ownerKind: 'key-change', ownerId: draft.id };
    await json(mine.upload('/api/evidence/upload', greyPng(9, 9), '户口簿.png', owner));
    await json(mine.post('/api/key-changes/start', { id: draft.id, values: { nationality: 'USA' } }));
    await groupOf(province(), [first, second]);
    const { id } = (await recordOf(second))!;
    const page = await groupPage(mine, id);
    const choice = page.members.find(({ isMine }) => isMine)!.choices.find(({ handling }) => handling === 'delete')!;
    expect(choice.reason).toContain('正在办理的“关键数据变更”');
    await json(evidenceFor(mine, id));
    const input = { id, revision: page.revision, handling: 'delete', note: '' };
    const refused = await mine.post('/api/problem-records/hand-in', input);
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('请先撤销或办结')]);
    expect((await student(second)).status).toBe('enrolled');
  });

  test('2.2 who is urged, and whose act the hub has refused, reads it on the home page', async () => {
    const [first, second] = await acrossProvinces(4);
    const theirs = await signedInAs(world.province('44'), `xj${guangdongSchool.id}`);
    const theirRecord = (await recordOf(first, '44'))!;
    const todo = () =>
      json<{ rows: ProblemTodoRow[]; refused: number; refusedRecord: string | null }>(
        mine.get('/api/problem-records/todo'),
      );
    const across = ({ rows }: { rows: ProblemTodoRow[] }) => rows.find(({ what }) => what === 'cross-province');
    expect(across(await todo())).toMatchObject({ total: 1, urged: 0 });
    await json(theirs.post('/api/problem-records/urge', { id: theirRecord.id, words: '请尽快' }));
    await eventually(todo, (told) => across(told)?.urged === 1);
    expect(await todo()).toMatchObject({ refused: 0, refusedRecord: null });
    // Handed in while the link is down, and a later record elsewhere has the turn meanwhile.
    world.loopback.cut('p-37');
    const { id } = (await recordOf(second))!;
    await handedInBy(mine, id, 'attest');
    const latest = { form: forms[4]!, schoolId: guangdongSchool.id, since: '2022-09-01T01:00:00.000Z' };
    await recordOf(await loadedAt(world.province('44').context, latest), '44');
    world.loopback.mend('p-37');
    await eventually(todo, ({ refused, refusedRecord }) => refused === 1 && refusedRecord === id);
  }, 60_000);
});
