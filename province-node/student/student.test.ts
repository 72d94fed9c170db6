import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TodoRow } from '../../contracts/application.ts';
import type { EvidenceFile } from '../../contracts/evidence.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { StudentRecord, StudentRow } from '../../contracts/student.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { listen, topicsIn } from '../../tests/http/listen.ts';
import { evidenceUploaded, handedIn, mended, photosOf, photoUploaded } from '../../tests/world/entry.ts';
import { greyPng, tinyJpeg } from '../../tests/world/pictures.ts';
import {
  checked,
  decided,
  json,
  registered,
  school,
  secondSchool,
  verifiable,
} from '../../tests/world/registration.ts';
import type { Page } from '../../tests/world/registration.ts';
import {
  applied,
  approvedByAll,
  atHub,
  becomes,
  decidedAtHub,
  deciders,
  enrolled,
  guangdongBureau,
  guangdongSchool,
  peoplePublished,
} from '../../tests/world/transfer.ts';
import { exported } from '../../tests/world/sheets.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

let world: World;
let registrar: Browser;
let arrivals: Browser;
const [moving, staying, turning] = verifiable(51, 3) as [StudentForm, StudentForm, StudentForm];
const registrarAccount = `xj${guangdongSchool.id}@44`;

beforeAll(async () => {
  world = await openWorld();
  await peoplePublished(world);
  registrar = await world.signIn(`xj${school.id}`);
  arrivals = await world.signIn(`xj${guangdongSchool.id}`);
  await handedInWithPicture(moving);
  await enrolled(world, [staying, turning]);
  await eventually(
    () => listed(registrar),
    ({ total }) => total === 3,
  );
}, 120_000);
afterAll(() => world.stop());

/** Returned once, mended with a picture, and waiting for review like the others. */
async function handedInWithPicture(pupil: StudentForm): Promise<void> {
  await registered(registrar, [pupil]);
  const row = await checked(registrar, pupil, 'passed');
  await json(decided(await world.signIn(`ld${school.id}`), row, 'return', '请补充户口簿'));
  const draft = await mended(registrar, row.id);
  await json(evidenceUploaded(registrar, row.id, tinyJpeg, '户口簿.jpg'));
  await json(photoUploaded(registrar, 'registration-photo', row.id, greyPng(300, 370)));
  await json(handedIn(registrar, draft, draft.form));
  await checked(registrar, pupil, 'passed');
}

const listed = (page: Browser, query: Record<string, string> = {}): Promise<Page<StudentRow>> =>
  json(page.get('/api/students', query));
const found = async (page: Browser, { idNumber }: StudentForm): Promise<StudentRow> =>
  (await listed(page, { idNumber: idNumber! })).rows[0]!;
const recordOf = (page: Browser, id: string): Promise<StudentRecord> => json(page.get('/api/students/one', { id }));
const picturesOf = async (page: Browser, ownerId: string): Promise<EvidenceFile[]> =>
  (await json<{ files: EvidenceFile[] }>(page.get('/api/evidence', { ownerKind: 'student', ownerId }))).files;
const turnsAt = async (account: string): Promise<TodoRow[]> =>
  (await json<{ rows: TodoRow[] }>((await world.signIn(account)).get('/api/transfer-turns'))).rows;
const movingAt = (page: Browser): Promise<{ unassigned: number; sealed: number }> =>
  json(page.get('/api/students/moving'));

describe('学生信息查询', () => {
  test('15.1 a school sees its pupils, and nobody a whole number', async () => {
    const { rows, total } = await listed(registrar);
    expect(total).toBe(3);
    const row = rows.find(({ name }) => name === moving.name)!;
    const { idNumber } = moving as { idNumber: string };
    expect(row).toMatchObject({ status: 'enrolled', custody: 'active', problem: false, departure: null });
    expect(row.idNumber).toBe(`${idNumber.slice(0, 6)}********${idNumber.slice(14)}`);
    expect(row.studentNumber).toBe(`G${row.idNumber}`);
    expect(row.className).toBe(`小学2026级${Number(moving.classNo)}班`);
  });

  test('15.1 each condition selects, alone and beside others, for a school and for the bureaus above it', async () => {
    const { classNo, idNumber, name } = staying as Required<StudentForm>;
    const bureau = { city: '370100', province: '370000' };
    const few: [Record<string, string>, number][] = [
      [{ idNumber }, 1],
      [{ studentNumber: `g${idNumber.toLowerCase()}` }, 1],
      [{ studentNumber: `G${idNumber}`, idNumber: moving.idNumber! }, 0],
      [{ name }, 1],
      [{ name, cohort: '2026' }, 1],
      [{ stage: 'primary' }, 3],
      [{ stage: 'senior' }, 0],
      [{ cohort: '2026' }, 3],
      [{ cohort: '2025', stage: 'primary' }, 0],
      [{ assigned: 'yes' }, 3],
      [{ assigned: 'no' }, 0],
      [{ status: 'enrolled', custody: 'active', problem: 'no' }, 3],
      [{ status: 'suspended' }, 0],
      [{ custody: 'moved-out' }, 0],
      [{ problem: 'yes' }, 0],
    ];
    for (const account of [school.id, school.parentId!, bureau.city, bureau.province]) {
      const page = await world.signIn(`xj${account}`);
      for (const [query, total] of few)
        expect((await listed(page, query)).total, `${account} ${JSON.stringify(query)}`).toBe(total);
      const ofSchool = await listed(page, { orgId: school.id, classNo: String(Number(classNo)), name });
      expect(ofSchool.rows.map((row) => row.name)).toEqual([name]);
    }
  });

  test('15.1 what would read a whole province is refused, with what to choose first', async () => {
    const province = await world.signIn('xj370000');
    expect(await (await province.get('/api/students', { classNo: '01' })).text()).toContain('请先在“学校或区域”中选择');
    expect(await (await province.get('/api/students', { name: '王' })).text()).toContain('姓名请至少输入两个字');
    expect(await (await registrar.get('/api/students', { cohort: '三年级' })).text()).toContain('四位的入学年份');
  });

  test('15.1 exports what the conditions select, masked, and says so in the audit log', async () => {
    const [line, ...others] = await exported(registrar, '/api/students', { name: staying.name! });
    expect([line, others]).toMatchObject([{ 学生姓名: staying.name, 学校名称: school.name, 学籍归属: '在籍' }, []]);
    expect(JSON.stringify(line)).not.toContain(staying.idNumber);
    expect(await notesOf('/api/students/export')).toEqual([expect.stringContaining('导出学生信息 1 人')]);
  });

  test('a school elsewhere sees neither the pupils, nor a record, nor its pictures', async () => {
    const { id } = await found(registrar, moving);
    for (const page of [await world.signIn(`xj${secondSchool.id}`), arrivals]) {
      expect((await listed(page)).total).toBe(0);
      expect((await listed(page, { orgId: school.id })).total).toBe(0);
      expect((await page.get('/api/students/one', { id })).status).toBe(404);
      expect((await page.post('/api/students/reveal', { id, reason: '核对' })).status).toBe(404);
      expect((await page.get('/api/evidence', { ownerKind: 'student', ownerId: id })).status).toBe(404);
    }
  });
});

/** Summaries of the audit entries of one endpoint, in their order. */
async function notesOf(action: string): Promise<string[]> {
  const entries = world.province('37').context.store.read.selectFrom('audit_entry').select('summary');
  return (await entries.where('action', '=', action).orderBy('at').execute()).map(({ summary }) => summary);
}

describe('one record', () => {
  test('15.1 shows the form in readable values, who decided, and the pictures; each look is entered', async () => {
    const { id } = await found(registrar, moving);
    const record = await recordOf(registrar, id);
    expect(await notesOf('/api/students/one')).toEqual([expect.stringContaining('查看学籍')]);
    const items = record.sections.flatMap((section) => section.items);
    expect(items).toContainEqual({ title: '性别', value: moving.sex === '1' ? '男' : '女' });
    expect(JSON.stringify(record)).not.toContain(moving.idNumber);
    expect(JSON.stringify(record)).not.toContain(moving.phone);
    expect(record.family[0]).toMatchObject({
      title: '家庭成员1',
      items: expect.arrayContaining([{ title: '姓名', value: moving.member1Name }]),
    });
    expect(record.events).toMatchObject([{ act: 'registered', schoolName: school.name, gradeName: '小学2026级' }]);
    const acts = record.events[0]!.steps.map(({ act }) => act);
    expect(acts.join()).toBe('submit,return,resubmit,approve,report,approve');
    expect((await picturesOf(registrar, id)).map(({ fileName }) => fileName)).toEqual(['户口簿.jpg']);
  });

  test('the numbers in full are given for a reason, which is kept', async () => {
    const { id } = await found(registrar, moving);
    expect((await registrar.post('/api/students/reveal', { id, reason: ' ' })).status).toBe(422);
    const shown = await json(registrar.post('/api/students/reveal', { id, reason: '家长办理转学，需学籍号' }));
    expect(shown).toEqual({ studentNumber: `G${moving.idNumber}`, idNumber: moving.idNumber });
    expect(await notesOf('/api/students/reveal')).toEqual(['查看完整号码，原因：家长办理转学，需学籍号']);
  });
});

const photoWidths = async (page: Browser, id: string): Promise<number[]> =>
  (await photosOf(page, 'student-photo', id)).map(({ width }) => width);

test('5.1 the photo of the registration is the record’s, until the school gives it another; nobody else can', async () => {
  const { id } = await found(registrar, moving);
  const upload = (page: Browser): Promise<Response> => photoUploaded(page, 'student-photo', id, greyPng(358, 441));
  expect(await photoWidths(registrar, id)).toEqual([300]);
  expect((await upload(arrivals)).status).toBe(404);
  expect((await upload(await world.signIn(`xj${school.parentId!}`))).status).toBe(403);
  const { id: photo } = await json<EvidenceFile>(upload(registrar));
  expect(await photoWidths(await world.signIn(`xj${school.parentId!}`), id)).toEqual([358]);
  await json(registrar.post('/api/evidence/remove', { id: photo }));
  expect(await photoWidths(registrar, id)).toEqual([300]);
  await json(upload(registrar));
  expect((await notesOf('/api/evidence/upload')).at(-1)).toBe('上传学籍照片 照片.png');
});

describe('a pupil who moves to another province', () => {
  test('18.1 whose turn it is on the unified platform sees it on the province’s home page, and nobody else', async () => {
    const id = await applied(await atHub(world, registrarAccount), turning);
    const waits = (account: string, total: number): Promise<TodoRow[]> =>
      eventually(
        () => turnsAt(account),
        (rows) => rows.reduce((sum, row) => sum + row.total, 0) === total,
      );
    const home = await listen(await world.signIn(`ld${guangdongSchool.id}`));
    const [row] = await waits(`ld${guangdongSchool.id}`, 1);
    expect(row).toMatchObject({
      kind: 'cross-province-transfer',
      late: 0,
      oldestDueOn: expect.stringMatching(/^\d{4}-/),
    });
    expect(await turnsAt(`ld${school.id}`)).toEqual([]);
    for (const [index, account] of deciders.entries()) {
      const here = account.split('@')[0]!;
      await waits(here, 1);
      if (index < deciders.length - 1) await json(decidedAtHub(await atHub(world, account), id));
      else await json(decidedAtHub(await atHub(world, account), id, 'return', '材料不全'));
      await waits(here, 0);
    }
    expect(topicsIn(home)).toContain('transfer-turns');
    expect(await turnsAt(`xj${guangdongBureau}`)).toEqual([]);
  }, 60_000);

  test('18.5 on the way it is read-only and says where to; then it is there, with everything, and here only to be read', async () => {
    const { id } = await found(registrar, moving);
    const applicant = await atHub(world, registrarAccount);
    const transfer = await applied(applicant, moving);
    world.loopback.cut('p-44');
    await approvedByAll(world, transfer);
    const sealed = await eventually(
      () => listed(registrar, { custody: 'sealed' }),
      ({ total }) => total === 1,
    );
    const going = { provinceName: '广东省', schoolName: guangdongSchool.name, transfer };
    expect(sealed.rows[0]).toMatchObject({ id, custody: 'sealed', departure: going });
    expect(await movingAt(registrar)).toEqual({ unassigned: 0, sealed: 1 });
    expect((await photoUploaded(registrar, 'student-photo', id, greyPng(310, 380))).status).toBe(409);
    expect((await recordOf(registrar, id)).student.departure).toMatchObject(going);
    world.loopback.mend('p-44');
    await becomes(applicant, transfer, 'closed');

    const arrived = await eventually(
      () => listed(arrivals, { assigned: 'no' }),
      ({ total }) => total === 1,
    );
    expect(arrived.rows[0]).toMatchObject({ id, className: null, custody: 'active', schoolName: guangdongSchool.name });
    expect(await movingAt(arrivals)).toEqual({ unassigned: 1, sealed: 0 });
    const there = await recordOf(arrivals, id);
    expect(there.events).toMatchObject([
      { act: 'transferred', schoolName: school.name, toSchoolName: guangdongSchool.name, toGradeName: '小学2026级' },
      { act: 'registered', schoolName: school.name, provinceName: '山东省' },
    ]);
    expect(there.events[1]!.steps).toHaveLength(6);
    const [picture] = await picturesOf(arrivals, id);
    expect(picture?.fileName).toBe('户口簿.jpg');
    const bytes = await arrivals.get('/api/evidence/file', { id: picture!.id });
    expect((await bytes.arrayBuffer()).byteLength).toBe(picture!.bytes);
    expect(await picturesOf(arrivals, id)).toHaveLength(1);
    expect(await photoWidths(arrivals, id)).toEqual([358]);
    await json(photoUploaded(arrivals, 'student-photo', id, greyPng(310, 380)));
    expect(await photoWidths(arrivals, id)).toEqual([310]);

    const here = await eventually(
      () => listed(registrar, { custody: 'moved-out' }),
      ({ total }) => total === 1,
    );
    expect(here.rows[0]).toMatchObject({ id, departure: { ...going, gradeName: '小学2026级' } });
    expect((await recordOf(registrar, id)).events[0]).toMatchObject({
      act: 'transferred',
      schoolName: school.name,
      toProvinceName: '广东省',
      toSchoolName: guangdongSchool.name,
    });
    expect(await movingAt(registrar)).toEqual({ unassigned: 0, sealed: 0 });
    for (const page of [await world.signIn(`xj${secondSchool.id}`), await world.signIn('xj440106')]) {
      expect((await listed(page)).total).toBe(0);
      expect((await page.get('/api/students/one', { id })).status).toBe(404);
      expect((await page.get('/api/evidence/file', { id: picture!.id })).status).toBe(404);
    }
  }, 60_000);
});
