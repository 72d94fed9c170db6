import { getTask, listTasks } from '../../contracts/task.ts';
import type { TaskView } from '../../contracts/task.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { tablesOf } from '../db/tables-of.ts';
import { serve } from '../http/serve.ts';
import type { Call, HttpContext, Served } from '../http/serve.ts';
import type { TaskTable, TaskTables } from './table.ts';

/** Tasks on the list: the recent ones. */
const TASKS_LISTED = 50;

/** A person's own long work: where it stands, and what came of it. */
export const taskEndpoints: Served<HttpContext>[] = [
  serve(getTask, async (context: HttpContext, call: Call<never>, { id }) => {
    const row = await tablesOf<TaskTables>(context.store.read)
      .selectFrom('task')
      .selectAll()
      .where('id', '=', id)
      .where('account', '=', call.caller.account)
      .executeTakeFirst();
    if (!row) throw new Problem('not-found', '没有这个任务');
    return viewOf(row);
  }),
  serve(listTasks, async (context: HttpContext, call: Call<never>) => {
    const tasks = await tablesOf<TaskTables>(context.store.read)
      .selectFrom('task')
      .select(['id', 'kind', 'title', 'state', 'total', 'done', 'failed', 'startedAt', 'endedAt', 'message'])
      .where('account', '=', call.caller.account)
      .orderBy('startedAt', 'desc')
      .orderBy('id', 'desc')
      .limit(TASKS_LISTED)
      .execute();
    return { tasks };
  }),
];

function viewOf({ failures, resultJson, ...row }: TaskTable): TaskView {
  return {
    ...row,
    failures: JSON.parse(failures) as TaskView['failures'],
    result: resultJson === null ? null : (JSON.parse(resultJson) as unknown),
  };
}
