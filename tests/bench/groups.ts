import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { samplePupils } from '../../deploy/demo/pupils.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { must } from '../../shared/assert.ts';
import { seededRandom } from '../../shared/random.ts';
import { loadedAt } from '../world/problems.ts';
import { eventually, openWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { percentile, rounded } from './figure.ts';
import type { Figure, Measured } from './figure.ts';
import { describeMachine } from './machine.ts';
import type { BenchOptions } from './main.ts';

/** The goal: both sides see a group across provinces within a second after it is found (features 2.2). */
const SEEN_MS_MAX = 1_000;

const GROUPS = 300;
const ASK_EVERY_MS = 2;
const LOADED_WITHIN_MS = 120_000;
const [here, there] = [demoProvinces[0], demoProvinces[1]].map((province) => ({
  code: province.code,
  school: must(
    demoOrgs(province).find((org) => org.name.endsWith('实验小学')),
    'a primary school',
  ),
}));

/**
 * Phase one's pupils of whom two provinces have a record each: from the decision of the hub that finds it until both provinces have the
 * group in their tables. In one process with the loopback link: hub and both provinces share one event loop and one disk.
 */
export async function benchGroups({ rows = GROUPS }: BenchOptions): Promise<Measured> {
  const machine = describeMachine();
  const world = await openWorld([here!.code, there!.code]);
  try {
    const forms = samplePupils(seededRandom(5), here!.school, 2 * rows, 2020);
    for (const form of forms) await load(world, here!, form, '2020-09-01T01:00:00.000Z');
    const known = world.hub.context.store.read.selectFrom('national_record').select((eb) => eb.fn.countAll().as('n'));
    await eventually(
      () => known.executeTakeFirstOrThrow(),
      ({ n }) => n === forms.length,
      LOADED_WITHIN_MS,
    );
    const seen = new Map<string, number>();
    const single: number[] = [];
    for (const form of forms.slice(0, rows)) {
      await load(world, there!, form, '2022-09-01T01:00:00.000Z');
      single.push(...(await whenSeen(world, seen, 1)));
    }
    for (const form of forms.slice(rows)) await load(world, there!, form, '2022-09-01T01:00:00.000Z');
    const together = await whenSeen(world, seen, rows);
    return {
      figures: [goalOf('groups.seenByBoth.p99', single), goalOf('groups.seenByBoth.loaded.p99', together)],
      notes: [
        machine,
        `${rows} one at a time: p50 ${rounded(percentile(single, 0.5))} ms, p99 ${rounded(percentile(single, 0.99))} ms`,
        `${rows} as a load brings them: p50 ${rounded(percentile(together, 0.5))} ms, p99 ${rounded(percentile(together, 0.99))} ms`,
      ],
    };
  } finally {
    await world.stop();
  }
}

const load = (world: World, { code, school }: NonNullable<typeof here>, form: StudentForm, since: string) =>
  loadedAt(world.province(code).context, { form, schoolId: school.id, since });

function goalOf(figure: string, timesMs: readonly number[]): Figure {
  const value = percentile(timesMs, 0.99);
  return { figure, value, unit: 'ms', limit: SEEN_MS_MAX, limitName: 'the goal', goal: '<= 1' };
}

/** Until `count` more groups than `seen` are at both provinces: of each, the milliseconds since the hub opened it. One clock has both. */
async function whenSeen(world: World, seen: Map<string, number>, count: number): Promise<number[]> {
  const fresh: number[] = [];
  while (fresh.length < count) {
    const groups = [here!, there!].map(({ code }) =>
      world.province(code).context.store.read.selectFrom('problem_group').select(['id', 'openedAt']).execute(),
    );
    const [one, other] = await Promise.all(groups);
    const nowMs = Date.now();
    const ids = new Set(must(other, 'its groups').map(({ id }) => id));
    for (const { id, openedAt } of must(one, 'its groups')) {
      if (!ids.has(id) || seen.has(id)) continue;
      seen.set(id, nowMs);
      fresh.push(nowMs - Date.parse(openedAt));
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return fresh;
}
