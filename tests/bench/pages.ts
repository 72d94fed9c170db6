import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_PASSWORD } from '../../deploy/demo/accounts.ts';
import type { TaskView } from '../../contracts/task.ts';
import { startNatsServer } from '../../shared/messaging/nats-server.ts';
import { systemRandom } from '../../shared/random.ts';
import { createNodeKeys, fingerprint, publicPart } from '../../shared/signing/node-keys.ts';
import { must } from '../../shared/assert.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { percentile, rounded } from './figure.ts';
import type { Figure, Measured } from './figure.ts';
import { FIRST_LOAD_KB_MAX, firstLoadKb } from './first-load.ts';
import { copyDatabase } from './held-claims.ts';
import { largeProvince, sizesOf } from './large-province/database.ts';
import type { Sizes } from './large-province/database.ts';
import { LARGE_COUNTY } from './large-province/orgs.ts';
import { describeMachine } from './machine.ts';
import type { BenchOptions } from './main.ts';
import { benchSettings, dataFolderOf } from './node-settings.ts';
import { listRequests } from './page-requests.ts';
import type { ListRequest } from './page-requests.ts';
import { describeSlowest, listFigures, spread, takeAs, timeLists, timesOf } from './list-times.ts';
import type { ListTimes, Take } from './list-times.ts';
import { lookInto } from './page-known.ts';
import { signIn } from './person.ts';
import type { Person } from './person.ts';
import type { Watched } from './province-process.ts';

const PUPILS = 5_000_000;
const BARE_REQUESTS = 200;

/** The goals (P7, P9), and of 全部审核: as quick as people wait for, and others go on working. */
const LIST_P95_MS_MAX = 50;
const BATCH_SECONDS_MAX = 20;
const LIST_P95_MS_MAX_IN_BATCH = 200;
const root = join(import.meta.dirname, '..', '..', '..');

/**
 * The pages of a province with millions of pupils: every list over real HTTP as the roles that use it, once in peace and
 * once while a bureau approves all that waits for it. Province, hub and broker are each a process.
 */
export async function benchPages({ rows = PUPILS, fresh, profile }: BenchOptions): Promise<Measured> {
  const machine = describeMachine();
  const sizes = sizesOf(rows);
  const keys = createNodeKeys('p-37', systemRandom);
  const folder = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  const { masterSecret } = benchSettings({ folder, natsUrl: '', keys });
  const kept = await largeProvince(sizes, masterSecret, fresh);
  const database = join(dataFolderOf(folder, 'p-37'), 'node.db');
  copyDatabase(kept.file, database);
  const broker = await startNatsServer();
  const execArgv = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const hub = startChild('hub-process', execArgv);
  const province = startChild('province-process', execArgv);
  try {
    const { known, claims } = lookInto(database, masterSecret);
    const hubKeys = createNodeKeys('hub', systemRandom);
    await hub.ask('open', {
      node: { folder, natsUrl: broker.url, keys: hubKeys },
      // The hub does not listen, so its jobs do not run: nobody is verified, and the registry is not asked.
      registry: { url: 'http://127.0.0.1:9', apiKey: 'bench-registry-key' },
    });
    await hub.ask('hold', claims);
    const hubFingerprint = fingerprint(publicPart(hubKeys.keys[0]!));
    await province.ask('open', { folder, natsUrl: broker.url, keys, hubFingerprint });
    await hub.ask('admit', { node: 'p-37', key: publicPart(keys.keys[0]!) });
    const address: string = await province.ask('listen');
    const measured = await measure(address, province, listRequests(known), sizes);
    const made = kept.madeSeconds > 0 ? `, made in ${rounded(kept.madeSeconds)} s` : '';
    const size = `${describe(sizes)}; ${rounded(statSync(kept.file).size / 1e9)} GB${made}`;
    return { figures: [...measured.figures, measureFirstLoad()], notes: [machine, size, ...measured.notes] };
  } finally {
    await province.stop();
    await hub.stop();
    await broker.stop();
    rmSync(folder, { recursive: true });
  }
}

function describe({ pupils, schools, underWay, registered, auditEntries }: Sizes): string {
  const text = (count: number): string => count.toLocaleString('en');
  return `${text(pupils)} pupils in ${text(schools)} schools, ${text(underWay)} registrations under way and ${text(registered)} done, ${text(auditEntries)} audit entries`;
}

async function measure(
  address: string,
  province: Child,
  requests: readonly ListRequest[],
  { waitingForLargeCounty }: Sizes,
): Promise<Measured> {
  const people = new Map<string, Person>();
  for (const { account } of requests)
    if (!people.has(account)) people.set(account, await signIn(address, account, DEMO_PASSWORD));
  const take = takeAs(people);
  const bare = await timesOf(BARE_REQUESTS, async () => (await fetch(`${address}/health`)).text());
  const quiet = await timeLists(requests, take, province);
  await province.ask('watch');
  const beforeMs = await province.ask<number>('cpuMs');
  const batch = await approveAll(must(people.get(`xj${LARGE_COUNTY}`), 'the county'), requests, take);
  const cpuSeconds = ((await province.ask<number>('cpuMs')) - beforeMs) / 1_000;
  const { blockMs, peakMb } = await province.ask<Watched>('look');
  const inAll = [...batch.times.values()].flatMap(({ times }) => times);
  const seconds = (batch.seconds / batch.total) * waitingForLargeCounty;
  return {
    figures: [
      ...listFigures(quiet, { limit: LIST_P95_MS_MAX, ...fixed }),
      { figure: 'pages.approveAll', value: seconds, unit: 's', limit: BATCH_SECONDS_MAX, ...fixed },
      {
        figure: 'pages.whileApproving.p95',
        value: percentile(inAll, 0.95),
        unit: 'ms',
        limit: LIST_P95_MS_MAX_IN_BATCH,
        ...fixed,
      },
    ],
    notes: [
      `a bare GET /health beside them: ${spread(bare)}`,
      ...describeSlowest(quiet),
      `全部审核 of ${batch.total} in ${rounded(batch.seconds)} s (the figure is of ${waitingForLargeCounty}), ${batch.failed} failed; progress seen ${batch.progress} times; ${rounded(cpuSeconds)} s computed with the lists walked meanwhile; longest block ${rounded(blockMs)} ms, peak ${rounded(peakMb)} MB`,
      `${inAll.length} lists walked meanwhile: ${spread(inAll)}`,
      ...describeSlowest(batch.times),
    ],
  };
}

const fixed = { limitName: 'the goal', goal: '<= 1' } as const;

interface Batch {
  total: number;
  failed: number;
  seconds: number;
  /** How many different states of the progress were seen. */
  progress: number;
  times: ListTimes;
}

const POLL_EVERY_MS = 500;

/** 全部审核 of a bureau, while somebody else walks through all the lists. */
async function approveAll(bureau: Person, requests: readonly ListRequest[], take: Take): Promise<Batch> {
  const times: ListTimes = new Map(requests.map((request) => [request, { times: [], cpuMs: null }]));
  const startedMs = performance.now();
  const { taskId, total } = await bureau.post<{ taskId: string; total: number }>('/api/applications/decide-many', {
    kind: 'primary-entrant',
    act: 'review',
    decision: 'approve',
    opinion: '同意',
  });
  let isOver = false;
  const walk = async (): Promise<void> => {
    for (let walked = 0; !isOver; walked++) {
      const request = must(requests[walked % requests.length], 'a request');
      const round = Math.floor(walked / requests.length);
      must(times.get(request), 'its times').times.push(...(await timesOf(1, () => take(request, round))));
    }
  };
  const walking = walk();
  const seen = new Set<number>();
  const look = async (): Promise<TaskView> => {
    const task = await bureau.get<TaskView>('/api/tasks/one', { id: taskId });
    seen.add(task.done);
    return task;
  };
  let task = await look();
  while (task.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    task = await look();
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  isOver = true;
  await walking;
  if (task.state !== 'done') throw new Error(`the task is ${task.state}: ${task.message}`);
  return { total, failed: task.failed, seconds, progress: seen.size, times };
}

function measureFirstLoad(): Figure {
  const build = `import('./deploy/prepare.mjs').then((prepare) => prepare.buildWeb())`;
  spawnSync(process.execPath, ['-e', build], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const value = firstLoadKb(join(root, 'dist/web/province'));
  return { figure: 'pages.firstLoad', value, unit: 'KB', limit: FIRST_LOAD_KB_MAX, ...fixed };
}
