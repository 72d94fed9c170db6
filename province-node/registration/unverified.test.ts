import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ParameterChange, ParameterView } from '../../contracts/parameter.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { chinaDate } from '../../shared/clock.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import {
  bureau,
  byNumber,
  checked,
  decideAll,
  decided,
  detailOf,
  json,
  pupils,
  registered,
  school,
  verifiable,
} from '../../tests/world/registration.ts';
import type { Page } from '../../tests/world/registration.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

const key = 'registration.unverified-refused-from';
const dayMs = 24 * 3_600_000;
const today = chinaDate(Date.now());
const tomorrow = chinaDate(Date.now() + dayMs);
/** Whom the population registry of the tests knows by another name. */
const mismatched = pupils(31, 3_000).filter(({ idNumber }) => Number(idNumber!.slice(14, 17)) >= 995);

let world: World;
let admin: Browser;
let registrar: Browser;
let head: Browser;
let manager: Browser;
beforeAll(async () => {
  world = await openWorld(['37']);
  [admin, registrar, head, manager] = (await Promise.all(
    ['gl370000', `xj${school.id}`, `ld${school.id}`, `xj${bureau}`].map((account) => world.signIn(account)),
  )) as [Browser, Browser, Browser, Browser];
}, 60_000);
afterAll(() => world.stop());

const shown = async (): Promise<ParameterView> => {
  const { parameters } = await json<{ parameters: ParameterView[] }>(admin.get('/api/parameters'));
  return parameters.find((one) => one.key === key)!;
};
const set = async (value: string | null): Promise<Response> =>
  admin.post('/api/parameters/set', { key, value, revision: (await shown()).revision });
const mismatch = async (): Promise<StudentForm> => {
  const pupil = mismatched.shift()!;
  await registered(registrar, [pupil]);
  await checked(registrar, pupil, 'verification-failed');
  return pupil;
};

describe('1.9 认证不通过不允许注册', () => {
  test('until it is set, and until its day has come, a failed verification may be approved', async () => {
    expect(await shown()).toMatchObject({ title: '认证不通过不允许注册', value: null, revision: 0, changedBy: null });
    const pupil = await mismatch();
    await json(set(tomorrow));
    const [row] = await byNumber(head, pupil);
    expect((await detailOf(head, row!.id)).application).toMatchObject({
      mayDecide: true,
      reasonAgainstApproving: null,
    });
    expect((await decided(head, row!)).status).toBe(200);
  }, 60_000);

  test('from its day on it cannot be approved, and why is shown; it can be returned, and the verified go on', async () => {
    await json(set(today));
    const pupil = await mismatch();
    const [good] = verifiable(32, 1);
    await registered(registrar, [good!]);
    await checked(registrar, good!, 'passed');
    const [row] = await byNumber(head, pupil);
    const reason = `自 ${today} 起认证不通过不允许注册，请退回学校核对身份信息`;
    expect((await detailOf(head, row!.id)).application).toMatchObject({
      mayDecide: true,
      reasonAgainstApproving: reason,
    });
    const refused = await decided(head, row!);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ type: '/problems/not-approvable', detail: reason });

    const ids = [row!.id, (await byNumber(head, good!))[0]!.id];
    expect(await decideAll(head, 'review', { ids })).toMatchObject({ failed: 1, failures: [{ id: row!.id, reason }] });
    expect((await byNumber(head, good!))[0]!.turnAct).toBe('report');
    expect((await decided(head, row!, 'return', '请核对身份信息')).status).toBe(200);
    expect((await byNumber(head, pupil))[0]!.state).toBe('returned');
  }, 60_000);

  test('what the head had approved before that day is reported, and the bureau can only return it', async () => {
    await json(set(null));
    const pupil = await mismatch();
    await json(decided(head, (await byNumber(head, pupil))[0]!));
    await json(set(today));
    const [approved] = await byNumber(registrar, pupil);
    expect((await detailOf(registrar, approved!.id)).application.reasonAgainstApproving).toBeNull();
    await json(decided(registrar, approved!));
    const [reported] = await byNumber(manager, pupil);
    expect((await decided(manager, reported!)).status).toBe(409);
    expect((await decided(manager, reported!, 'return', '请核对身份信息')).status).toBe(200);
    const student = world.province('37').context.store.read.selectFrom('student').select('id');
    expect(await student.where('id', '=', reported!.id).executeTakeFirst()).toBeUndefined();
  }, 60_000);
});

describe('系统参数设置', () => {
  test('every change is kept with who, when, before and after, and stands in the audit log', async () => {
    await json(set('2027-09-01'));
    const { personName } = await json<{ personName: string }>(admin.get('/api/session'));
    expect(await shown()).toMatchObject({ value: '2027-09-01', changedBy: personName });
    const { rows } = await json<Page<ParameterChange>>(admin.get('/api/parameters/changes'));
    expect(rows[0]).toMatchObject({ before: today, after: '2027-09-01', account: 'gl370000', personName });
    const entry = await world
      .province('37')
      .context.store.read.selectFrom('audit_entry')
      .select(['action', 'summary'])
      .where('subject', '=', key)
      .orderBy('position', 'desc')
      .executeTakeFirstOrThrow();
    expect(entry.summary).toBe(`认证不通过不允许注册：由 ${today} 改为 2027-09-01`);
  });

  test('two people: the second is told; what is no date is refused at its field', async () => {
    const { revision } = await shown();
    const setAt = (value: unknown): Promise<Response> => admin.post('/api/parameters/set', { key, value, revision });
    await json(setAt('2027-09-02'));
    expect(await (await setAt('2027-09-03')).json()).toMatchObject({ type: '/problems/stale-revision' });
    const refused = await set('下学期');
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ errors: [{ pointer: '/value' }] });
    expect((await admin.post('/api/parameters/set', { key: 'x', value: null, revision: 0 })).status).toBe(404);
    expect((await shown()).value).toBe('2027-09-02');
  });

  test.each(['gl370100', 'xj370000', `xj${school.id}`])('%s has no say in it', async (account) => {
    const page = await world.signIn(account);
    expect((await page.get('/api/parameters')).status).toBe(403);
    expect((await page.post('/api/parameters/set', { key, value: null, revision: 0 })).status).toBe(403);
  });
});
