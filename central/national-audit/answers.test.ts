import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HeldRecord } from '../../contracts/custody.ts';
import { digestOf } from '../../shared/custody/digest.ts';
import { soon, stopSoon } from '../../shared/jobs/soon.ts';
import { manualClock } from '../../tests/http/manual-clock.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import { digestsTold, pupilsLooked, recordsListed, schoolsDigested, schoolsListed } from './answers.ts';
import { custodyRepaired } from './decide.ts';
import { askForRun, goOn, SILENT_AFTER_MS } from './run.ts';
import { addSuspects, clearRun, findCurrentRun, findProvince, setRun } from './table.ts';

const from = { from: 'p-37' } as const;
const schoolId = '2137000001';
const digest = 'a'.repeat(64);
const noMoved = { movedDigest: null };
const record: HeldRecord = {
  studentId: 's1',
  version: 1,
  studentNumber: 'L1',
  claimNo: null,
  epoch: 0,
  custody: 'active',
};

let clock: ReturnType<typeof manualClock>;
let world: TestHub;
let run: string;
beforeAll(async () => {
  clock = manualClock(Date.parse('2026-11-26T04:00:00Z'));
  world = await openTestHub(clock, noRegistry);
});
afterAll(async () => {
  await stopSoon(world.hub);
  await world.close();
});

/** Each test has a run of its own; the one before it is over. */
beforeEach(async () => {
  const { hub, store } = world;
  await soon(hub, goOn);
  run = await store.decide(async (tx) => {
    const before = await findCurrentRun(tx);
    if (before) {
      await clearRun(tx, before.id);
      await setRun(tx, before.id, { phase: 'ended', endedAt: 'before' });
    }
    const id = await askForRun(hub, tx, 'command', 'root');
    await setRun(tx, id, { phase: 'comparing', records: 0, claims: 0 });
    for (const province of ['p-37', 'p-44'] as const)
      await tx
        .insertInto('audit_province')
        .values({
          run: id,
          province,
          state: 'asked',
          schools: 0,
          pupils: 0,
          differingSchools: 0,
          fault: null,
          heardAt: new Date(clock.now()).toISOString(),
          answeredAt: null,
        })
        .execute();
    return id;
  });
});
const shandong = () => findProvince(world.store.read, run, 'p-37');
const decided = (work: Parameters<typeof world.store.decide<void>>[0]) => world.store.decide(work);

/** The province has told one school that differs, and was asked to list it. */
async function givenListing(): Promise<void> {
  const told = [{ run, schoolId, records: 1, digest, ...noMoved }];
  await decided((tx) => schoolsDigested(world.hub, tx, told, from));
  await decided((tx) => digestsTold(world.hub, tx, [{ run, schools: 1, records: 1 }], from));
  await soon(world.hub, goOn);
}

describe('answers that cannot be true', () => {
  test('a province that answers for a school of another province is not believed', async () => {
    const told = [{ run, schoolId: '2144000001', records: 1, digest, ...noMoved }];
    await decided((tx) => schoolsDigested(world.hub, tx, told, from));
    expect(await shandong()).toMatchObject({ state: 'contradicted', fault: '答复了不属于该省的学校 2144000001' });
    expect(await world.store.read.selectFrom('audit_school').selectAll().execute()).toEqual([]);
  });

  test('sums that are not those of the schools', async () => {
    await decided((tx) => digestsTold(world.hub, tx, [{ run, schools: 2, records: 9 }], from));
    expect(await shandong()).toMatchObject({ state: 'contradicted', fault: '逐校摘要的合计与其所报的总数不一致' });
  });

  test('records that are not those of the digest that ends them', async () => {
    await givenListing();
    expect(await shandong()).toMatchObject({ state: 'listing', differingSchools: 1 });
    await decided((tx) => recordsListed(world.hub, tx, [{ run, schoolId, ...record }], from));
    const other = digestOf([{ ...record, version: 2 }]);
    await decided((tx) => schoolsListed(world.hub, tx, [{ run, schoolId, ...other }], from));
    expect(await shandong()).toMatchObject({ state: 'contradicted' });
    expect(await world.store.read.selectFrom('audit_suspect').selectAll().execute()).toEqual([]);
  });

  test('an answer for a pupil that was not asked about, or of another province, is not taken', async () => {
    await givenListing();
    await decided((tx) => recordsListed(world.hub, tx, [{ run, schoolId, ...record }], from));
    await decided((tx) => schoolsListed(world.hub, tx, [{ run, schoolId, ...digestOf([record]) }], from));
    expect(await shandong()).toMatchObject({ state: 'compared' });
    await decided((tx) => pupilsLooked(world.hub, tx, [{ run, studentId: 's2', record: null }], from));
    await decided((tx) => pupilsLooked(world.hub, tx, [{ run, studentId: 's1', record: null }], { from: 'p-44' }));
    const answers = await world.store.read.selectFrom('audit_answer').selectAll().execute();
    expect(answers).toEqual([{ run, studentId: 's1', province: 'p-37', answer: null }]);
  });

  test('an answer to a run that is over changes nothing', async () => {
    const over = 'an older run';
    await decided((tx) =>
      schoolsDigested(world.hub, tx, [{ run: over, schoolId, records: 1, digest, ...noMoved }], from),
    );
    await decided((tx) => digestsTold(world.hub, tx, [{ run: over, schools: 1, records: 1 }], from));
    await decided((tx) => pupilsLooked(world.hub, tx, [{ run: over, studentId: 's1', record: null }], from));
    await decided((tx) => custodyRepaired(world.hub, tx, [{ repair: 'unknown', outcome: 'done' }], from));
    expect(await shandong()).toMatchObject({ state: 'asked', schools: 0 });
    expect(await world.store.read.selectFrom('audit_school').selectAll().execute()).toEqual([]);
  });
});

describe('what is under way', () => {
  test('a province that is not heard of is left out, and nothing is said of what it alone could know', async () => {
    await decided((tx) => addSuspects(tx, run, [{ studentId: 's1', claimNo: null, provinces: ['p-37'] }]));
    await clock.advance(SILENT_AFTER_MS + 1_000);
    await soon(world.hub, goOn);
    await soon(world.hub, goOn);
    const ended = await world.store.read.selectFrom('audit_run').selectAll().where('id', '=', run).executeTakeFirst();
    expect(ended).toMatchObject({ phase: 'ended', found: 0 });
    expect(await shandong()).toMatchObject({ state: 'silent' });
  });

  test('a second run waits for the first', async () => {
    const again = world.store.decide((tx) => askForRun(world.hub, tx, 'operator', 'jyb001'));
    await expect(again).rejects.toThrow('上一次审计还没有完成');
  });
});
