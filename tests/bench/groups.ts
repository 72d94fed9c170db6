import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { samplePupils } from '../../deploy/demo/pupils.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import { seededRandom } from '../../shared/random.ts';
import { allLoadedAt } from '../world/problems.ts';
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
const ASK_MANY_EVERY_MS = 20;
const LOADED_WITHIN_MS = 120_000;
const [here, there] = [demoProvinces[0], demoProvinces[1]].map((province) => ({
  code: province.code,
  school: must(
    demoOrgs(province).find((org) => org.name.endsWith('实验小学')),
    'a primary school',
  ),
}));

type Side = NonNullable<typeof here>;

/**
 * Phase one's pupils of whom two provinces have a record each: from the decision of the hub that finds it until both provinces have the
 * group in their tables. In one process with the loopback link: hub and both provinces share one event loop and one disk.
 */
export async function benchGroups({ rows = GROUPS }: BenchOptions): Promise<Measured> {
  const machine = describeMachine();
  const world = await openWorld([here!.code, there!.code]);
  try {
    const forms = samplePupils(seededRandom(5), here!.school, 2 * rows, 2020);
    await load(world, here!, forms, '2020-09-01T01:00:00.000Z');
    const known = world.hub.context.store.read.selectFrom('national_record').select((eb) => eb.fn.countAll().as('n'));
    await eventually(
      () => known.executeTakeFirstOrThrow(),
      ({ n }) => n === forms.length,
      LOADED_WITHIN_MS,
    );
    const again = (found: readonly StudentForm[]): Promise<number[]> => {
      const begunAt = isoTime(Date.now());
      return load(world, there!, found, '2022-09-01T01:00:00.000Z').then(() => whenSeen(world, begunAt, found.length));
    };
    const single: number[] = [];
    for (const form of forms.slice(0, rows)) single.push(...(await again([form])));
    const together = await again(forms.slice(rows));
    return {
      figures: [goalOf('groups.seenByBoth.p99', single), goalOf('groups.seenByBoth.together.p99', together)],
      notes: [
        machine,
        `${rows} one at a time: p50 ${rounded(percentile(single, 0.5))} ms, p99 ${rounded(percentile(single, 0.99))} ms`,
        `${rows} found together, in one message: p50 ${rounded(percentile(together, 0.5))} ms, p99 ${rounded(percentile(together, 0.99))} ms`,
      ],
    };
  } finally {
    await world.stop();
  }
}

const load = (world: World, { code, school }: Side, forms: readonly StudentForm[], since: string) =>
  allLoadedAt(
    world.province(code).context,
    forms.map((form) => ({ form, schoolId: school.id, since })),
  );

function goalOf(figure: string, timesMs: readonly number[]): Figure {
  const value = percentile(timesMs, 0.99);
  return { figure, value, unit: 'ms', limit: SEEN_MS_MAX, limitName: 'the goal', goal: '<= 1' };
}

/** Until `count` groups opened since are at both provinces: of each, the milliseconds since the hub opened it. One clock has both. */
async function whenSeen(world: World, since: string, count: number): Promise<number[]> {
  const times = new Map<string, number>();
  while (times.size < count) {
    const [one, other] = await Promise.all([opened(world, here!, since), opened(world, there!, since)]);
    const nowMs = Date.now();
    const ids = new Set(other.map(({ id }) => id));
    for (const { id, openedAt } of one) if (ids.has(id) && !times.has(id)) times.set(id, nowMs - Date.parse(openedAt));
    // To look takes from the processor what the nodes need, the more of it the more there is to see.
    await new Promise((resolve) => setTimeout(resolve, count === 1 ? ASK_EVERY_MS : ASK_MANY_EVERY_MS));
  }
  return [...times.values()];
}

const opened = (world: World, { code }: Side, since: string) =>
  world
    .province(code)
    .context.store.read.selectFrom('problem_group')
    .select(['id', 'openedAt'])
    .where('openedAt', '>=', since)
    .execute();
