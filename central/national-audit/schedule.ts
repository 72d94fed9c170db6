import { isoTime } from '../../shared/clock.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { Hub } from '../context.ts';
import { askForRun, goOn } from './run.ts';
import { findCurrentRun } from './table.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Two in the morning in China: 18:00 UTC of the day before. */
const NIGHT_UTC_MS = 18 * HOUR_MS;
/** A hub that was down at that time makes up for it, but not in the day, when people work. */
const NIGHT_LASTS_MS = 3 * HOUR_MS;

/** A hub that has just started waits until the provinces have greeted it. */
const AFTER_START_MS = 10 * 60_000;
/** When the hub looked for the first time since its start, by its store. */
const firstLooks = new WeakMap<object, number>();

/** The beginning of the night that is under way or was the last before this instant. */
function lastNight(nowMs: number): number {
  return Math.floor((nowMs - NIGHT_UTC_MS) / DAY_MS) * DAY_MS + NIGHT_UTC_MS;
}

export function nextRunAt(nowMs: number): number {
  return lastNight(nowMs) + DAY_MS;
}

/** Whether a run is due: it is night, and none has begun in it. */
export function isDue(nowMs: number, lastStartedAt: string | undefined): boolean {
  const night = lastNight(nowMs);
  return nowMs < night + NIGHT_LASTS_MS && (lastStartedAt === undefined || Date.parse(lastStartedAt) < night);
}

/** Begins the run of the night, and goes on with what is under way: also after a crash, and when nobody answers any more. */
export async function auditByNight(hub: Hub): Promise<void> {
  const { read } = hub.store;
  const nowMs = hub.clock.now();
  if (!firstLooks.has(hub.store)) firstLooks.set(hub.store, nowMs);
  if (!(await findCurrentRun(read))) {
    if (nowMs < firstLooks.get(hub.store)! + AFTER_START_MS) return;
    const last = await read
      .selectFrom('audit_run')
      .select('startedAt')
      .where('cause', '=', 'schedule')
      .where('startedAt', '<=', isoTime(nowMs))
      .orderBy('startedAt', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!isDue(nowMs, last?.startedAt)) return;
    await hub.store.decide((tx) => askForRun(hub, tx, 'schedule', ''));
  }
  await soon(hub, goOn);
}
