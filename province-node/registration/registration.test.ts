import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InboxRow } from '../../contracts/application.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import type { RegistrationRow } from '../../contracts/registration.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import {
  bureau,
  byNumber,
  checked,
  decideAll,
  json,
  list,
  otherSchool,
  pupils,
  registered,
  school,
  uploaded,
} from '../../tests/world/registration.ts';
import type { Page } from '../../tests/world/registration.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

let world: World;
let registrar: Browser;
let head: Browser;
beforeAll(async () => {
  world = await openWorld();
  registrar = await world.signIn(`xj${school.id}`);
  head = await world.signIn(`ld${school.id}`);
}, 60_000);
afterAll(() => world.stop());

/** Lists show the number of a formal one masked. */
const isOf = ({ name, idNumber }: StudentForm, row: RegistrationRow): boolean =>
  name === row.name && row.studentNumber === maskStudentNumber(`G${idNumber}`);

describe('registration of first-graders with a resident id, from file to number', () => {
  test('1.6–1.13 import, checks, head, report, bureau: every pupil has a number and the national index knows it', async () => {
    const mismatch = pupils(1, 2_000).filter(({ idNumber }) => Number(idNumber!.slice(14, 17)) >= 995);
    const good = pupils(1, 2_000)
      .filter(({ idNumber }) => Number(idNumber!.slice(14, 17)) < 990)
      .slice(0, 30);
    expect(mismatch.length).toBeGreaterThan(0);
    const entrants = [...good, mismatch[0]!];
    const submitted = await registered(registrar, entrants);
    expect(submitted).toMatchObject({ state: 'submitted', rows: 31, passed: 31, failed: 0 });

    const answered = await eventually(
      () => list(registrar),
      ({ rows }) => rows.every((row) => row.checkState === 'passed' || row.checkState === 'verification-failed'),
    );
    expect(answered.rows.filter((row) => row.checkState === 'verification-failed')).toHaveLength(1);

    const waiting = await json<{ rows: InboxRow[] }>(head.get('/api/applications/inbox', { act: 'review' }));
    expect(waiting.rows).toMatchObject([{ orgId: school.id, group: 'resident', total: 31, checking: 0, late: 0 }]);
    // Two have waited since the day before New Year: the tenth working day was 15 January, Sunday the 4th being worked.
    await world.province('37').context.store.decide((tx) =>
      tx
        .updateTable('application')
        .set({ turnSince: '2025-12-31T08:00:00.000Z' })
        .where(
          'id',
          'in',
          answered.rows.slice(0, 2).map(({ id }) => id),
        )
        .execute(),
    );
    const late = await json<{ rows: InboxRow[] }>(head.get('/api/applications/inbox', { act: 'review' }));
    expect(late.rows).toMatchObject([{ total: 31, late: 2, oldestDueOn: '2026-01-15' }]);
    expect(await decideAll(head, 'review')).toMatchObject({ state: 'done', done: 31, failed: 0 });
    expect(await decideAll(registrar, 'report')).toMatchObject({ state: 'done', done: 31, failed: 0 });
    const manager = await world.signIn(`xj${bureau}`);
    expect(await decideAll(manager, 'review')).toMatchObject({ state: 'done', done: 31, failed: 0 });

    const { rows } = await list(registrar);
    for (const row of rows) {
      expect(row.state).toBe('approved');
      expect(row.studentNumber).toMatch(
        row.checkState === 'passed' ? /^G\d{6}\*{8}\d{3}[\dX]$/ : /^L370102\d{8}[\dA-Z]{3}[\dX]$/,
      );
    }
    const problems = await world.province('37').context.store.read.selectFrom('problem_group').selectAll().execute();
    expect(problems).toMatchObject([{ kind: 'name-mismatch', origin: 'new', state: 'open', turnSchoolId: school.id }]);
    const count = (): Promise<{ n: number }> =>
      world.hub.context.store.read
        .selectFrom('national_record')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
    await eventually(count, ({ n }) => n === 31);
  }, 60_000);

  test('1.8 the same identity in another province is refused with who holds it, and cannot be reviewed', async () => {
    const [taken] = (await list(registrar, { checkState: 'passed' })).rows;
    const held = pupils(1, 2_000).find((pupil) => isOf(pupil, taken!))!;
    const other = await world.signIn(`xj${otherSchool.id}`);
    await registered(other, [{ ...held, schoolCode: otherSchool.id }]);
    const row = await checked(other, held, 'dedup-failed');
    expect(row.holder).toMatchObject({ provinceName: '山东省', schoolName: school.name });
    expect(row.holder!.maskedName).not.toBe(held.name);
    const otherHead = await world.signIn(`ld${otherSchool.id}`);
    const decision = { id: row.id, revision: row.revision, decision: 'approve' };
    expect((await otherHead.post('/api/applications/decide', decision)).status).toBe(409);
  });

  test('1.6 the same identity again in the province is a row error that names the holder', async () => {
    const [taken] = (await list(registrar, { checkState: 'passed' })).rows;
    const held = pupils(1, 2_000).find((pupil) => isOf(pupil, taken!))!;
    const { id, state } = await uploaded(registrar, [held]);
    expect(state).toBe('has-errors');
    const { rows } = await json<Page<{ findings: { title: string; message: string }[] }>>(
      registrar.get('/api/registrations/imports/rows', { id }),
    );
    expect(rows[0]!.findings).toMatchObject([{ title: '身份证件号', message: expect.stringContaining(school.name) }]);
  });

  test('1.6 nothing of a file with errors is registered, and each error says where and how to mend it', async () => {
    const [first, second, third] = pupils(2, 3) as [StudentForm, StudentForm, StudentForm];
    const wrongDigit = first.idNumber!.slice(0, 17) + (first.idNumber!.endsWith('1') ? '2' : '1');
    const before = (await list(registrar)).total;
    const { id, ...upload } = await uploaded(registrar, [
      { ...first, idNumber: wrongDigit },
      { ...second, sex: second.sex === '1' ? '2' : '1' },
      third,
    ]);
    expect(upload).toMatchObject({ state: 'has-errors', rows: 3, passed: 1, failed: 2 });
    const { rows } = await json<Page<{ row: number; findings: { title: string; suggestion: string | null }[] }>>(
      registrar.get('/api/registrations/imports/rows', { id }),
    );
    expect(rows).toMatchObject([
      { findings: [{ title: '身份证件号', suggestion: first.idNumber }] },
      { findings: [{ title: '性别', suggestion: second.sex === '1' ? '男' : '女' }] },
    ]);
    expect((await registrar.post('/api/registrations/imports/submit', { id })).status).toBe(409);
    expect((await list(registrar)).total).toBe(before);
  });

  test('1.16 two provinces claiming one identity in the same instant: exactly one gets it', async () => {
    const [pupil] = pupils(3, 1) as [StudentForm];
    const other = await world.signIn(`xj${otherSchool.id}`);
    await Promise.all([registered(registrar, [pupil]), registered(other, [{ ...pupil, schoolCode: otherSchool.id }])]);
    const states = await eventually(
      async () =>
        [...(await byNumber(registrar, pupil)), ...(await byNumber(other, pupil))].map((row) => row.checkState),
      (all) => all.length === 2 && all.every((state) => state === 'passed' || state === 'dedup-failed'),
    );
    expect(states.toSorted()).toEqual(['dedup-failed', 'passed']);
  });
});
