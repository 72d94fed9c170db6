import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { formalNumber } from '../../contracts/people/student-number.ts';
import { listWaitingRegistrations } from '../../contracts/registration.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import {
  bureau,
  byNumber,
  checked,
  decideAll,
  decided,
  detailOf,
  json,
  otherSchool,
  pupils,
  registered,
  school,
  secondSchool,
  verifiable,
} from '../../tests/world/registration.ts';
import { exported, rowsOfFile } from '../../tests/world/sheets.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

let world: World;
let registrar: Browser;
let head: Browser;
let manager: Browser;
beforeAll(async () => {
  world = await openWorld();
  [registrar, head, manager] = await Promise.all([
    world.signIn(`xj${school.id}`),
    world.signIn(`ld${school.id}`),
    world.signIn(`xj${bureau}`),
  ]);
}, 60_000);
afterAll(() => world.stop());

const store = () => world.province('37').context.store;

describe('review of registrations', () => {
  test('1.10 refused it returns with the opinion; mended and uploaded again the pupil gets the identity back', async () => {
    const [pupil] = verifiable(21, 1);
    await registered(registrar, [pupil!]);
    const row = await checked(registrar, pupil!, 'passed');
    expect((await decided(head, row, 'return')).status).toBe(422);
    expect((await decided(head, row, 'return', '家庭住址请核实')).status).toBe(200);
    expect((await decided(head, row, 'return', '家庭住址请核实')).status).toBe(409);
    const { application } = await detailOf(registrar, row.id);
    expect(application.state).toBe('returned');
    expect(application.history.at(-1)).toMatchObject({ act: 'return', opinion: '家庭住址请核实' });

    await registered(registrar, [{ ...pupil!, address: '泉城路2号' }]);
    const again = await checked(registrar, pupil!, 'passed');
    expect(again.id).not.toBe(row.id);
    const claims = await world.hub.context.store.read.selectFrom('identity_claim').select('application').execute();
    const held = claims.map(({ application: id }) => id);
    expect(held).toContain(again.id);
    expect(held).not.toContain(row.id);
    await json(decided(head, again));
  }, 60_000);

  test('1.10 returned here, the identity is free for another province', async () => {
    const [pupil] = verifiable(22, 1);
    await registered(registrar, [pupil!]);
    await json(decided(head, await checked(registrar, pupil!, 'passed'), 'return', '应在外省就读'));
    const elsewhere = await world.signIn(`xj${otherSchool.id}`);
    await registered(elsewhere, [{ ...pupil!, schoolCode: otherSchool.id }]);
    expect(await checked(elsewhere, pupil!, 'passed', 'dedup-failed')).toMatchObject({ checkState: 'passed' });
  }, 60_000);

  test('1.13 a node that has not heard yet what it may have forgotten makes no record', async () => {
    const [pupil] = verifiable(27, 1);
    await registered(registrar, [pupil!]);
    await json(decided(head, await checked(registrar, pupil!, 'passed')));
    await json(decided(registrar, (await byNumber(registrar, pupil!))[0]!));
    const { messaging } = world.province('37').context;
    const agreed = vi.spyOn(messaging, 'hasAgreed').mockReturnValue(false);
    const refused = await decided(manager, (await byNumber(registrar, pupil!))[0]!);
    expect(await refused.json()).toMatchObject({ type: '/problems/not-agreed-with-hub' });
    agreed.mockRestore();
    expect((await decided(manager, (await byNumber(registrar, pupil!))[0]!)).status).toBe(200);
  }, 60_000);

  test('who submitted is never who reviews, by the rule and by the database', async () => {
    const [pupil] = verifiable(23, 1);
    await registered(registrar, [pupil!]);
    const row = await checked(registrar, pupil!, 'passed');
    // The same person as both: the database is told that the head submitted it.
    const submittedBy = (createdBy: string): Promise<unknown> =>
      store().decide((tx) => tx.updateTable('application').set({ createdBy }).where('id', '=', row.id).execute());
    await submittedBy(`ld${school.id}`);
    expect(await (await decided(head, row)).json()).toMatchObject({ type: '/problems/maker-is-checker' });
    const step = { act: 'approve' as const, orgId: school.id, orgName: '', personName: '', opinion: '', at: '' };
    const insert = (account: string, ordinal = 9): Promise<unknown> =>
      store().decide((tx) =>
        tx
          .insertInto('application_step')
          .values({ ...step, applicationId: row.id, ordinal, account })
          .execute(),
      );
    await expect(insert(`ld${school.id}`)).rejects.toThrow('maker is checker');
    await expect(insert('another')).resolves.toBeDefined();
    await store().decide((tx) =>
      tx
        .insertInto('application_step')
        .values({ ...step, act: 'resubmit', applicationId: row.id, ordinal: 10, account: 'mender' })
        .execute(),
    );
    await expect(insert('mender', 11)).rejects.toThrow('maker is checker');
    await submittedBy(`xj${school.id}`);
  }, 60_000);

  test('1.10 全部审核 leaves what cannot be decided; chosen by id each says why', async () => {
    const [good, waiting] = verifiable(24, 2);
    await registered(registrar, [good!, waiting!]);
    const [ready, blocked] = [await checked(registrar, good!, 'passed'), await checked(registrar, waiting!, 'passed')];
    await store().decide((tx) =>
      tx.updateTable('application').set({ blocked: 'checking' }).where('id', '=', blocked.id).execute(),
    );
    const ids = [ready.id, blocked.id, 'not-there'];
    expect(await decideAll(head, 'review', { ids })).toMatchObject({
      done: 3,
      failed: 2,
      failures: [
        { id: blocked.id, reason: '查重认证完成后才能办理' },
        { id: 'not-there', reason: '没有这项申请' },
      ],
    });
    const audit = await store()
      .read.selectFrom('audit_entry')
      .select('summary')
      .orderBy('position', 'desc')
      .executeTakeFirstOrThrow();
    expect(audit.summary).toBe('小学新生注册：通过 1 项');
    expect((await decideAll(head, 'review')).failed).toBe(0);
    expect((await byNumber(registrar, waiting!))[0]!.turnAct).toBe('review');
  }, 60_000);

  test('1.13 a formal number that another pupil still has refuses that one, and not the others', async () => {
    const [taken, free] = verifiable(25, 2);
    const second = await world.signIn(`xj${school.id}`);
    await registered(second, [taken!, free!]);
    for (const pupil of [taken!, free!]) await checked(registrar, pupil, 'passed');
    await decideAll(head, 'review');
    await decideAll(registrar, 'report');
    await giveAway(formalNumber(taken!.idNumber!));
    const ids = [(await byNumber(registrar, taken!))[0]!.id, (await byNumber(registrar, free!))[0]!.id];
    expect(await decideAll(manager, 'review', { ids })).toMatchObject({
      state: 'done',
      failed: 1,
      failures: [
        {
          id: ids[0],
          reason: expect.stringContaining(`正式学籍号已由${secondSchool.name} 王*明使用`),
        },
      ],
    });
    const [row] = await byNumber(manager, taken!);
    expect(row).toMatchObject({ state: 'in-review', studentNumber: null });
    expect(await (await decided(manager, row!)).json()).toMatchObject({ type: '/problems/number-taken' });
    expect((await byNumber(manager, free!))[0]).toMatchObject({ state: 'approved' });
  }, 60_000);

  test('whose details were read stands in the audit log', async () => {
    const [pupil] = pupils(26, 1);
    await registered(registrar, [pupil!]);
    const [row] = await byNumber(registrar, pupil!);
    await detailOf(manager, row!.id);
    const reads = await store()
      .read.selectFrom('audit_entry')
      .select(['account', 'subject'])
      .where('action', '=', '/api/registrations/one')
      .where('subject', '=', row!.id)
      .execute();
    expect(reads).toEqual([{ account: `xj${bureau}`, subject: row!.id }]);
  }, 60_000);

  test('1.15 the state in lists is the application’s', async () => {
    const rows = await eventually(
      () =>
        store()
          .read.selectFrom('registration')
          .innerJoin('application', 'application.id', 'registration.id')
          .select(['registration.state as listed', 'application.state'])
          .execute(),
      (all) => all.length > 0,
    );
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['in-review', 'returned', 'approved']));
    expect(rows.filter(({ listed, state }) => listed !== state)).toEqual([]);
  });

  test('1.15 the export has what the conditions select, numbers masked', async () => {
    const [pupil] = pupils(26, 1);
    const file = await manager.get('/api/registrations/export', { name: pupil!.name! });
    const [header, ...lines] = await rowsOfFile(file, '学籍注册列表');
    expect(header).toContain('查重认证状态');
    expect(lines.map(([name]) => name)).toEqual(lines.map(() => pupil!.name));
    const [row] = await byNumber(registrar, pupil!);
    expect(lines.flat()).toContain(row!.idNumber);
    expect(lines.flat()).not.toContain(pupil!.idNumber);
  }, 60_000);

  test('1.10 what was returned is exported with the opinion', async () => {
    const lines = await exported(registrar, '/api/registrations/waiting', { act: 'mend' });
    const { rows } = listWaitingRegistrations.output.parse(
      await json(registrar.get('/api/registrations/waiting', { act: 'mend' })),
    );
    expect(rows).not.toEqual([]);
    expect(lines.map(({ 学生姓名, 身份证件号, 退回意见 }) => [学生姓名, 身份证件号, 退回意见])).toEqual(
      rows.map(({ name, idNumber, returnedWith }) => [name, idNumber, returnedWith]),
    );
  });
});

/** A pupil of the second school keeps this number from before the id changed. */
async function giveAway(studentNumber: string): Promise<void> {
  await store().decide(async (tx) => {
    const pupil = { name: '王小明', sex: '1', birthDate: '2020-01-01', idType: '1', cohort: 2026, classNo: '01' };
    const record = { idNumberMasked: '', idFingerprint: null, problem: 0, claimNo: null };
    const student = { ...pupil, ...record, id: 'kept', studentNumber, schoolId: secondSchool.id, version: 1 };
    await tx
      .insertInto('student')
      .values({
        ...student,
        idCategory: 'resident',
        stage: 'primary',
        status: 'enrolled',
        createdAt: '',
        changedAt: '',
      })
      .execute();
  });
}
