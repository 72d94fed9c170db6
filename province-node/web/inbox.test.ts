import { expect, test } from 'vitest';
import type { TodoRow } from '../../contracts/application.ts';
import type { TransferTurnRow } from '../../contracts/transfer-turn.ts';
import type { EntryDraftRow } from '../../contracts/registration-entry.ts';
import { businesses } from '../businesses.ts';
import { draftReminders } from './draft-reminders.ts';
import { inboxKinds, menuCountsOf, platformTodoOf, remindersOf, startedPath, startedRows, todoOf } from './inbox.ts';

test('every business under review has its line: without it its 待办 would show nowhere', () => {
  const kinds = businesses.flatMap(({ reviewed }) => reviewed ?? []).map(({ kind }) => kind);
  expect(Object.keys(inboxKinds).toSorted()).toEqual(kinds.toSorted());
});

const row = (given: Partial<TodoRow>): TodoRow => ({
  kind: 'primary-entrant',
  act: 'review',
  total: 1,
  checking: 0,
  checkFailed: 0,
  late: 0,
  dueSoon: 0,
  oldestSince: '2026-09-02T00:00:00.000Z',
  oldestDueOn: '2026-09-16',
  ...given,
});

const turn = (given: Partial<TransferTurnRow>): TransferTurnRow => ({
  ...row(given),
  reminded: { half: 0, 'four-fifths': 0, ...given.reminded },
});

test('a card says which business and act, and leads to its list', () => {
  const todo = todoOf([row({}), row({ act: 'report' }), row({ kind: 'nobody-knows' })]);
  expect(todo.map(({ title, path }) => [title, path])).toEqual([
    ['小学新生注册审核', '/registration/primary-review'],
    ['小学新生注册上报', '/registration/primary-report'],
  ]);
});

test('reminded of is what is late, then what is due soon, then what came back', () => {
  const todo = todoOf([
    row({ kind: 'other-entrant', act: 'mend', total: 4 }),
    row({ total: 9, late: 2, dueSoon: 3 }),
    row({ act: 'report', total: 5 }),
  ]);
  expect(remindersOf(todo)).toEqual([
    { text: '小学新生注册审核：2 人已超过办理期限', path: '/registration/primary-review', isLate: true },
    { text: '小学新生注册审核：3 人将在两个工作日内到期', path: '/registration/primary-review', isLate: false },
    {
      text: '非小学新生注册：4 人审核不通过被退回，请修改后重新提交',
      path: '/registration/query/returned?kind=other-entrant',
      isLate: false,
    },
  ]);
});

test('the menu shows how many wait at each page', () => {
  const counts = menuCountsOf(todoOf([row({ total: 7 }), row({ act: 'report', total: 2 })]));
  expect(counts.get('/registration/primary-review')).toBe(7);
  expect(counts.get('/registration/primary-report')).toBe(2);
  expect(counts.get('/registration/other-review')).toBeUndefined();
});

test('what waits on the unified platform is counted at its entry, leads there and is reminded of', () => {
  const turns = platformTodoOf([
    turn({ kind: 'cross-province-transfer', total: 3, late: 1, reminded: { half: 1, 'four-fifths': 0 } }),
    turn({ kind: 'cross-province-enrolment', total: 2 }),
  ]);
  expect(turns.map(({ title }) => title)).toEqual(['跨省转学核办', '毕业后跨省就学核办']);
  expect(menuCountsOf(turns).get('/platform')).toBe(5);
  expect(remindersOf(turns)).toEqual([
    { text: '跨省转学核办：1 人已超过办理期限', path: '/platform', newTab: true, isLate: true },
    {
      text: '跨省转学核办：1 人的办理期限已过半，请及时核办',
      path: '/platform',
      newTab: true,
      isLate: false,
    },
  ]);
});

test('what was started is a row a business and a number a state, each with the list that it counts', () => {
  const counts = [
    { kind: 'primary-entrant', state: 'approved', total: 30 },
    { kind: 'primary-entrant', state: 'returned', total: 2 },
  ] as const;
  const rows = startedRows(counts, ['returned', 'approved', 'ended']);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ title: '小学新生注册', total: 32 });
  expect(rows[0]!.counts.map(({ total, path }) => [total, path])).toEqual([
    [2, '/registration/query?kind=primary-entrant&state=returned'],
    [30, '/registration/query?kind=primary-entrant&state=approved'],
    [0, '/registration/query?kind=primary-entrant&state=ended'],
  ]);
  expect(startedPath({ id: '7', kind: 'other-entrant' })).toBe('/registration/query?open=7');
});

test('drafts that are deleted soon are told in one line a kind, with the first day', () => {
  const draft = (given: Partial<EntryDraftRow>): EntryDraftRow => ({
    id: '1',
    kind: 'primary-entrant',
    category: 'none',
    stage: 'primary',
    name: '张三',
    isMending: false,
    savedAt: '2026-09-01T00:00:00.000Z',
    endsOn: '2026-11-30',
    endsSoon: true,
    ...given,
  });
  const told = draftReminders([
    draft({}),
    draft({ endsOn: '2026-12-02' }),
    draft({ kind: 'other-entrant', endsSoon: false }),
  ]);
  expect(told).toEqual([
    {
      text: '小学新生注册：2 份未提交的草稿即将清除，最早 2026-11-30，请继续填写或提交',
      path: '/registration/primary',
      isLate: false,
    },
  ]);
});
