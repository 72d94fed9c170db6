import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StudentRecord } from '../../contracts/student.ts';
import { json, signedInAs } from '../../deploy/demo/browser.ts';
import { verifiable, school, checked, registered } from '../../tests/world/registration.ts';
import {
  applied,
  approvedByAll,
  atHub,
  becomes,
  caseOf,
  decidedAtHub,
  deciders,
  enrolled,
  enrolmentDeciders,
  graduated,
  guangdongSchool,
  juniorSchool,
  lookedUp,
  peoplePublished,
  rowsOf,
  seniorSchool,
} from '../../tests/world/transfer.ts';
import { exported } from '../../tests/world/sheets.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { transferKindTitles } from '../../contracts/transfer-rules.ts';
import type { TransferCertificate } from '../../contracts/transfer-certificate.ts';
import { verifyCase } from '../case-bundle/verify.ts';

let world: World;
const pupils = verifiable(41, 9);
const registrarAccount = `xj${guangdongSchool.id}@44`;

beforeAll(async () => {
  world = await openWorld();
  await peoplePublished(world);
  await enrolled(world, pupils);
}, 60_000);
afterAll(() => world.stop());

const student = (code: string, studentNumber: string) =>
  world
    .province(code)
    .context.store.read.selectFrom('student')
    .selectAll()
    .where('studentNumber', '=', studentNumber)
    .executeTakeFirst();

describe('a cross-province transfer', () => {
  test('is decided by both sides, and the record is handed over by itself', async () => {
    const pupil = pupils[0]!;
    const number = `G${pupil.idNumber}`;
    const registrar = await atHub(world, registrarAccount);
    const id = await applied(registrar, pupil);
    expect((await caseOf(registrar, id)).application?.chain.map(({ orgName }) => orgName)).toHaveLength(4);
    await approvedByAll(world, id);
    const ended = await becomes(registrar, id, 'closed');

    expect(ended.waitingFor.what).toBe('nothing');
    expect(ended.steps.filter(({ state }) => state === 'done')).toHaveLength(6);
    expect(ended.pipe.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['通知转出省封存学籍', '转入省学籍已启用', '转出省学籍已移出']),
    );
    // Each has its tick, also those whose receipts come a moment later.
    await eventually(
      () => caseOf(registrar, id),
      ({ pipe }) => pipe.every(({ outcome }) => outcome === 'applied'),
    );
    const [before, after] = [await student('37', number), await student('44', number)];
    expect(before).toMatchObject({ custody: 'moved-out', epoch: 1, version: 1 });
    expect(after).toMatchObject({ custody: 'active', epoch: 1, version: 2, schoolId: guangdongSchool.id, classNo: '' });
    expect(after?.id).toBe(before?.id);
    const { read } = world.hub.context.store;
    const record = await eventually(
      () =>
        read.selectFrom('national_record').selectAll().where('studentNumber', '=', number).executeTakeFirstOrThrow(),
      (row) => row.version === 2,
    );
    expect(record).toMatchObject({ province: 'p-44', schoolId: guangdongSchool.id });
    const claim = await read
      .selectFrom('identity_claim')
      .selectAll()
      .where('studentNumber', '=', number)
      .executeTakeFirst();
    expect(claim?.province).toBe('p-44');
    expect(await read.selectFrom('index_alarm').selectAll().execute()).toEqual([]);
  });

  test('names what stands against it before anything is typed', async () => {
    const pupil = pupils[1]!;
    const own = await atHub(world, `xj${school.id}@37`);
    expect((await lookedUp(own, pupil)).blockers).toMatchObject([{ code: 'same-province' }]);
    const registrar = await atHub(world, registrarAccount);
    expect((await lookedUp(registrar, pupil)).blockers).toEqual([]);
    expect((await lookedUp(registrar, { ...pupil, name: '王不对' })).blockers).toMatchObject([
      { code: 'no-such-pupil' },
    ]);
    const graduates = await lookedUp(registrar, pupil, 'cross-province-enrolment');
    expect(graduates.blockers).toMatchObject([{ code: 'status-not-allowed' }]);
    await applied(registrar, pupil);
    expect((await lookedUp(registrar, pupil)).blockers).toMatchObject([{ code: 'transfer-under-way', passing: true }]);
  });

  test('ends with the opinion of who refuses it, and the pupil can be applied for again', async () => {
    const pupil = pupils[2]!;
    const registrar = await atHub(world, registrarAccount);
    const id = await applied(registrar, pupil);
    await json(decidedAtHub(await atHub(world, deciders[0]), id, 'return', '没有学位'));
    const { transfer, application, waitingFor } = await caseOf(registrar, id);
    expect(transfer).toMatchObject({ state: 'refused', turn: null });
    expect(application?.history.at(-1)).toMatchObject({ act: 'return', opinion: '没有学位' });
    expect(waitingFor.what).toBe('nothing');
    expect((await lookedUp(registrar, pupil)).blockers).toEqual([]);
  });

  test('is decided by nobody out of turn, and seen by nobody else', async () => {
    const registrar = await atHub(world, registrarAccount);
    const id = await applied(registrar, pupils[3]!);
    const origin = await atHub(world, deciders[2]);
    expect((await caseOf(origin, id)).application?.mayDecide).toBe(false);
    expect((await decidedAtHub(origin, id)).status).toBe(409);
    const others = await atHub(world, `xj${guangdongSchool.parentId === '440104' ? '440106' : '440104'}@44`);
    expect((await others.get('/api/transfers/one', { id })).status).toBe(404);
    expect(await rowsOf(others)).toEqual([]);
    const ministry = await world.signIn('jyb001');
    expect((await rowsOf(ministry)).map((row) => row.id)).toContain(id);
    expect((await rowsOf(origin, { direction: 'out' })).map((row) => row.id)).toContain(id);
    expect(await rowsOf(origin, { direction: 'in' })).toEqual([]);
  });

  test('is withdrawn by who applied, until it is handed over', async () => {
    const registrar = await atHub(world, registrarAccount);
    const id = await applied(registrar, pupils[4]!);
    const withdrawn = await json(registrar.post('/api/transfers/withdraw', { id, reason: '家长改变主意' }));
    expect(withdrawn).toMatchObject({ state: 'withdrawn' });
    expect((await registrar.post('/api/transfers/withdraw', { id, reason: '再来一次' })).status).toBe(409);
  });

  test('withdrawn while the record is on its way: the origin has it back', async () => {
    const pupil = pupils[4]!;
    const registrar = await atHub(world, registrarAccount);
    const id = await applied(registrar, pupil);
    for (const account of deciders.slice(0, 3)) await json(decidedAtHub(await atHub(world, account), id));
    // The last approval and the withdrawal come before the origin can have answered.
    const last = await atHub(world, deciders[3]);
    const { application } = await caseOf(last, id);
    const [, withdrawn] = await Promise.all([
      last.post('/api/applications/decide', { id, revision: application?.revision, decision: 'approve', opinion: '' }),
      registrar.post('/api/transfers/withdraw', { id, reason: '不转了' }),
    ]);
    expect(withdrawn.ok).toBe(true);
    await becomes(registrar, id, 'withdrawn');
    expect(await student('37', `G${pupil.idNumber}`)).toMatchObject({ custody: 'active', epoch: 0 });
    expect(await student('44', `G${pupil.idNumber}`)).toBeUndefined();
    expect((await lookedUp(registrar, pupil)).blockers).toEqual([]);
  });

  test('kept until nothing stands against it, it begins by itself', async () => {
    const pupil = pupils[5]!;
    const registrar = await atHub(world, registrarAccount);
    const first = await applied(registrar, pupil);
    const { id } = await lookedUp(registrar, pupil);
    const asked = { id, stage: 'primary', cohort: 2026, reason: 'household' };
    const refused = await registrar.post('/api/transfers/start', asked);
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('已为该生申请转学');
    expect(await json(registrar.post('/api/transfers/start', { ...asked, park: true }))).toMatchObject({
      state: 'parked',
    });
    expect((await caseOf(registrar, id)).blockers).toMatchObject([{ code: 'transfer-under-way' }]);
    await json(registrar.post('/api/transfers/withdraw', { id: first, reason: '改用另一份申请' }));
    expect((await caseOf(registrar, id)).transfer.state).toBe('in-review');
  });

  test('is approved while both provinces are away; the record follows when they are back', async () => {
    const pupil = pupils[6]!;
    const registrar = await atHub(world, registrarAccount);
    const id = await applied(registrar, pupil);
    for (const node of ['p-37', 'p-44'] as const) world.loopback.cut(node);
    await approvedByAll(world, id);
    expect((await caseOf(registrar, id)).transfer).toMatchObject({ state: 'sealing', turn: '山东省节点' });
    world.loopback.mend('p-37');
    await becomes(registrar, id, 'copying');
    world.loopback.mend('p-44');
    await becomes(registrar, id, 'closed');
    expect(await student('44', `G${pupil.idNumber}`)).toMatchObject({ custody: 'active' });
  });

  test('18.6 a graduate of junior school enrols elsewhere: the school that was left is not asked, the record follows', async () => {
    const pupil = pupils[8]!;
    await graduated(world, pupil);
    // A primary school does not take them, nor does anybody by a transfer.
    const kind = 'cross-province-enrolment';
    const primary = await lookedUp(await atHub(world, registrarAccount), pupil, kind);
    expect(primary.blockers).toMatchObject([{ code: 'stage-not-taught' }]);
    const registrar = await atHub(world, `xj${seniorSchool.id}@44`);
    expect((await lookedUp(registrar, pupil)).blockers).toMatchObject([{ code: 'status-not-allowed' }]);
    const { id, blockers, grades } = await lookedUp(registrar, pupil, kind);
    expect({ blockers, stages: new Set(grades.map(({ stage }) => stage)) }).toEqual({
      blockers: [],
      stages: new Set(['senior']),
    });
    await json(registrar.post('/api/transfers/start', { id, ...grades[0], reason: 'graduated' }));
    const { application, transfer } = await caseOf(registrar, id);
    expect(transfer.kind).toBe(kind);
    const log = world.hub.context.store.read.selectFrom('audit_entry').select('summary').where('subject', '=', id);
    expect((await log.execute()).map(({ summary }) => summary)).toEqual(['申请毕业后跨省就学', '查看毕业后跨省就学']);
    expect(application?.chain.map(({ orgId }) => orgId)).toEqual([
      seniorSchool.id,
      seniorSchool.parentId,
      juniorSchool.parentId,
    ]);
    for (const account of enrolmentDeciders) {
      const page = await atHub(world, account);
      const waiting = await json<{ rows: { id: string }[] }>(page.get('/api/transfers/waiting', { kind }));
      expect(waiting.rows.map((row) => row.id)).toEqual([id]);
      if (account === enrolmentDeciders[0]) {
        const line = {
          业务: transferKindTitles[kind],
          姓名: pupil.name,
          转出省份: '山东省',
          转入学校: seniorSchool.name,
        };
        expect(await exported(page, '/api/transfers/waiting', { kind })).toMatchObject([line]);
        expect(await exported(page, '/api/transfers', { kind, name: pupil.name! })).toMatchObject([
          { ...line, 状态: '核办中' },
        ]);
      }
      await json(decidedAtHub(page, id));
    }
    await becomes(registrar, id, 'closed');
    const arrived = (await student('44', `G${pupil.idNumber}`))!;
    const at = { schoolId: seniorSchool.id, stage: 'senior', cohort: grades[0]!.cohort, classNo: '' };
    expect(arrived).toMatchObject({ ...at, status: 'enrolled', custody: 'active', epoch: 1 });
    expect(await student('37', `G${pupil.idNumber}`)).toMatchObject({ custody: 'moved-out', status: 'graduated' });
    const home = await signedInAs(world.province('44'), `xj${seniorSchool.id}`);
    const record = await json<StudentRecord>(home.get('/api/students/one', { id: arrived.id }));
    expect(record.events[0]).toMatchObject({ schoolName: juniorSchool.name, toSchoolName: seniorSchool.name });
    expect(record.events[0]!.steps.map(({ act }) => act)).toEqual([
      'submit',
      ...enrolmentDeciders.map(() => 'approve'),
    ]);
  });

  test('a pupil who has left cannot be registered at the origin again', async () => {
    const gone = pupils[0]!;
    const page = await world.signIn(`xj${school.id}`);
    await registered(page, [gone]);
    expect((await checked(page, gone, 'dedup-failed')).holder?.provinceName).toBe('广东省');
  });

  test('the bundle of every case is whole, however far it has come and however it ended', async () => {
    const ministry = await world.signIn('jyb001');
    const states = new Set<string>();
    for (const { id, state } of await rowsOf(ministry)) {
      const answer = await ministry.get('/api/transfers/bundle', { id });
      const { flaw, about } = verifyCase(Buffer.from(await answer.arrayBuffer()));
      expect({ state: about?.state, flaw }).toEqual({ state, flaw: null });
      states.add(state);
    }
    expect([...states].toSorted()).toEqual(['closed', 'in-review', 'refused', 'withdrawn']);
  });
});

describe('the certificate of a transfer (18.8)', () => {
  test('is given once the record is handed over, and its code proves it to anybody', async () => {
    const registrar = await atHub(world, registrarAccount);
    const rows = await rowsOf(registrar);
    expect(JSON.stringify(rows)).not.toMatch(/\d{17}[\dX]/);
    const idOf = (state: string): string => rows.find((row) => row.state === state)!.id;
    const refused = await registrar.get('/api/transfers/certificate', { id: idOf('in-review') });
    expect(await refused.json()).toMatchObject({ detail: '目前“核办中”，调档完毕后才能打印办理证明' });
    const id = idOf('closed');
    const origin = await atHub(world, deciders[2]);
    const paper = await json<TransferCertificate>(origin.get('/api/transfers/certificate', { id }));
    expect(paper.steps.map(({ title }) => title)).toEqual(['提交申请', ...Array<string>(4).fill('核办通过')]);
    expect(await json(registrar.get('/api/transfers/certificate', { id }))).toEqual(paper);
    // Of another county, as it was typed from the paper.
    const stranger = await atHub(world, 'xj440106@44');
    const typed = { id: id.toUpperCase(), checkCode: paper.checkCode.toLowerCase().replaceAll('-', ' ') };
    expect(await json(stranger.post('/api/transfers/certificate/check', typed))).toEqual(paper);
    const other = paper.checkCode.startsWith('0') ? '1' : '0';
    for (const wrong of [{ checkCode: other + paper.checkCode.slice(1) }, { id: idOf('in-review') }])
      expect((await stranger.post('/api/transfers/certificate/check', { ...typed, ...wrong })).status).toBe(404);
    expect((await stranger.post('/api/transfers/certificate/check', { id, checkCode: 'U' })).status).toBe(422);
  });
});
