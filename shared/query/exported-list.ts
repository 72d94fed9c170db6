import type { z } from 'zod';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import { ROWS_REACHABLE_MAX } from '../../contracts/core/page.ts';
import type { Page, PageInput } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { chinaDate, nextTurn } from '../clock.ts';
import { serve, serveDownload } from '../http/serve.ts';
import type { Call, Caller, HttpContext, Served } from '../http/serve.ts';
import { inSlices } from '../slices.ts';
import { XLSX } from '../spreadsheet/content-type.ts';
import type { Spreadsheets } from '../spreadsheet/spreadsheets.ts';

/** A list as a file: everything that its page shows of a row, columns that are hidden at first included, masked as there. */
export interface ListSheet<Row> {
  /** Of the sheet and of the file. */
  title: string;
  /** What rows are counted in: 人, 项. */
  unit: string;
  columns: readonly ListColumn<Row>[];
  /** What to do when the conditions select more than a list reaches. */
  advice?: string;
}

/** The header, its width in characters, and the text: that of a field, or worked out. */
export type ListColumn<Row> = readonly [title: string, width: number, text: TextField<Row> | ((row: Row) => string)];

type TextField<Row> = {
  [Key in keyof Row & string]: Row[Key] extends string | number | null | undefined ? Key : never;
}[keyof Row & string];

export type ListContext = HttpContext & { spreadsheets: Spreadsheets };

/** What the conditions select: one page of it, and how much it is. */
type Find<C, Db, I extends z.ZodType, Found> = (context: C, call: Call<Db>, input: z.output<I>) => Promise<Page<Found>>;

/** What was found, as rows, in the same order. */
type Show<C, Found, Row> = (context: C, found: readonly Found[], caller: Caller) => Promise<readonly Row[]>;

/**
 * A list and its export (`exportOf`): a page at a time, or all that the conditions select as a file. Where rows take more than
 * the query that finds them, `show` makes them of what was found, for an export a few at a time.
 */
export function serveList<C extends ListContext, Db, I extends z.ZodType<PageInput>, E extends z.ZodType, Row>(
  list: Endpoint<I, z.ZodType<Page<Row>>>,
  file: Endpoint<E>,
  declared: { find: Find<C, Db, I, Row>; sheet: ListSheet<Row> },
): Served<C>[];
export function serveList<C extends ListContext, Db, I extends z.ZodType<PageInput>, E extends z.ZodType, Row, Found>(
  list: Endpoint<I, z.ZodType<Page<Row>>>,
  file: Endpoint<E>,
  declared: { find: Find<C, Db, I, Found>; show: Show<C, Found, Row>; sheet: ListSheet<Row> },
): Served<C>[];
export function serveList<C extends ListContext, Db, I extends z.ZodType<PageInput>, E extends z.ZodType, Row>(
  list: Endpoint<I, z.ZodType<Page<Row>>>,
  file: Endpoint<E>,
  { find, show, sheet }: { find: Find<C, Db, I, Row>; show?: Show<C, Row, Row>; sheet: ListSheet<Row> },
): Served<C>[] {
  const shown: Show<C, Row, Row> = show ?? (async (_context, found) => found);
  return [
    serve(list, async (context: C, call: Call<Db>, input) => {
      const { rows, total } = await find(context, call, input);
      return { total, rows: [...(await shown(context, rows, call.caller))] };
    }),
    serveDownload(file, async (context: C, call: Call<Db>, conditions) => {
      const everything = { ...(conditions as object), page: 1, pageSize: ROWS_REACHABLE_MAX, sort: undefined };
      const { rows, total } = await find(context, call, everything as unknown as z.output<I>);
      mustBeReached(total, sheet);
      const { orgId = call.caller.org.id } = conditions as { orgId?: string };
      await call.decide(async (_tx, note) => note(orgId, `${file.title} ${total} ${sheet.unit}`));
      async function* lines(): AsyncGenerator<string[]> {
        for (const slice of inSlices(rows, ROWS_PER_TURN)) {
          for (const row of await shown(context, slice, call.caller)) yield cellsOf(sheet, row);
          await nextTurn();
        }
      }
      return {
        fileName: `${sheet.title} ${chinaDate(context.clock.now())}.xlsx`,
        contentType: XLSX,
        body: await context.spreadsheets.list(plain(sheet), lines()),
      };
    }),
  ];
}

/** Rows made between two turns of the event loop. */
const ROWS_PER_TURN = 100;

/** Everything that the conditions select, or nothing: half of it would pass for the whole. */
function mustBeReached(
  total: number,
  { unit, advice = '请增加查询条件后导出' }: Pick<ListSheet<never>, 'unit' | 'advice'>,
): void {
  if (total >= ROWS_REACHABLE_MAX)
    throw new Problem('invalid-input', `一次导出须少于 ${ROWS_REACHABLE_MAX} ${unit}，${advice}`);
}

function plain<Row>({ title, columns }: ListSheet<Row>) {
  return { title, columns: columns.map(([header, width]) => ({ title: header, width })) };
}

function cellsOf<Row>({ columns }: ListSheet<Row>, row: Row): string[] {
  return columns.map(([, , text]) => (typeof text === 'function' ? text(row) : String(row[text] ?? '')));
}
