import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { TaskState } from '../../contracts/task.ts';

export interface TaskTable {
  id: string;
  kind: string;
  title: string;
  state: TaskState;
  total: number | null;
  done: number;
  failed: number;
  /** JSON list of `TaskFailure`, at most `TASK_FAILURES_KEPT_MAX`. */
  failures: string;
  resultJson: string | null;
  message: string | null;
  account: string;
  orgId: string;
  startedAt: string;
  endedAt: string | null;
}

export interface TaskTables {
  task: TaskTable;
}

export async function createTaskTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('task')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('total', 'integer')
    .addColumn('done', 'integer', (c) => c.notNull())
    .addColumn('failed', 'integer', (c) => c.notNull())
    .addColumn('failures', 'text', (c) => c.notNull())
    .addColumn('resultJson', 'text')
    .addColumn('message', 'text')
    .addColumn('account', 'text', (c) => c.notNull())
    .addColumn('orgId', 'text', (c) => c.notNull())
    .addColumn('startedAt', 'text', (c) => c.notNull())
    .addColumn('endedAt', 'text')
    .modifyEnd(sql`strict`)
    .execute();
  // 我的任务, newest first.
  await db.schema.createIndex('task_account').on('task').columns(['account', 'startedAt', 'id']).execute();
  // What a crash left running, at boot.
  await sql`create index task_running on task (state) where state = 'running'`.execute(db);
}
