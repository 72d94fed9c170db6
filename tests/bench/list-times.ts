import { must } from '../../shared/assert.ts';
import type { Child } from './child.ts';
import { percentile, rounded } from './figure.ts';
import type { Figure } from './figure.ts';
import type { ListRequest } from './page-requests.ts';
import type { Person } from './person.ts';

const SAMPLES = 40;
const WARM_UPS = 2;
const SLOWEST_TOLD = 8;

export interface Taken {
  /** Until the whole answer was there, at the client, in milliseconds. */
  times: number[];
  /** What the province computed for one of them; null where others were at work beside it. */
  cpuMs: number | null;
}
export type ListTimes = Map<ListRequest, Taken>;
export type Take = (request: ListRequest, index: number) => Promise<unknown>;

export function takeAs(people: ReadonlyMap<string, Person>): Take {
  return ({ account, path, query }, index) => must(people.get(account), account).get(path, query(index));
}

/** Each list many times in a row, nobody else being at work. */
export async function timeLists(requests: readonly ListRequest[], take: Take, province: Child): Promise<ListTimes> {
  const all: ListTimes = new Map();
  for (const request of requests) {
    for (let index = 0; index < WARM_UPS; index++) await take(request, index);
    const beforeMs = await province.ask<number>('cpuMs');
    const times = await timesOf(SAMPLES, (index) => take(request, index + WARM_UPS));
    const cpuMs = ((await province.ask<number>('cpuMs')) - beforeMs) / SAMPLES;
    all.set(request, { times, cpuMs });
  }
  return all;
}

export async function timesOf(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedMs = performance.now();
    await work(index);
    times.push(performance.now() - startedMs);
  }
  return times;
}

/** Of the lists of one figure the slowest counts. */
export function listFigures(times: ListTimes, fixed: Pick<Figure, 'limit' | 'limitName' | 'goal'>): Figure[] {
  const figures = [...new Set([...times.keys()].map(({ figure }) => figure))];
  return figures.map((figure) => {
    const own = [...times].filter(([request]) => request.figure === figure);
    const value = Math.max(...own.map(([, taken]) => percentile(taken.times, 0.95)));
    return { figure: `pages.${figure}.p95`, value, unit: 'ms', ...fixed };
  });
}

/** The lists that made the province compute most, for people. */
export function describeSlowest(times: ListTimes): string[] {
  const costOf = ({ cpuMs, times: own }: Taken): number => cpuMs ?? percentile(own, 0.95);
  return [...times]
    .filter(([, taken]) => taken.times.length > 0)
    .toSorted(([, a], [, b]) => costOf(b) - costOf(a))
    .slice(0, SLOWEST_TOLD)
    .map(([{ figure, who, what }, { times: own, cpuMs }]) => {
      const computed = cpuMs === null ? '' : `, ${rounded(cpuMs)} ms computed`;
      return `${figure}, ${who}, ${what}: ${spread(own)}${computed}`;
    });
}

export function spread(times: readonly number[]): string {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => rounded(percentile(times, share)));
  return `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms`;
}
