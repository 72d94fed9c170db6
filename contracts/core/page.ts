import { z } from 'zod';

export const PAGE_SIZE_MAX = 200;

/**
 * Rows that paging reaches, and as far as a list counts: of five million nobody pages through more, and the conditions must
 * say more (A39: a list is for looking, not for copying the register).
 */
export const ROWS_REACHABLE_MAX = 10_000;

/** Query parameters of every list: 1-based page, size, and sort as `column` or `-column` (descending). */
export const PageInput = z.object({
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(20),
  sort: z.string().optional(),
});
export type PageInput = z.infer<typeof PageInput>;

/** One page of a list, with the number of rows that the conditions select: `ROWS_REACHABLE_MAX` stands for as many or more. */
export function PageOf<Row extends z.ZodType>(row: Row) {
  return z.object({ rows: z.array(row), total: z.number().int() });
}
export interface Page<Row> {
  rows: Row[];
  total: number;
}
