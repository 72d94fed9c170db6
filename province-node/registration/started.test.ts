import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StartedApplication, StartedCount, TodoRow } from '../../contracts/application.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { chinaDate, isoTime, systemClock } from '../../shared/clock.ts';
import { workingDayAfter } from '../../shared/working-days.ts';
import {
  bureau,
  checked,
  decided,
  json,
  registered,
  school,
  secondSchool,
  verifiable,
} from '../../tests/world/registration.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

interface Started {
  counts: StartedCount[];
  latest: StartedApplication[];
}

const DAY_MS = 86_400_000;
let world: World;
let registrar: Browser;
let head: Browser;
beforeAll(async () => {
  world = await openWorld(['37']);
  [registrar, head] = await Promise.all([world.signIn(`xj${school.id}`), world.signIn(`ld${school.id}`)]);
}, 60_000);
afterAll(() => world.stop());

const todo = async (page: Browser): Promise<TodoRow[]> =>
  (await json<{ rows: TodoRow[] }>(page.get('/api/applications/todo'))).rows;
const startedBy = (page: Browser): Promise<Started> => json(page.get('/api/applications/started'));

describe('the home page', () => {
  const [first, second] = verifiable(91, 3) as [StudentForm, StudentForm, StudentForm];

  test('what the school has started is counted by business and state, what moved last on top, with whose turn it is', async () => {
    await registered(registrar, verifiable(91, 3));
    for (const pupil of verifiable(91, 3)) await checked(registrar, pupil, 'passed');
    await json(decided(head, await checked(registrar, first, 'passed'), 'return', '请核实现住址'));
    const shown = await checked(registrar, second, 'passed');
    await json(decided(head, shown));
    // Whoever still looks at it as it was is told who was faster.
    const slower = await decided(head, shown);
    expect(slower.status).toBe(409);
    expect(await slower.json()).toMatchObject({
      type: '/problems/stale-revision',
      detail: expect.stringMatching(new RegExp(`由${school.name}.+处理（审核通过）`)) as string,
    });
    const { counts, latest } = await startedBy(registrar);
    expect(counts).toEqual([
      { kind: 'primary-entrant', state: 'in-review', total: 2 },
      { kind: 'primary-entrant', state: 'returned', total: 1 },
    ]);
    expect(latest.slice(0, 2)).toMatchObject([
      { about: second.name, state: 'in-review', turnOrgName: school.name, turnAct: 'report', blocked: null },
      { about: first.name, state: 'returned', turnOrgName: school.name, turnAct: 'mend' },
    ]);
    expect(latest[2]).toMatchObject({ state: 'in-review', turnOrgName: school.name, turnAct: 'review' });
  }, 60_000);

  test('another school and the bureau have started nothing', async () => {
    for (const account of [`xj${secondSchool.id}`, `xj${bureau}`])
      expect(await startedBy(await world.signIn(account))).toEqual({ counts: [], latest: [] });
  });

  test('what waits is one row a kind and act, with what is late and what is due within two working days', async () => {
    expect(await todo(registrar)).toMatchObject([
      { kind: 'primary-entrant', act: 'mend', total: 1, late: 0, dueSoon: 0 },
      { kind: 'primary-entrant', act: 'report', total: 1, late: 0, dueSoon: 0 },
    ]);
    expect(await todo(head)).toMatchObject([{ act: 'review', total: 1 }]);
    // Came in so long ago that it is due today, or was due long ago.
    const { store } = world.province('37').context;
    const since = (at: string) =>
      store.decide((tx) =>
        tx.updateTable('application').set({ turnSince: at }).where('turnAct', '=', 'review').execute(),
      );
    let dueToday = systemClock.now();
    while (workingDayAfter(chinaDate(dueToday), 10) > chinaDate(systemClock.now())) dueToday -= DAY_MS;
    // On a free day nothing is due on the day itself: the last working day before it is over.
    const isDueToday = workingDayAfter(chinaDate(dueToday), 10) === chinaDate(systemClock.now());
    await since(isoTime(isDueToday ? dueToday : dueToday + DAY_MS));
    expect(await todo(head)).toMatchObject([{ act: 'review', total: 1, late: 0, dueSoon: 1 }]);
    await since('2026-01-05T00:00:00.000Z');
    expect(await todo(head)).toMatchObject([{ late: 1, dueSoon: 0, oldestDueOn: '2026-01-19' }]);
  });
});
