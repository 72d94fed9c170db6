import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openToyNode, toyOrgs } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { appendAudit, FIRST_PREVIOUS_HASH, verifyAudit } from './audit.ts';
import { AuditQuery, listAudit } from './list.ts';

let node: ToyNode;
beforeEach(async () => {
  node = await openToyNode();
  const orgs = ['370102', '370103', '2137000001', '370200'];
  for (const [index, orgId] of orgs.entries()) {
    const org = toyOrgs.find(({ id }) => id === orgId)!;
    await node.store.decide((tx) =>
      appendAudit(tx, {
        at: `2026-09-0${index + 1}T00:00:00.000Z`,
        account: 'wang',
        orgId,
        orgPath: org.path,
        action: '/api/x',
        title: '某事',
        subject: `s${index}`,
        summary: '',
        requestId: '',
        ip: '',
      }),
    );
  }
});
afterEach(() => node.close());

/** What somebody with the database file in hand could do. */
async function tamper(statement: string): Promise<void> {
  await node.store.decide(async (tx) => {
    await sql`drop trigger audit_entry_no_update`.execute(tx);
    await sql`drop trigger audit_entry_no_delete`.execute(tx);
    await sql.raw(statement).execute(tx);
  });
}

test('a whole chain verifies, with the hash of its last entry', async () => {
  const last = await node.store.read
    .selectFrom('audit_entry')
    .select('hash')
    .where('position', '=', 4)
    .executeTakeFirst();
  expect(await verifyAudit(node.store.read)).toEqual({ entries: 4, head: last?.hash, firstBroken: null });
});

test('an empty one verifies', async () => {
  const empty = await openToyNode();
  expect(await verifyAudit(empty.store.read)).toEqual({ entries: 0, head: FIRST_PREVIOUS_HASH, firstBroken: null });
  await empty.close();
});

test.each([
  ['a changed entry', "update audit_entry set account = 'li' where position = 2", 2, 'changed'],
  ['an entry taken out', 'delete from audit_entry where position = 2', 2, 'missing'],
  ['the first entry taken out', 'delete from audit_entry where position = 1', 1, 'missing'],
  ['an entry moved', 'update audit_entry set position = 9 where position = 4', 4, 'missing'],
  ['a hash made to fit', `update audit_entry set hash = '${'a'.repeat(64)}' where position = 2`, 2, 'changed'],
  [
    'a link made to fit',
    `update audit_entry set previousHash = '${'a'.repeat(64)}' where position = 3`,
    3,
    'not-linked',
  ],
])('%s is found, and where', async (_, statement, position, reason) => {
  await tamper(statement);
  expect((await verifyAudit(node.store.read)).firstBroken).toEqual({ position, reason });
});

test('our own code cannot change or remove an entry', async () => {
  await expect(node.store.decide((tx) => tx.updateTable('audit_entry').set({ ip: 'x' }).execute())).rejects.toThrow(
    'append-only',
  );
  await expect(node.store.decide((tx) => tx.deleteFrom('audit_entry').execute())).rejects.toThrow('append-only');
});

test('the list is of the subtree, newest first, by what is asked', async () => {
  const list = async (orgId: string, query: object = {}): Promise<string[]> => {
    const org = toyOrgs.find(({ id }) => id === orgId)!;
    const { rows } = await listAudit(node.store.read, { org }, AuditQuery.parse(query));
    return rows.map(({ subject }) => subject);
  };
  expect(await list('370102')).toEqual(['s2', 's0']);
  expect(await list('370100')).toEqual(['s2', 's1', 's0']);
  expect(await list('370000', { sort: 'at' })).toEqual(['s0', 's1', 's2', 's3']);
  expect(await list('370000', { subject: 's1' })).toEqual(['s1']);
  expect(await list('370000', { from: '2026-09-02T00:00:00Z', before: '2026-09-04T00:00:00.000Z' })).toEqual([
    's2',
    's1',
  ]);
  expect(await list('370000', { account: 'li' })).toEqual([]);
});
