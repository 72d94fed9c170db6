import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samplePupils } from '../../deploy/demo/pupils.ts';
import { systemClock } from '../../shared/clock.ts';
import { idsFrom, seededRandom, systemRandom } from '../../shared/random.ts';
import { inSlices } from '../../shared/slices.ts';
import { openFederation } from './federation.ts';
import type { Federation, RunningId } from './federation.ts';
import { percentile, rounded } from './figure.ts';
import type { Measured } from './figure.ts';
import { describeMachine } from './machine.ts';
import type { BenchOptions } from './main.ts';
import type { Person } from './person.ts';
import { from } from './transfer-rows.ts';
import type { Pupil } from './transfer-rows.ts';

/** The goals (P8). */
const HAND_OVER_MS_MAX = 500;
const DRAIN_S_MAX = 60;

const WITH_PICTURES = 40;
const WAITING = 1_000;
const TRANSFERS = 10_000;
const PUPILS_PER_COMMAND = 1_000;
const nodes: readonly RunningId[] = ['hub', 'p-37', 'p-44'];

/**
 * Transfers from the last approval, over HTTP, to 办结: hub, two provinces and broker, each a process of its own as in production, but on
 * one machine and one disk. One approval is left of each chain.
 */
export async function benchTransfers({ rows = TRANSFERS, profile }: BenchOptions): Promise<Measured> {
  const machine = describeMachine();
  const folder = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  const federation = await openFederation(folder, profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []);
  try {
    const pupils = await enrol(federation, WITH_PICTURES + WAITING + rows);
    const approver = await federation.person('hub', `xj${from.parentId}@37`);
    const single = await oneByOne(federation, approver, pupils.slice(0, WITH_PICTURES));
    const drained = await drain(federation, approver, pupils.slice(WITH_PICTURES, WITH_PICTURES + WAITING));
    const many = await allAtOnce(federation, approver, pupils.slice(WITH_PICTURES + WAITING));
    const fixed = { limitName: 'the goal', goal: '<= 1' } as const;
    const p50 = percentile(single.timesMs, 0.5);
    return {
      figures: [
        { figure: 'transfers.handOver.p50', value: p50, unit: 'ms', limit: HAND_OVER_MS_MAX, ...fixed },
        { figure: 'transfers.drain1000', value: drained, unit: 's', limit: DRAIN_S_MAX, ...fixed },
      ],
      notes: [
        machine,
        `hand-over of a record with 2 MB of pictures, one at a time: p50 ${rounded(p50)} ms, p99 ${rounded(percentile(single.timesMs, 0.99))} ms; ${single.cpu}`,
        `${rows} transfers approved together (全部), until the last is 办结: ${many}`,
      ],
    };
  } finally {
    await federation.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Pupils with a record in 山东 that the national index knows; the first have pictures. */
async function enrol(federation: Federation, count: number): Promise<Pupil[]> {
  const ids = idsFrom(systemClock, systemRandom);
  const pupils = samplePupils(seededRandom(8), from, count, 2026).map((form) => ({ id: ids.next(), form }));
  for (const slice of inSlices(pupils, PUPILS_PER_COMMAND)) {
    await federation.ask('p-37', 'enrol', slice);
    await federation.ask('hub', 'index', slice);
  }
  await federation.ask('p-37', 'addPictures', pupils.slice(0, WITH_PICTURES));
  return pupils;
}

async function nearlyApproved(federation: Federation, pupils: readonly Pupil[]): Promise<string[]> {
  const ids: string[] = [];
  for (const slice of inSlices(pupils, PUPILS_PER_COMMAND))
    ids.push(...(await federation.ask<string[]>('hub', 'nearlyApproved', slice)));
  return ids;
}

const untilClosed = (federation: Federation, ids: readonly string[]): Promise<void> =>
  federation.ask('hub', 'untilClosed', ids);

async function oneByOne(
  federation: Federation,
  approver: Person,
  pupils: readonly Pupil[],
): Promise<{ timesMs: number[]; cpu: string }> {
  const timesMs: number[] = [];
  const ids = await nearlyApproved(federation, pupils);
  const cpu = await cpuOf(federation, ids.length, async () => {
    for (const id of ids) {
      await approver.post('/api/applications/decide', { id, revision: 1, decision: 'approve', opinion: '' });
      const approvedMs = performance.now();
      await untilClosed(federation, [id]);
      timesMs.push(performance.now() - approvedMs);
    }
  });
  return { timesMs, cpu };
}

/** Seconds from the end of an outage of the broker until all that waited for it are 办结. */
async function drain(federation: Federation, approver: Person, pupils: readonly Pupil[]): Promise<number> {
  const ids = await nearlyApproved(federation, pupils);
  await federation.kill('broker');
  await approveAll(approver);
  await federation.start('broker');
  const healedMs = performance.now();
  await untilClosed(federation, ids);
  return (performance.now() - healedMs) / 1_000;
}

async function allAtOnce(federation: Federation, approver: Person, pupils: readonly Pupil[]): Promise<string> {
  if (pupils.length === 0) return 'none';
  const ids = await nearlyApproved(federation, pupils);
  const startedMs = performance.now();
  const cpu = await cpuOf(federation, ids.length, async () => {
    await approveAll(approver);
    await untilClosed(federation, ids);
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  return `${rounded(seconds)} s, ${rounded(ids.length / seconds)}/s; ${cpu}`;
}

/** What `work` cost each node, as a text: milliseconds of processor a transfer. */
async function cpuOf(federation: Federation, transfers: number, work: () => Promise<void>): Promise<string> {
  const spent = () => Promise.all(nodes.map((node) => federation.ask<number>(node, 'cpuMs')));
  const before = await spent();
  await work();
  const after = await spent();
  const each = nodes.map((node, at) => `${node} ${rounded((after[at]! - before[at]!) / transfers)}`);
  return `ms of processor a transfer: ${each.join(', ')}`;
}

async function approveAll(approver: Person): Promise<void> {
  const input = { kind: 'cross-province-transfer', act: 'review', decision: 'approve', opinion: '' };
  const { taskId } = await approver.post<{ taskId: string }>('/api/applications/decide-many', input);
  for (;;) {
    const task = await approver.get<{ state: string; failed: number }>('/api/tasks/one', { id: taskId });
    if (task.state === 'done' && task.failed === 0) return;
    if (task.state !== 'running') throw new Error(`approving ended ${task.state}, ${task.failed} failed`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
