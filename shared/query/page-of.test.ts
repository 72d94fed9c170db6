import { afterAll, beforeAll, expect, test } from 'vitest';
import fc from 'fast-check';
import { sql } from 'kysely';
import { PageInput, ROWS_REACHABLE_MAX } from '../../contracts/core/page.ts';
import type { Page } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { openToyNode, toyOrgs } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { pageOf } from './page-of.ts';

let node: ToyNode;
beforeAll(async () => {
  node = await openToyNode();
});
afterAll(() => node.close());

const order = { sortable: { id: 'org.id', level: 'org.level' }, defaultSort: 'id', unique: 'org.id' };
const list = (input: object, atLeast = ''): Promise<Page<{ id: string }>> =>
  pageOf(node.store.read.selectFrom('org').select('id').where('id', '>=', atLeast), PageInput.parse(input), order);

test('a page has its rows, and the total of what the conditions select', async () => {
  expect(await list({ page: 2, pageSize: 4 }, '370000')).toEqual({
    rows: [{ id: '370200' }, { id: '370202' }],
    total: 6,
  });
  expect(await list({ page: 9, pageSize: 4 })).toEqual({ rows: [], total: 11 });
});

test('rows that are equal in the sorted column go by the unique one, in the same direction', async () => {
  const schools = async (sort: string): Promise<string[]> =>
    (await list({ sort })).rows.map(({ id }) => id).filter((id) => id.length === 10);
  const ids = ['2137000001', '2137000002', '2137000003', '2137000004', '2137000005'];
  expect(await schools('level')).toEqual(ids);
  expect(await schools('-level')).toEqual(ids.toReversed());
});

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
test(`the pages together are every row once, however equal in the sorted column (seed ${seed})`, async () => {
  const ids = toyOrgs.map(({ id }) => id).toSorted();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.constantFrom('level', '-level'), async (pageSize, sort) => {
      const seen: string[] = [];
      for (let page = 1; page <= Math.ceil(ids.length / pageSize); page++) {
        seen.push(...(await list({ page, pageSize, sort })).rows.map(({ id }) => id));
      }
      expect(seen.toSorted()).toEqual(ids);
    }),
    { seed, numRuns: 30 },
  );
});

test.each(['path', '-path', 'id; drop table org', '', '-', '--id', '__proto__', 'constructor', 'ID'])(
  'A43 sorting by %j, which is not on the list, is refused',
  async (sort) => {
    await expect(list({ sort })).rejects.toMatchObject({ code: 'invalid-input', errors: [{ pointer: '/sort' }] });
  },
);

test('A39 a list does not page through the whole register', async () => {
  const page = ROWS_REACHABLE_MAX / 200;
  expect((await list({ page, pageSize: 200 })).rows).toEqual([]);
  await expect(list({ page: page + 1, pageSize: 200 })).rejects.toBeInstanceOf(Problem);
});

test('P7 the page of more rows than are counted is read from the query in order', async () => {
  const numbers = (rows: number, text: string) =>
    node.store.read
      .selectFrom(
        sql<{ id: number; from: string }>`(with recursive upTo (id) as
          (select 1 union all select id + 1 from upTo where id < ${rows}) select id, ${text} as "from" from upTo)`.as(
          'numbers',
        ),
      )
      .select('numbers.from');
  const byId = { sortable: { id: 'numbers.id' }, defaultSort: 'id', unique: 'numbers.id' };
  const from = async (rows: number) =>
    (await pageOf(numbers(rows, 'conditions'), PageInput.parse({ pageSize: 1 }), byId, numbers(rows, 'order'))).rows;
  expect(await from(ROWS_REACHABLE_MAX - 1)).toEqual([{ from: 'conditions' }]);
  expect(await from(ROWS_REACHABLE_MAX)).toEqual([{ from: 'order' }]);
});

test('P7 the total is counted as far as paging reaches', async () => {
  const totalOf = async (rows: number): Promise<number> => {
    const numbers = sql<{ id: number }>`(with recursive upTo (id) as
      (select 1 union all select id + 1 from upTo where id < ${rows}) select id from upTo)`.as('numbers');
    const query = node.store.read.selectFrom(numbers).select('numbers.id');
    const byId = { sortable: { id: 'numbers.id' }, defaultSort: 'id', unique: 'numbers.id' };
    return (await pageOf(query, PageInput.parse({}), byId)).total;
  };
  expect(await totalOf(ROWS_REACHABLE_MAX - 1)).toBe(ROWS_REACHABLE_MAX - 1);
  expect(await totalOf(ROWS_REACHABLE_MAX)).toBe(ROWS_REACHABLE_MAX);
  expect(await totalOf(ROWS_REACHABLE_MAX + 7)).toBe(ROWS_REACHABLE_MAX);
});
