import { z } from 'zod';
import { TodoRow } from './application.ts';
import { endpoint } from './core/endpoint.ts';
import { handlerRoles } from './orgs/roles.ts';

/** What waits for the caller on the unified platform, by kind of transfer, for the province's home page (features 18.1, 18.4). */
export const countTransferTurns = endpoint({
  method: 'get',
  path: '/api/transfer-turns',
  title: '统一平台待办统计',
  access: { roles: handlerRoles, reach: 'subtree' },
  input: z.object({}),
  output: z.object({ rows: z.array(TodoRow) }),
});
