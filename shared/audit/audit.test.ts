import { CompiledQuery, sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openToyNode, PASSWORD, toyOrgs } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { exported } from '../../tests/world/sheets.ts';
import { listAuditEntries } from '../../contracts/audit.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { browser } from '../../deploy/demo/browser.ts';
import { appendAudit, FIRST_PREVIOUS_HASH, verifyAudit } from './audit.ts';
import { auditEndpoints, listAudit } from './list.ts';

let node: ToyNode;
beforeEach(async () => {
  node = await openToyNode({ endpoints: () => auditEndpoints });
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
    const { rows } = await listAudit(node.store.read, { org }, listAuditEntries.input.parse(query));
    return rows.map(({ subject }) => subject);
  };
  expect(await list('370102')).toEqual(['s2', 's0']);
  expect(await list('370100')).toEqual(['s2', 's1', 's0']);
  expect(await list('370000', { sort: 'at' })).toEqual(['s0', 's1', 's2', 's3']);
  expect(await list('370000', { subject: 's1' })).toEqual(['s1']);
  const days = { from: '2026-09-02T08:00:00+08:00', to: '2026-09-03T23:59:59.999Z' };
  expect(await list('370000', days)).toEqual(['s2', 's1']);
  expect(await list('370100', { account: 'wang' })).toEqual(['s2', 's1', 's0']);
  expect(await list('370000', { account: 'li' })).toEqual([]);
  expect(await list('370000', { what: '某', ...days })).toEqual(['s2', 's1']);
  expect(await list('370000', { what: '别', ...days })).toEqual([]);
});

test('the export has what the conditions select of the subtree, and is itself in the log', async () => {
  await node.addAccount('county', 'system-admin', '370102');
  const county = browser(node.app);
  await county.signIn('county', PASSWORD);
  const lines = await exported(county, '/api/audit-entries', { account: 'wang' });
  expect(lines.map(({ 时间, 操作人, 机构, 操作对象 }) => [时间, 操作人, 机构, 操作对象])).toEqual([
    ['2026-09-03 08:00:00', 'wang', '历下实验小学', 's2'],
    ['2026-09-01 08:00:00', 'wang', '历下区', 's0'],
  ]);
  expect(await exported(county, '/api/audit-entries', { subject: '370102' })).toMatchObject([
    { 操作人: 'county老师（county）', 操作: '导出操作日志', 说明: '导出操作日志 2 条' },
  ]);
});

test('a part of the name of an action is looked for in a month at most, or with an account', async () => {
  const org = toyOrgs[0]!;
  const list = (query: object) => listAudit(node.store.read, { org }, listAuditEntries.input.parse(query));
  await expect(list({ what: '某' })).rejects.toThrow(Problem);
  await expect(list({ what: '某', from: '2026-08-01T00:00:00Z', to: '2026-09-01T00:00:01Z' })).rejects.toThrow('31 天');
  expect((await list({ what: '某', account: 'wang' })).total).toBe(4);
});

test('in a whole province an action is looked for by its name, and names in the log are found by their parts', async () => {
  const org = toyOrgs.find(({ id }) => id === '370000')!;
  const days = { from: '2026-09-01T00:00:00Z', to: '2026-09-09T00:00:00Z' };
  const page = await listAudit(node.store.read, { org }, listAuditEntries.input.parse({ what: '某', ...days }));
  const all = await listAudit(node.store.read, { org }, listAuditEntries.input.parse(days));
  expect(page.rows).toEqual(all.rows.filter(({ title }) => title.includes('某')));
  const nothing = await listAudit(node.store.read, { org }, listAuditEntries.input.parse({ what: '没有的', ...days }));
  expect(nothing).toEqual({ rows: [], total: 0 });
});

test.each([
  ['370000', {}, 'audit_entry_province'],
  ['370100', {}, 'audit_entry_city'],
  ['370102', { from: '2026-09-01T00:00:00Z', to: '2026-09-09T00:00:00Z', what: '某' }, 'audit_entry_county'],
  ['370100', { account: 'wang' }, 'audit_entry_account'],
])('the page of %s asked for %j is read from %s in order', async (orgId, query, index) => {
  const org = toyOrgs.find(({ id }) => id === orgId)!;
  const asked: CompiledQuery[] = [];
  const read = node.store.read.withPlugin({
    transformQuery({ node: root, queryId }) {
      asked.push(node.store.read.getExecutor().compileQuery(root, queryId));
      return root;
    },
    transformResult: async ({ result }) => result,
  });
  await listAudit(read, { org }, listAuditEntries.input.parse(query));
  for (const { sql: statement, parameters } of asked) {
    const explain = CompiledQuery.raw(`explain query plan ${statement}`, [...parameters]);
    const plan = JSON.stringify((await node.store.read.executeQuery(explain)).rows);
    expect(plan).toContain(index);
    expect(plan).not.toContain('TEMP B-TREE');
  }
});
