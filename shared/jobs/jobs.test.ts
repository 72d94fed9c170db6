import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../../contracts/core/problems.ts';
import { TASK_FAILURES_KEPT_MAX, TaskView } from '../../contracts/task.ts';
import { browser } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { openToyNode, PASSWORD } from '../../tests/http/toy-node.ts';
import type { ToyNode } from '../../tests/http/toy-node.ts';
import { taskEndpoints } from './business.ts';
import { startPeriodic } from './periodic.ts';
import { interruptTasks, PROGRESS_EVERY_MS, startTask, stopTasks } from './task.ts';

let node: ToyNode;
let page: Browser;
let logged: string[];
beforeEach(async () => {
  logged = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
  node = await openToyNode({ endpoints: () => taskEndpoints, log });
  await node.addAccount('wang', 'bureau-registrar', '370102');
  page = browser(node.app);
  await page.signIn('wang', PASSWORD);
});
afterEach(() => node.close());

const caller = { account: 'wang', org: { id: '370102' } };
const given = { kind: 'import', title: '导入', total: 3, caller };
const view = async (id: string): Promise<TaskView> =>
  TaskView.parse(await (await page.get('/api/tasks/one', { id })).json());

describe('a task', () => {
  test('shows how far it is while it runs, and what came of it', async () => {
    let goOn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    const id = await startTask(node, given, async (task) => {
      await task.advance(1);
      node.clock.set(node.clock.now() + PROGRESS_EVERY_MS);
      await task.advance(1, [{ id: 'r2', reason: '重复' }]);
      await waiting;
      await task.advance(1);
      return { file: 'f1' };
    });
    while ((await view(id)).done === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await view(id)).toMatchObject({
      state: 'running',
      total: 3,
      done: 2,
      failed: 1,
      endedAt: null,
      result: null,
    });
    goOn();
    await stopTasks(node);
    expect(await view(id)).toMatchObject({
      state: 'done',
      done: 3,
      failed: 1,
      failures: [{ id: 'r2', reason: '重复' }],
      result: { file: 'f1' },
      message: null,
    });
    const { tasks } = (await (await page.get('/api/tasks')).json()) as { tasks: { id: string }[] };
    expect(tasks).toMatchObject([{ id, title: '导入', state: 'done' }]);
  });

  test('writes its progress no more than twice a second', async () => {
    let writes = 0;
    const { decide } = node.store;
    const counted = { ...node, store: { ...node.store, decide: (work: never) => (writes++, decide(work)) } };
    await startTask(counted as ToyNode, { ...given, total: 1_000 }, async (task) => {
      for (let item = 0; item < 1_000; item++) await task.advance(1);
    });
    await stopTasks(counted as ToyNode);
    expect(writes).toBe(2);
  });

  test('that throws is failed: a refusal with its text, a defect without', async () => {
    const refused = await startTask(node, given, () =>
      Promise.reject(new Problem('file-unreadable', '不是 Excel 文件')),
    );
    const broken = await startTask(node, given, () => Promise.reject(new Error('inside')));
    await stopTasks(node);
    expect(await view(refused)).toMatchObject({ state: 'failed', message: '文件无法读取：不是 Excel 文件' });
    expect(await view(broken)).toMatchObject({ state: 'failed', message: '系统内部错误，请把任务编号告诉管理员' });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('inside');
  });

  test('that was running when the process ended is interrupted at boot, with words on what to do', async () => {
    const row = {
      id: 't',
      kind: 'import',
      title: '导入',
      state: 'running',
      total: 9,
      done: 4,
      failed: 0,
      failures: '[]',
    } as const;
    const rest = {
      resultJson: null,
      message: null,
      account: 'wang',
      orgId: '370102',
      startedAt: '2026',
      endedAt: null,
    };
    await node.store.decide((tx) =>
      tx
        .insertInto('task')
        .values({ ...row, ...rest })
        .execute(),
    );
    const done = await startTask(node, given, async () => undefined);
    await stopTasks(node);
    await interruptTasks(node);
    expect(await view('t')).toMatchObject({ state: 'interrupted', done: 4, endedAt: '2026-09-01T00:00:00.000Z' });
    expect((await view('t')).message).toContain('重新提交');
    expect((await view(done)).state).toBe('done');
  });

  test('is told to stop, and waited for', async () => {
    const id = await startTask(node, given, async (task) => {
      while (!task.stopping) await new Promise((resolve) => setImmediate(resolve));
    });
    const deaf = await startTask(node, given, async (task) => task.advance(3));
    await stopTasks(node);
    expect((await view(id)).state).toBe('interrupted');
    expect((await view(deaf)).state).toBe('done');
  });

  test('keeps ten thousand failures and counts them all', async () => {
    const id = await startTask(node, { ...given, total: null }, async (task) => {
      const failures = Array.from({ length: TASK_FAILURES_KEPT_MAX + 5 }, (_, row) => ({
        id: `${row}`,
        reason: '重复',
      }));
      await task.advance(failures.length, failures);
    });
    await stopTasks(node);
    const { failed, failures, total } = await view(id);
    expect({ failed, kept: failures.length, total }).toEqual({ failed: 10_005, kept: 10_000, total: null });
  });

  test('is seen by nobody but who started it', async () => {
    await node.addAccount('li', 'bureau-registrar', '370102');
    const id = await startTask(node, given, async () => undefined);
    const other = browser(node.app);
    await other.signIn('li', PASSWORD);
    expect((await other.get('/api/tasks/one', { id })).status).toBe(404);
    expect(await (await other.get('/api/tasks')).json()).toEqual({ tasks: [] });
    await stopTasks(node);
  });
});

describe('a periodic job', () => {
  test('comes again a period after it ended, and never runs twice at once', async () => {
    let runs = 0;
    let atOnce = 0;
    let most = 0;
    const job = {
      name: 'count',
      everyMs: 1_000,
      async run() {
        runs++;
        most = Math.max(most, ++atOnce);
        await new Promise<void>((resolve) => node.clock.after(1_500, resolve));
        atOnce--;
      },
    };
    const jobs = startPeriodic(node, [job]);
    await node.clock.advance(10_000);
    expect(most).toBe(1);
    expect(runs).toBe(4);
    while (atOnce === 0) await node.clock.advance(100);
    const runsAtStop = runs;
    const stopping = jobs.stop();
    await node.clock.advance(10_000);
    await stopping;
    expect(runs).toBe(runsAtStop);
  });

  test('that throws is logged and comes again', async () => {
    let runs = 0;
    const jobs = startPeriodic(node, [
      { name: 'fails', everyMs: 1_000, run: () => Promise.reject(new Error(`run ${++runs}`)) },
    ]);
    await node.clock.advance(5_000);
    await jobs.stop();
    expect(runs).toBeGreaterThan(3);
    expect(logged[0]).toContain('run 1');
  });

  test('under way is waited for by stop', async () => {
    let state = 'waiting';
    const run = async (): Promise<void> => {
      state = 'under way';
      await new Promise<void>((resolve) => node.clock.after(500, resolve));
      state = 'ended';
    };
    const jobs = startPeriodic(node, [{ name: 'slow', everyMs: 1_000, run }]);
    while (state !== 'under way') await node.clock.advance(100);
    const stateAtStop = jobs.stop().then(() => state);
    await node.clock.advance(1_000);
    expect(await stateAtStop).toBe('ended');
  });
});
