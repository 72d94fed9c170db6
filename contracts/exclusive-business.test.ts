import { expect, test } from 'vitest';
import { begunKinds, excludes, openKinds } from './exclusive-business.ts';

test('every pair of what is open on a record and what would begin (F47)', () => {
  const pairs = Object.fromEntries(
    openKinds.map((open) => [open, begunKinds.map((begun) => (excludes(open, begun) ? 'waits' : 'begins')).join(' ')]),
  );
  // In-province and cross-province transfer, key-data change; 变更, 佐证, 删除 of a problem record.
  expect(pairs).toEqual({
    problem: 'waits waits waits begins begins begins',
    'problem-handling': 'waits waits waits waits waits waits',
    'in-province-transfer': 'waits waits waits waits begins waits',
    'cross-province-transfer': 'waits waits waits waits begins waits',
    'key-change': 'waits waits waits waits waits waits',
  });
});
