import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyChangeDetail } from '../../contracts/key-change.ts';
import type { ProblemTodoRow } from '../../contracts/problem-record.ts';
import type { StudentRecord } from '../../contracts/student.ts';
import { signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import {
  decidedBy,
  evidenceFor,
  groupOf,
  groupPage,
  handedInBy,
  recordAt,
  recordsOf,
  turnsAt,
} from '../../tests/world/problems.ts';
import { greyPng } from '../../tests/world/pictures.ts';
import { json, school, secondSchool, verifiable } from '../../tests/world/registration.ts';
import { exported } from '../../tests/world/sheets.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import type { Province } from '../context.ts';
import { changeStudent } from '../student/change.ts';
import type { StudentTable } from '../student/table.ts';

/** Of another county of the same city: then the city's bureau arbitrates. */
const farSchool = demoOrgs(demoProvinces[0]).find(({ name }) => name === '市中区实验小学')!;
const [early, middle, late] = ['2019-09-01', '2020-09-01', '2021-09-01'].map((day) => `${day}T01:00:00.000Z`);

let world: World;
let province: Province;
const forms = verifiable(71, 12);
const people = new Map<string, Browser>();
const as = async (account: string): Promise<Browser> => {
  const known = people.get(account) ?? (await signedInAs(world.province('37'), account));
  people.set(account, known);
  return known;
};
const registrar = (at = school): Promise<Browser> => as(`xj${at.id}`);
beforeAll(async () => {
  world = await openWorld(['37']);
  province = world.province('37').context;
}, 60_000);
afterAll(() => world.stop());

/** Two records of one number: the earlier at `school`, the later at `at`. */
async function pair(index: number, at = secondSchool): Promise<[StudentTable, StudentTable]> {
  const form = forms[index]!;
  const first = await recordAt(province, { form, schoolId: school.id, since: early! });
  const second = await recordAt(province, { form, schoolId: at.id, since: late! });
  await groupOf(province, [first, second]);
  return [first, second];
}
const recordIdOf = async ({ id }: StudentTable): Promise<string> =>
  (
    await province.store.read
      .selectFrom('problem_record')
      .select('id')
      .where('studentId', '=', id)
      .executeTakeFirstOrThrow()
  ).id;
const student = ({ id }: StudentTable) =>
  province.store.read.selectFrom('student').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
async function approved(handling: string, at = school): Promise<void> {
  for (const account of [`ld${at.id}`, `xj${at.parentId}`]) await json(decidedBy(await as(account), handling));
}

describe('省内问题学籍', () => {
  test('2.1, 2.2 the one registered later handles first; the other side sees it and may urge, once a working day', async () => {
    const [first, second] = await pair(0);
    expect([(await student(first)).problem, (await student(second)).problem]).toEqual([1, 1]);
    const [mine, other] = [await registrar(), await registrar(secondSchool)];
    expect(await turnsAt(mine)).toEqual([]);
    expect((await turnsAt(other)).map(({ studentId, locked }) => [studentId, locked])).toEqual([[second.id, false]]);
    const todo = await json<{ rows: ProblemTodoRow[] }>(other.get('/api/problem-records/todo'));
    expect(todo.rows).toMatchObject([{ what: 'in-province', total: 1, late: 0 }]);
    const seen = await groupPage(mine, await recordIdOf(first));
    expect(seen).toMatchObject({ state: 'open', turnName: `山东省 ${secondSchool.name}`, reasonAgainstUrging: null });
    expect(seen.members.find(({ isMine }) => isMine)!.choices[0]!.reason).toContain('轮到对方');
    const urge = (page: Browser, id: string) => page.post('/api/problem-records/urge', { id, words: '请尽快核对' });
    await json(urge(mine, await recordIdOf(first)));
    expect(await (await urge(mine, await recordIdOf(first))).text()).toContain('已催办过');
    expect(await (await urge(other, await recordIdOf(second))).text()).toContain('轮到本校处理');
    expect((await groupPage(other, await recordIdOf(second))).events.at(-1)).toMatchObject({
      act: 'urge',
      orgName: school.name,
      opinion: '请尽快核对',
    });
  });

  test('2.4–2.6 handed in with evidence, reviewed by head and bureau; sent back it is the school’s turn again', async () => {
    const [first, second] = await pair(1);
    const [other, id] = [await registrar(secondSchool), await recordIdOf(second)];
    expect(await exported(other, '/api/problem-records/turns', { reach: 'in-province' })).toContainEqual(
      expect.objectContaining({ 学校名称: secondSchool.name, 学生姓名: second.name, 处理状态: '待处理' }),
    );
    const { revision } = await groupPage(other, id);
    const handIn = (page: Browser, of: string, more = {}): Promise<Response> =>
      page.post('/api/problem-records/hand-in', { id: of, revision, handling: 'attest', ...more });
    expect(await (await handIn(other, id)).text()).toContain('请先上传证明材料');
    expect((await evidenceFor(await registrar(), await recordIdOf(first))).status).toBe(409);
    // Who has the turn gives its evidence; the other side looks.
    expect((await evidenceFor(await registrar(), id)).status).toBe(404);
    await json(evidenceFor(other, id));
    expect((await handIn(other, id, { revision: revision - 1 })).status).toBe(409);
    expect(await (await handIn(await registrar(), await recordIdOf(first))).text()).toContain('轮到对方');
    const { applicationId } = await json<{ applicationId: string }>(handIn(other, id));
    expect(await json(handIn(other, id))).toEqual({ applicationId });
    expect((await evidenceFor(other, id)).status).toBe(409);
    const head = await as(`ld${secondSchool.id}`);
    const reviews = await json<{ rows: { applicationId: string }[] }>(
      head.get('/api/problem-records/reviews', { reach: 'in-province', handling: 'attest', locked: 'yes' }),
    );
    expect(reviews.rows).toMatchObject([{ applicationId }]);
    expect(await exported(head, '/api/problem-records/reviews', { reach: 'in-province' })).toMatchObject([
      { 学校名称: secondSchool.name, 处理方式: '佐证', 处理状态: '审核中' },
    ]);
    await json(decidedBy(head, applicationId, 'return', '证明材料不清楚'));
    const again = await groupPage(other, id);
    expect(again.events.at(-1)).toMatchObject({ act: 'return', opinion: '证明材料不清楚' });
    expect(again.members.find(({ isMine }) => isMine)).toMatchObject({
      state: 'waiting',
      isTurn: true,
      pictures: [{}],
    });
    const next = await handedInBy(other, id, 'attest');
    const withdraw = () => other.post('/api/problem-records/withdraw', { id, reason: '材料有误' });
    await json(withdraw());
    expect(await (await withdraw()).text()).toContain('没有正在审核');
    await approved(await handedInBy(other, id, 'attest'), secondSchool);
    expect(next).not.toBe(applicationId);
    expect((await turnsAt(await registrar())).map(({ studentId }) => studentId)).toContain(first.id);
  });

  test('2.5, 2.6 删除: the record leaves every list and stays readable; the other side is attested by itself', async () => {
    const [first, second] = await pair(2);
    const [other, id] = [await registrar(secondSchool), await recordIdOf(second)];
    await approved(await handedInBy(other, id, 'delete'), secondSchool);
    expect(await student(second)).toMatchObject({ status: 'deleted', problem: 0 });
    expect(await student(first)).toMatchObject({ status: 'enrolled', problem: 0 });
    const listed = await json<{ rows: { id: string }[] }>(other.get('/api/students', { name: second.name }));
    expect(listed.rows).toEqual([]);
    const record = await json<StudentRecord>(other.get('/api/students/one', { id: second.id }));
    expect(record.events).toMatchObject([{ act: 'deleted', steps: [{ act: 'submit' }, {}, {}] }]);
    const group = await groupPage(await registrar(), await recordIdOf(first));
    expect([group.state, group.events.slice(-3).map(({ act }) => act)]).toEqual([
      'closed',
      ['carry-out', 'cleared', 'closed'],
    ]);
    expect(await recordsOf(other, { handling: 'delete', standing: 'deleted', type: 'held-twice' })).toHaveLength(1);
  });

  test('2.7 both 佐证: the nearest common superior decides with grounds, and the loser has two choices', async () => {
    const [first, second] = await pair(3, farSchool);
    const [mine, far] = [await registrar(), await registrar(farSchool)];
    const [mineId, farId] = [await recordIdOf(first), await recordIdOf(second)];
    await approved(await handedInBy(far, farId, 'attest'), farSchool);
    await approved(await handedInBy(mine, mineId, 'attest'));
    const city = `xj${school.parentId!.slice(0, 4)}00`;
    const waiting = await json<{ rows: { id: string; groupId: string }[] }>(
      (await as(city)).get('/api/problem-records/arbitrations'),
    );
    expect(waiting.rows).toHaveLength(1);
    expect(await exported(await as(city), '/api/problem-records/arbitrations')).toMatchObject([
      { 学生姓名: first.name, 学校名称: expect.stringContaining(farSchool.name), 状态: '待仲裁' },
    ]);
    const { revision, members } = await groupPage(await as(city), waiting.rows[0]!.id);
    expect(members.map(({ state, pictures }) => [state, pictures.length])).toEqual([
      ['attested', 1],
      ['attested', 1],
    ]);
    const opinions = [
      { studentId: first.id, opinion: '户籍信息一致' },
      { studentId: second.id, opinion: '户籍不在本地' },
    ];
    const decision = { id: mineId, revision, winner: first.id, opinions };
    const arbitrate = async (account: string, more = {}): Promise<Response> =>
      (await as(account)).post('/api/problem-records/arbitrate', { ...decision, ...more });
    expect(await (await arbitrate(`xj${school.parentId}`)).text()).toContain('仲裁');
    expect((await arbitrate(city, { opinions: opinions.slice(1) })).status).toBe(422);
    await json(arbitrate(city));
    expect((await arbitrate(city)).status).toBe(409);
    expect([(await student(first)).problem, (await student(second)).problem]).toEqual([0, 1]);
    const lost = (await groupPage(far, farId)).members.find(({ isMine }) => isMine)!;
    expect(lost).toMatchObject({ lost: true, isTurn: true });
    expect(lost.choices.map(({ handling, reason }) => [handling, reason])).toEqual([
      ['change', null],
      ['attest', '仲裁不通过，只能选择变更或删除'],
      ['delete', null],
    ]);
    await approved(await handedInBy(far, farId, 'delete'), farSchool);
    expect((await groupPage(mine, mineId)).state).toBe('closed');
  });

  test('2.9 three records, one of them in two groups: its deletion leaves both, and the others go on', async () => {
    const form = forms[4]!;
    const at = (schoolId: string, since: string) => recordAt(province, { form, schoolId, since });
    const three = [
      await at(school.id, early!),
      await at(school.id, middle!),
      await at(secondSchool.id, late!),
    ] as const;
    await groupOf(province, three);
    await groupOf(province, [three[2]], 'name-mismatch');
    const other = await registrar(secondSchool);
    const mine = (await turnsAt(other)).filter(({ studentId }) => studentId === three[2].id);
    expect(mine).toHaveLength(2);
    await approved(
      await handedInBy(other, mine.find(({ kind }) => kind === 'name-mismatch')!.id, 'delete'),
      secondSchool,
    );
    const left = await recordsOf(other, { standing: 'deleted', name: form.name! });
    expect(left.map(({ groupState }) => groupState).toSorted()).toEqual(['closed', 'open']);
    expect((await turnsAt(await registrar())).filter(({ name }) => name === form.name)).toMatchObject([
      { studentId: three[1].id },
    ]);
    expect((await student(three[0])).problem).toBe(1);
  });

  test('2.3 变更 is a key-data change that carries its group; without it a problem record is not changed (F47)', async () => {
    const { idNumber: _number, ...undocumented } = { ...forms[6]!, idType: 'Z' };
    const first = await recordAt(province, { form: undocumented, schoolId: school.id, since: early! });
    const second = await recordAt(province, { form: undocumented, schoolId: secondSchool.id, since: late! });
    const groupId = await groupOf(province, [first, second], 'same-person');
    const [other, id] = [await registrar(secondSchool), await recordIdOf(second)];
    const lookUp = (more = {}) =>
      json<{ reasons: string[]; draft: { id: string } }>(
        other.post('/api/key-changes/look-up', { studentId: second.id, ...more }),
      );
    expect((await lookUp()).reasons[0]).toContain('问题学籍');
    const problem = { groupId, revision: (await groupPage(other, id)).revision };
    const { draft } = await lookUp({ problem });
    const owner = { ownerKind: 'key-change', ownerId: draft.id };
    await json(other.upload('/api/evidence/upload', greyPng(9, 9), '出生证明.png', owner));
    const start = (values: object, of: object | undefined = problem): Promise<Response> =>
      other.post('/api/key-changes/start', { id: draft.id, values, problem: of });
    expect(await (await start({ classNo: '02' })).text()).toContain('不能解决这个问题');
    expect((await start({ birthDate: '2015-03-04' }, { ...problem, revision: 99 })).status).toBe(409);
    const stamp = async () => (await json<{ stamp: string }>(other.get('/api/problem-records/progress', { id }))).stamp;
    expect(await stamp()).toBe((await groupPage(other, id)).stamp);
    const before = await stamp();
    await json(start({ birthDate: '2015-03-04' }));
    expect(await stamp()).not.toBe(before);
    expect((await groupPage(other, id)).members.find(({ isMine }) => isMine)).toMatchObject({ state: 'in-review' });
    expect((await evidenceFor(other, id)).status).toBe(409);
    // The school of the other record looks at the pictures of the change, and nobody else.
    const seen = await groupPage(await registrar(), await recordIdOf(first));
    const [picture] = seen.members.find(({ isMine }) => !isMine)!.pictures;
    expect(picture?.fileName).toBe('出生证明.png');
    const asked = { id: picture!.id };
    expect((await (await registrar()).get('/api/evidence/file', asked)).status).toBe(200);
    expect((await (await registrar()).post('/api/evidence/remove', asked)).status).toBe(404);
    expect((await (await registrar(farSchool)).get('/api/evidence/file', asked)).status).toBe(404);
    for (const account of [`ld${secondSchool.id}`, `xj${secondSchool.parentId}`]) {
      const page = await as(account);
      const change = await json<KeyChangeDetail>(page.get('/api/key-changes/one', { id: draft.id }));
      const { revision } = change.application;
      await json(page.post('/api/applications/decide', { id: draft.id, revision, decision: 'approve', opinion: '' }));
    }
    expect(await student(second)).toMatchObject({ birthDate: '2015-03-04', problem: 0 });
    const ended = await groupPage(await registrar(), await recordIdOf(first));
    expect([ended.state, ended.members.map(({ state }) => state).toSorted()]).toEqual([
      'closed',
      ['changed', 'cleared'],
    ]);
  });

  test('2.4 a school that has just transferred the pupil away is told where it went; the new school handles it', async () => {
    const [, second] = await pair(6);
    const [before, id] = [await registrar(secondSchool), await recordIdOf(second)];
    const { revision } = await groupPage(before, id);
    await json(evidenceFor(before, id));
    const to = { schoolId: farSchool.id, stage: 'primary', cohort: 2022, classNo: '', status: 'enrolled' } as const;
    await province.store.decide((tx) => changeStudent(province, tx, second.id, { openBusiness: null, to }));
    const input = { id, revision, handling: 'attest' };
    const refused = await before.post('/api/problem-records/hand-in', input);
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining(`已转到${farSchool.name}`)]);
    expect((await evidenceFor(before, id)).status).toBe(404);
    const far = await registrar(farSchool);
    await handedInBy(far, id, 'attest');
    expect((await turnsAt(before)).map(({ studentId }) => studentId)).not.toContain(second.id);
    expect((await recordsOf(far)).map(({ studentId }) => studentId)).toContain(second.id);
  });

  test('2.8 whoever has no record of the group does not see it; the list is exported', async () => {
    const [first] = await pair(5);
    const far = await registrar(farSchool);
    expect((await far.get('/api/problem-records/one', { id: await recordIdOf(first) })).status).toBe(404);
    const file = await (await registrar()).get('/api/problem-records/export', { reach: 'in-province' });
    expect(file.status).toBe(200);
    expect(await recordsOf(far, { reach: 'cross-province' })).toEqual([]);
  });
});
