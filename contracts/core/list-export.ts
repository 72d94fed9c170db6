import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import type { PageInput } from './page.ts';

type Paging = typeof PageInput.shape;

/**
 * The file of everything that a list's conditions select, beside the list: the same people, the same conditions. The list's
 * title without 查询 says what is exported.
 */
export function exportOf<Shape extends Paging & z.core.$ZodShape>(
  list: Endpoint<z.ZodObject<Shape>>,
): Endpoint<z.ZodObject<Omit<Shape, keyof Paging>>, z.ZodUnknown> {
  const { access, path, title, problems } = list;
  const { page: _page, pageSize: _pageSize, sort: _sort, ...conditions } = list.input.shape;
  return endpoint({
    kind: 'download',
    method: 'get',
    path: `${path}/export`,
    title: `导出${title.replace(/查询$/, '')}`,
    access,
    input: z.object(conditions),
    output: z.unknown(),
    problems: [...problems, 'invalid-input'],
    audited: true,
  });
}
