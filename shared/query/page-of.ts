import { sql } from 'kysely';
import type { SelectQueryBuilder } from 'kysely';
import { ROWS_REACHABLE_MAX } from '../../contracts/core/page.ts';
import type { Page, PageInput } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';

export interface Ordering {
  /**
   * The columns that a page may ask to sort by (A43): name on the page → SQL reference (`'pupil.birthDate'`). Index
   * each.
   */
  sortable: Readonly<Record<string, string>>;
  /** A name of `sortable`, with `-` before it for descending. */
  defaultSort: string;
  /** SQL reference of a unique column: without it, equal rows could show twice or never on neighbouring pages. */
  unique: string;
}

/**
 * One page of `query`, and how many rows its conditions select, counted up to `ROWS_REACHABLE_MAX`. `ordered` selects the
 * same rows from the index of the order: the page is read from it when there are too many to be counted and sorted. `counted`
 * selects as many rows for less, where the order alone needs a join.
 *
 * Costs a count, which reads the rows that the conditions select as far as paging reaches (give a list conditions that
 * an index answers: one that selects few of many rows reads them all), and the page, which walks `page × pageSize` entries of the sort's
 * index (a sort without an index sorts everything). `query` must not group, and must not join one row to many: the
 * count would count the joined rows. Throws `invalid-input` for a column that is not on the list and for a page beyond
 * `ROWS_REACHABLE_MAX`.
 */
export async function pageOf<DB, TB extends keyof DB, Row, CountedDB = DB, CountedTB extends keyof CountedDB = never>(
  query: SelectQueryBuilder<DB, TB, Row>,
  input: PageInput,
  { sortable, defaultSort, unique }: Ordering,
  ordered: SelectQueryBuilder<DB, TB, Row> = query,
  counted?: SelectQueryBuilder<CountedDB, CountedTB, Row>,
): Promise<Page<Row>> {
  const offset = (input.page - 1) * input.pageSize;
  if (offset + input.pageSize > ROWS_REACHABLE_MAX) {
    throw invalid('/page', `最多翻看前 ${ROWS_REACHABLE_MAX} 条，请增加查询条件`);
  }
  const sort = input.sort ?? defaultSort;
  const descending = sort.startsWith('-');
  const name = descending ? sort.slice(1) : sort;
  const column = Object.hasOwn(sortable, name) ? sortable[name] : undefined;
  if (column === undefined) throw invalid('/sort', '不能按此列排序');
  const direction = descending ? 'desc' : 'asc';

  const total = await (counted ? countUpTo(counted, ROWS_REACHABLE_MAX) : countUpTo(query, ROWS_REACHABLE_MAX));
  const rows = await (total < ROWS_REACHABLE_MAX ? query : ordered)
    .clearOrderBy()
    .orderBy(sql.ref(column), direction)
    .orderBy(sql.ref(unique), direction)
    .limit(input.pageSize)
    .offset(offset)
    .execute();
  return { rows, total };
}

/** How many rows, but no more than `max`: of five million, one step beyond the reachable ones is enough to know. */
async function countUpTo<DB, TB extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, TB, Row>,
  max: number,
): Promise<number> {
  const bare = query.clearSelect().clearOrderBy();
  const beyond = bare
    .select(sql<number>`1`.as('one'))
    .limit(1)
    .offset(max - 1);
  if ((await beyond.executeTakeFirst()) !== undefined) return max;
  // Kysely cannot say what a row of a query over a generic DB is.
  const counted = bare.select(sql<number>`count(*)`.as('total'));
  return ((await counted.executeTakeFirstOrThrow()) as unknown as { total: number }).total;
}

function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid-input', detail, { errors: [{ pointer, detail }] });
}
