import { expect, test } from 'vitest';
import type { InboxRow } from '../../contracts/application.ts';
import { summarise } from './inbox.ts';

const row = (given: Partial<InboxRow>): InboxRow => ({
  kind: 'primary-entrant',
  act: 'review',
  orgId: '1',
  orgName: '一小',
  group: 'resident',
  total: 1,
  checking: 0,
  checkFailed: 0,
  late: 0,
  oldestSince: '2026-09-02T00:00:00.000Z',
  oldestDueOn: '2026-09-16',
  ...given,
});

test('the home page adds up schools and groups by kind and act, and says since when the oldest waits', () => {
  const todo = summarise([
    row({ total: 3, checking: 1, late: 1 }),
    row({
      orgId: '2',
      total: 4,
      checkFailed: 2,
      late: 2,
      oldestSince: '2026-09-01T00:00:00.000Z',
      oldestDueOn: '2026-09-15',
    }),
  ]);
  expect(todo).toMatchObject([
    {
      title: '小学新生注册审核',
      total: 7,
      checking: 1,
      checkFailed: 2,
      late: 3,
      oldestSince: '2026-09-01T00:00:00.000Z',
      oldestDueOn: '2026-09-15',
    },
  ]);
});
test('what has waited longest comes first', () => {
  const older = row({ kind: 'other-entrant', act: 'report', oldestSince: '2026-08-01T00:00:00.000Z' });
  expect(summarise([row({}), older]).map(({ title }) => title)).toEqual(['非小学新生注册上报', '小学新生注册审核']);
});
