import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSql } from '../../shared/db/bulk.ts';
import type { ReadingThread } from '../../shared/db/reading-thread.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import { recheckIndex } from './recheck.ts';

let world: TestHub;
beforeAll(async () => {
  world = await openTestHub({ now: () => 0, after: () => () => undefined }, noRegistry);
});
afterAll(() => world.close());

const reading: ReadingThread = {
  all: (sql, parameters = []) => world.store.decide((tx) => runSql(tx, sql, parameters)),
  close: async () => undefined,
};

const fingerprintOf = (n: number) => Buffer.alloc(16, n);

/** A summary that names claim `n`, and the claim where it is: a record's, or let go. */
async function record(n: number, status: 'enrolled' | 'deleted', claim: 'held' | 'let-go'): Promise<string> {
  const studentId = `01a05aa1-e68e-7001-a647-${String(n).padStart(12, '0')}`;
  const common = {
    claimNo: n,
    province: 'p-37',
    studentId,
    schoolId: '2137000001',
    schoolName: '济南市第一小学',
  } as const;
  const pupil = {
    studentNumber: `G37010220160101${n}`,
    name: '王小明',
    sex: '1',
    birthDate: '2016-01-01',
    idType: '1',
  };
  const where = { stage: 'primary', cohort: 2026, status, problem: 0, changedAt: '2026-09-01T00:00:00.000Z' } as const;
  const identity = { identitySealed: null, identityFingerprint: fingerprintOf(n), openBusiness: null };
  const made = { fingerprint: fingerprintOf(n), category: 1, application: studentId, maskedName: '王*明', at: 0 };
  await world.store.decide(async (tx) => {
    await tx
      .insertInto('national_record')
      .values({ ...common, ...pupil, ...where, ...identity, version: 1 })
      .execute();
    if (claim === 'held')
      await tx
        .insertInto('identity_claim')
        .values({ ...common, ...made, studentNumber: pupil.studentNumber })
        .execute();
    else
      await tx
        .insertInto('identity_claim_ended')
        .values({ ...common, ...made, endedAt: 0 })
        .execute();
  });
  return studentId;
}

const suspected = async () => (await recheckIndex([reading, reading])).suspects.map(({ studentId }) => studentId);

test('a deleted record names the claim that it let go: only of one that is not deleted that is a difference', async () => {
  await record(1, 'enrolled', 'held');
  await record(2, 'deleted', 'let-go');
  expect(await suspected()).toEqual([]);
  const broken = await record(3, 'enrolled', 'let-go');
  expect(await suspected()).toEqual([broken]);
});
