import { Problem } from '../../contracts/core/problems.ts';
import { TASK_FAILURES_KEPT_MAX } from '../../contracts/task.ts';
import type { TaskFailure } from '../../contracts/task.ts';
import { assert } from '../assert.ts';
import { isoTime } from '../clock.ts';
import { tellPages } from '../http/news.ts';
import type { HttpContext } from '../http/serve.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { TaskTable, TaskTables } from './table.ts';

/** Progress is written at most so often: it must not cost the work itself. */
export const PROGRESS_EVERY_MS = 500;

const interrupted = {
  state: 'interrupted',
  message: '系统重新启动，任务中断。已处理的部分有效，请核对后重新提交其余部分',
} as const;

/** The topic of `/api/tasks`. */
const TASKS = 'tasks';

/** What the work has in hand. */
export interface Task {
  id: string;
  /** True once the node is stopping. Ask between decisions; who has been told returns, and the task is `interrupted`. */
  readonly stopping: boolean;
  /** So many more items have been handled, these of them in vain. */
  advance(handled: number, failures?: readonly TaskFailure[]): Promise<void>;
}

export interface NewTask {
  kind: string;
  /** Chinese, for the list of tasks. */
  title: string;
  /** Items in all; null when not known beforehand. */
  total: number | null;
  caller: { account: string; org: { id: string } };
}

/** The tasks that run in this process, by the store of their node. */
const running = new WeakMap<object, Set<{ stopping: boolean; ended: Promise<void> }>>();

/**
 * Begins work that outlasts its request; answers the task's id at once. The work makes its own decisions, small ones,
 * and tells `advance` after each; what it returns (JSON) is kept as the task's result. A `Problem` that it throws ends
 * the task as `failed` with its text, anything else with a general one and a line in the log. What had been decided
 * until then stays decided.
 */
export async function startTask(
  context: HttpContext,
  { kind, title, total, caller }: NewTask,
  work: (task: Task) => Promise<unknown>,
): Promise<string> {
  const row: TaskTable = {
    id: context.ids.next(),
    kind,
    title,
    state: 'running',
    total,
    done: 0,
    failed: 0,
    failures: '[]',
    resultJson: null,
    message: null,
    account: caller.account,
    orgId: caller.org.id,
    startedAt: isoTime(context.clock.now()),
    endedAt: null,
  };
  const begun = context.store.decide(async (tx) => {
    await tablesOf<TaskTables>(tx).insertInto('task').values(row).execute();
    tellPages(context, tx, TASKS, [row.orgId]);
  });
  const mine = running.get(context.store) ?? new Set();
  running.set(context.store, mine);
  const entry = { stopping: false, ended: Promise.resolve() };
  // A stop waits for it from here on, not only once it is written.
  mine.add(entry);
  entry.ended = begun
    .then(
      () => runTask(context, row, entry, work),
      () => undefined,
    )
    .finally(() => mine.delete(entry));
  await begun;
  return row.id;
}

async function runTask(
  context: HttpContext,
  { id, orgId }: TaskTable,
  entry: { stopping: boolean },
  work: (task: Task) => Promise<unknown>,
): Promise<void> {
  let done = 0;
  let failed = 0;
  let toldToStop = false;
  const failures: TaskFailure[] = [];
  let writtenMs = context.clock.now();
  const write = (more: Partial<TaskTable>): Promise<unknown> =>
    context.store.decide(async (tx) => {
      await tablesOf<TaskTables>(tx)
        .updateTable('task')
        .set({ done, failed, ...more })
        .where('id', '=', id)
        .execute();
      tellPages(context, tx, TASKS, [orgId]);
    });
  const task: Task = {
    id,
    get stopping() {
      toldToStop ||= entry.stopping;
      return entry.stopping;
    },
    async advance(handled, moreFailures = []) {
      assert(handled >= moreFailures.length, 'no more failures than items');
      done += handled;
      failed += moreFailures.length;
      failures.push(...moreFailures.slice(0, TASK_FAILURES_KEPT_MAX - failures.length));
      const now = context.clock.now();
      if (now - writtenMs < PROGRESS_EVERY_MS) return;
      writtenMs = now;
      await write({});
    },
  };
  const end = (more: Partial<TaskTable>): Promise<unknown> =>
    write({ ...more, failures: JSON.stringify(failures), endedAt: isoTime(context.clock.now()) });
  try {
    const result = await work(task);
    await end(toldToStop ? interrupted : { state: 'done', resultJson: JSON.stringify(result ?? null) });
  } catch (error) {
    if (!(error instanceof Problem)) context.log.error({ err: error, task: id }, 'task failed');
    const message = error instanceof Problem ? error.message : '系统内部错误，请把任务编号告诉管理员';
    await end({ state: 'failed', message }).catch((lost: unknown) => {
      context.log.error({ err: lost, task: id }, 'the end of a task could not be written');
    });
  }
}

/** Tells the running tasks to stop and waits until they have: at the node's stop, before the store closes. */
export async function stopTasks(context: Pick<HttpContext, 'store'>): Promise<void> {
  const mine = [...(running.get(context.store) ?? [])];
  for (const entry of mine) entry.stopping = true;
  await Promise.all(mine.map(({ ended }) => ended));
}

/** At boot, before any task starts: what was running when the process ended will never go on. */
export async function interruptTasks(context: HttpContext): Promise<void> {
  await context.store.decide((tx) =>
    tablesOf<TaskTables>(tx)
      .updateTable('task')
      .set({
        ...interrupted,
        endedAt: isoTime(context.clock.now()),
      })
      .where('state', '=', 'running')
      .execute(),
  );
}
