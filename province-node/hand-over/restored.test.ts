import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PackedRecord } from '../../contracts/packed-record.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { openTestProvince } from '../../tests/world/province.ts';
import type { TestProvince } from '../../tests/world/province.ts';
import { admitOrdered } from './destination.ts';
import { releaseOrdered, sealRecalled } from './origin.ts';
import { saveHandOver } from './table.ts';

/** After a restore the orders about one record come again, and not always in the order in which they were carried out. */

let world: TestProvince;
beforeAll(async () => {
  world = await openTestProvince({ now: () => Date.parse('2026-09-01T02:00:00Z'), after: () => () => undefined });
});
afterAll(() => world.close());

let drawn = 0;
const newId = () => `01a05a7c-d84b-7001-9cff-${String(++drawn).padStart(12, '0')}`;

/** A record from 广东, what is known of it here, and the two transfers that brought it and took it away again. */
function newCase() {
  const [studentId, came, left] = [newId(), newId(), newId()];
  const { store, province } = world;
  const record = PackedRecord.parse({
    student: { ...pupil, id: studentId, studentNumber: `L44010420160912${String(drawn).padStart(4, '0')}` },
    form: { name: pupil.name, sex: pupil.sex, birthDate: pupil.birthDate, schoolCode: '2144000003' },
    events: [],
    evidence: [],
  });
  const at = pupil.createdAt;
  const where = { schoolId: school.id, stage: pupil.stage, cohort: pupil.cohort };
  const sealed = province.vault.seal(JSON.stringify(record));
  const handOver = { transfer: came, studentId, side: 'destination', state: 'staged', at, peer: 'p-44' } as const;
  return {
    staged: () => store.decide((tx) => saveHandOver(tx, { ...handOver, ...where, record: sealed })),
    admitted: () => store.decide((tx) => admitOrdered(province, tx, [{ transfer: came, studentId, epoch: 1 }])),
    released: () => store.decide((tx) => releaseOrdered(province, tx, [{ transfer: left, studentId, epoch: 2 }])),
    sealRecalled: () =>
      store.decide((tx) => sealRecalled(province, tx, [{ transfer: left, studentId, epoch: 1, manifest }])),
    record: () =>
      store.read.selectFrom('student').select(['custody', 'epoch']).where('id', '=', studentId).executeTakeFirst(),
  };
}

const school = demoOrgs(demoProvinces[0]).find(({ stages }) => stages.includes('primary'))!;
const manifest = { package: newId(), version: 2, entries: [], parts: [], sealedBy: 'p-37/1', sealedFor: 'p-44/1' };
const pupil = {
  name: '郭琪彤',
  sex: '2',
  birthDate: '2016-09-12',
  idType: 'A',
  idCategory: 'none' as const,
  stage: 'primary' as const,
  cohort: 2026,
  status: 'enrolled' as const,
  claimNo: null,
  version: 1,
  createdAt: '2026-09-01T01:00:00.000Z',
};

describe('a record that comes once more after a restore', () => {
  test('is written to', async () => {
    const { staged, admitted, record } = newCase();
    await staged();
    await admitted();
    expect(await record()).toEqual({ custody: 'active', epoch: 1 });
  });

  test('is sealed when it had been sealed since, and goes when the order comes', async () => {
    const one = newCase();
    await one.sealRecalled();
    await one.staged();
    await one.admitted();
    expect(await one.record()).toEqual({ custody: 'sealed', epoch: 1 });
    await one.released();
    expect(await one.record()).toEqual({ custody: 'moved-out', epoch: 2 });
  });

  test('has gone when it had gone since', async () => {
    const one = newCase();
    await one.sealRecalled();
    await one.released();
    await one.staged();
    await one.admitted();
    expect(await one.record()).toEqual({ custody: 'moved-out', epoch: 2 });
  });

  test('has gone when nothing but the order tells so', async () => {
    const one = newCase();
    await one.released();
    await one.staged();
    await one.admitted();
    expect(await one.record()).toEqual({ custody: 'moved-out', epoch: 2 });
  });
});
