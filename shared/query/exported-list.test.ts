import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { endpoint } from '../../contracts/core/endpoint.ts';
import { exportOf } from '../../contracts/core/list-export.ts';
import { PageInput, PageOf, ROWS_REACHABLE_MAX } from '../../contracts/core/page.ts';
import { browser } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { exported } from '../../tests/world/sheets.ts';
import { serveList } from './exported-list.ts';
import type { ListContext } from './exported-list.ts';

const listThings = endpoint({
  method: 'get',
  path: '/api/things',
  title: '事物查询',
  access: { roles: ['system-admin'], reach: 'subtree' },
  input: PageInput.extend({ from: z.coerce.number().default(0), orgId: z.string().optional() }),
  output: PageOf(z.object({ no: z.int(), note: z.string().nullable() })),
});
const exportThings = exportOf(listThings);

/** How many there are, and how many were shown at a time. */
let total: number;
let shown: number[];
const served = serveList(listThings, exportThings, {
  find: async (_context: ListContext, _call, { from, page, pageSize }) => {
    const all = Array.from({ length: total - from }, (_, at) => ({ no: from + at }));
    return { total: all.length, rows: all.slice((page - 1) * pageSize, page * pageSize) };
  },
  show: async (_context: ListContext, found: readonly { no: number }[]) => {
    shown.push(found.length);
    return found.map(({ no }) => ({ no, note: no % 2 === 0 ? null : '=1+1' }));
  },
  sheet: {
    title: '事物列表',
    unit: '件',
    columns: [
      ['编号', 8, 'no'],
      ['备注', 20, 'note'],
      ['加倍', 8, ({ no }) => String(no * 2)],
    ],
  },
});

let node: ToyNode;
let admin: Browser;
beforeEach(async () => {
  [total, shown] = [5, []];
  node = await openToyNode({ endpoints: () => served });
  await node.addAccount('admin', 'system-admin', '370100');
  admin = browser(node.app);
  await admin.signIn('admin', PASSWORD);
});
afterEach(() => node.close());

const notes = () =>
  node.store.read.selectFrom('audit_entry').select(['title', 'subject', 'summary']).where('title', 'like', '导出%');

test('the same declaration gives a page and the file of all that the conditions select', async () => {
  const page = await admin.get('/api/things', { from: '1', page: '2', pageSize: '3' });
  expect(await page.json()).toEqual({ total: 4, rows: [{ no: 4, note: null }] });
  expect(await exported(admin, '/api/things', { from: '3' })).toEqual([
    { 编号: '3', 备注: '=1+1', 加倍: '6' },
    { 编号: '4', 备注: '', 加倍: '8' },
  ]);
});

test('rows are made a few at a time, in order, and the audit log has one entry with how many', async () => {
  total = 250;
  const lines = await exported(admin, '/api/things', { orgId: '370102' });
  expect(lines.map(({ 编号 }) => Number(编号))).toEqual(Array.from({ length: 250 }, (_, at) => at));
  expect(shown).toEqual([100, 100, 50]);
  expect(await notes().execute()).toEqual([{ title: '导出事物', subject: '370102', summary: '导出事物 250 件' }]);
});

test('more than a list reaches is refused with what to do, and nothing is exported', async () => {
  total = ROWS_REACHABLE_MAX;
  const answer = await admin.get('/api/things/export');
  expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('请增加查询条件后导出')]);
  expect(shown).toEqual([]);
  expect(await notes().execute()).toEqual([]);
});

test('what a condition says is checked as for the list, and whoever may not list may not export', async () => {
  expect((await admin.get('/api/things/export', { from: 'x' })).status).toBe(422);
  await node.addAccount('registrar', 'school-registrar', '2137000001');
  const registrar = browser(node.app);
  await registrar.signIn('registrar', PASSWORD);
  expect((await registrar.get('/api/things/export')).status).toBe(403);
});
