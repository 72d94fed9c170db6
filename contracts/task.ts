import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { Role } from './orgs/roles.ts';

/** Long work that a person started and may leave and come back to: imports, exports, reviews of many. */
export const TaskState = z.enum(['running', 'done', 'failed', 'interrupted']);
export type TaskState = z.infer<typeof TaskState>;
export const taskStateTitles: Record<TaskState, string> = {
  running: '进行中',
  done: '已完成',
  failed: '失败',
  interrupted: '已中断',
};

/** One item that was not done, and why, in Chinese. */
export const TaskFailure = z.object({ id: z.string(), reason: z.string() });
export type TaskFailure = z.infer<typeof TaskFailure>;

/** Failures that are kept and shown; `failed` counts all. */
export const TASK_FAILURES_KEPT_MAX = 10_000;

const TaskSummary = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  state: TaskState,
  /** Items in all; null when not known beforehand. */
  total: z.int().nullable(),
  /** Items handled so far, the failed ones among them. */
  done: z.int(),
  failed: z.int(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** Why it failed or was interrupted. */
  message: z.string().nullable(),
});

export const TaskView = TaskSummary.extend({
  failures: z.array(TaskFailure),
  /** What the work answered, as its kind defines; null while it runs. */
  result: z.unknown(),
});
export type TaskView = z.infer<typeof TaskView>;

/** The page asks again every second or two, as a background request. */
export const getTask = endpoint({
  method: 'get',
  path: '/api/tasks/one',
  title: '任务进度',
  access: { roles: Role.options, reach: 'self' },
  input: z.object({ id: z.string().max(64) }),
  output: TaskView,
  problems: ['not-found'],
});

/** The caller's own, newest first. */
export const listTasks = endpoint({
  method: 'get',
  path: '/api/tasks',
  title: '我的任务',
  access: { roles: Role.options, reach: 'self' },
  input: z.object({}),
  output: z.object({ tasks: z.array(TaskSummary) }),
});
