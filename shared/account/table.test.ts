import { expect, test } from 'vitest';
import { openToyNode } from '../../tests/http/toy-node.ts';
import { addAccountAdministration, createAccountTables } from './table.ts';
import type { AccountTables } from './table.ts';
import { tablesOf } from '../db/tables-of.ts';

test('the migration leaves frozen accounts to the rule, and those that a person disabled alone', async () => {
  const node = await openToyNode();
  const columns = {
    personName: '王丽华',
    role: 'bureau-registrar',
    orgId: '370102',
    passwordHash: 'x',
    mustChangePassword: 0,
    failedCount: 0,
    passwordChangedAt: '2026-01-01T00:00:00.000Z',
    createdAt: '2026-01-01T00:00:00.000Z',
  } as const;
  const before = [
    { name: 'active', state: 'active', disabledReason: null },
    { name: 'left', state: 'disabled', disabledReason: '调离' },
    { name: 'idle', state: 'disabled', disabledReason: '超过 180 天未登录，自动停用（2026-09-01）' },
  ] as const;
  await node.store.decide(async (tx) => {
    for (const table of ['second_factor', 'session', 'account']) await tx.schema.dropTable(table).execute();
    await createAccountTables(tx);
    await tablesOf<AccountTables>(tx)
      .insertInto('account')
      // As it was before the migration: without a revision.
      .values(before.map((one) => ({ ...columns, ...one })) as never)
      .execute();
    await addAccountAdministration(tx);
  });
  const after = await node.store.read
    .selectFrom('account')
    .select(['name', 'state', 'disabledReason', 'revision'])
    .orderBy('name')
    .execute();
  expect(after).toEqual([
    { name: 'active', state: 'active', disabledReason: null, revision: 0 },
    { name: 'idle', state: 'active', disabledReason: null, revision: 0 },
    { name: 'left', state: 'disabled', disabledReason: '调离', revision: 0 },
  ]);
  await node.close();
});
