import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PackedRecord } from '../../contracts/packed-record.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { openTestProvince } from '../../tests/world/province.ts';
import type { TestProvince } from '../../tests/world/province.ts';
import { admitOrdered } from './destination.ts';
import { RecordSummarised } from '../../contracts/national-index.ts';
import { RecordMissing, RecordSealed, SealRefused } from '../../contracts/hand-over.ts';
import { tellOfRecalled } from '../in-province-transfer/recalled.ts';
import { agreedWithHub, awaitRecount, recountEnded } from '../identity/awaited-recount.ts';
import { NotYet } from '../../shared/messaging/handlers.ts';
import type { ReceivedMessage } from '../../shared/messaging/handlers.ts';
import { newStream, saveStream } from '../../shared/messaging/log.ts';
import type { AnyTx } from '../../shared/db/tables-of.ts';
import { summaryRecalled } from '../registration/forgotten.ts';
import { bringUpTo, changeStudent } from '../student/change.ts';
import { releaseOrdered, sealOrdered, sealRecalled } from './origin.ts';
import { packRecords } from './packing.ts';
import { findHandOver, saveHandOver } from './table.ts';

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
    studentId,
    left,
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

  test('goes on once it is known that the hub, which was not restored, has forgotten nothing', async () => {
    const { store, province } = world;
    const one = newCase();
    await one.staged();
    await store.decide((tx) => awaitRecount(tx));
    await expect(one.admitted()).rejects.toThrow(NotYet);
    let replayed = 0;
    const messaging = { replay: async () => ++replayed } as never;
    for (let times = 0; times < 2; times++) await store.decide((tx) => agreedWithHub({ ...province, messaging }, tx));
    expect(replayed).toBe(1);
    await one.admitted();
    expect(await one.record()).toEqual({ custody: 'active', epoch: 1 });
  });

  test('waits while the hub, restored as well, may not know yet where it has gone since', async () => {
    const { store, province } = world;
    const one = newCase();
    await one.staged();
    await store.decide((tx) => awaitRecount(tx));
    await store.decide((tx) => agreedWithHub(province, tx));
    expect((await store.read.selectFrom('awaited_recount').selectAll().executeTakeFirst())?.restored).toBe(0);

    await store.decide(async (tx) => {
      for (const incarnation of [1, 2]) await saveStream(tx as AnyTx, newStream('received', 'hub', incarnation));
      await awaitRecount(tx);
      await agreedWithHub(province, tx);
    });
    await expect(one.admitted()).rejects.toThrow(NotYet);
    const { studentId } = one;
    await expect(store.decide((tx) => changeStudent(province, tx, studentId, { openBusiness: null }))).rejects.toThrow(
      '正在与各省核对',
    );
    await store.decide((tx) => recountEnded(province, tx, [], { incarnation: 2 } as ReceivedMessage));
    await one.admitted();
    expect(await one.record()).toEqual({ custody: 'active', epoch: 1 });
  });

  test('is packed, when its own words have sealed it, for the province that the order names and not for the hub', async () => {
    const one = newCase();
    await one.staged();
    await one.admitted();
    await one.sealRecalled();
    const { left: transfer, studentId } = one;
    const order = { transfer, studentId, epoch: 1, to: 'p-44', toSchoolName: '广州小学', attempt: 1 };
    await world.store.decide((tx) => sealOrdered(world.province, tx, [order]));
    expect(await findHandOver(world.store.read, transfer)).toMatchObject({
      state: 'sealed',
      peer: 'p-44',
      peerSchoolName: '广州小学',
      attempt: 1,
      packed: 1,
    });
  });
});

describe('a record that had changed since it was admitted, and a restore took both back', () => {
  const versions = (studentId: string) =>
    world.sent
      .filter(
        ({ kind, item }) => kind === RecordSummarised.kind && (item as { studentId: string }).studentId === studentId,
      )
      .map(({ item }) => (item as { version: number }).version);

  test.each([5, 2])('stands as this node had told of it at version %i, and is told as the next', async (version) => {
    const { store, province } = world;
    const one = newCase();
    await one.staged();
    const { studentId } = one;
    const told = {
      ...pupil,
      studentId,
      studentNumber: `L44010420160913000${version}`,
      name: '郭琪桐',
      schoolName: school.name,
    };
    const at = { schoolId: school.id, changedAt: pupil.createdAt, version };
    const standing = { identityKey: null, problem: false, openBusiness: null };
    await store.decide((tx) => summaryRecalled(province, tx, [{ ...told, ...at, ...standing }]));
    await one.admitted();
    expect(versions(studentId)).toEqual([]);
    const student = store.read.selectFrom('student').select(['version', 'name']).where('id', '=', studentId);
    expect(await student.executeTakeFirst()).toEqual({ version, name: '郭琪桐' });
    await tellOfRecalled(province);
    expect(versions(studentId)).toEqual([version + 1]);
    const forgotten = store.read.selectFrom('forgotten_registration').select('version');
    expect(await forgotten.where('studentId', '=', studentId).executeTakeFirst()).toBeUndefined();
  });
});

describe('a record that neither the hub nor its destination has any more', () => {
  const wordsOf = (kind: { kind: string }, studentId: string) =>
    world.sent.filter((one) => one.kind === kind.kind && (one.item as { studentId: string }).studentId === studentId);
  const sealAgain = ({ left: transfer, studentId }: ReturnType<typeof newCase>, attempt: number) => {
    const order = { transfer, studentId, epoch: 1, to: 'p-44', toSchoolName: '广州小学', attempt };
    return world.store.decide((tx) => sealOrdered(world.province, tx, [order]));
  };

  test('is missed by the destination, once however often it is to admit it', async () => {
    const one = newCase();
    await one.admitted();
    expect(wordsOf(RecordMissing, one.studentId)).toHaveLength(1);
    expect(await one.record()).toBeUndefined();
  });

  test('is packed once more by the origin, which had let it go, and stays another province’s', async () => {
    const one = newCase();
    await one.staged();
    await one.admitted();
    await one.released();
    await sealAgain(one, 2);
    const keys = { from: 'p-37', to: 'p-44', sealedBy: 'p-37/1', sealedFor: 'p-44/1' };
    const messaging = { endToEnd: { keysFor: () => keys, seal: () => 'c2VhbGVk' } } as never;
    for (let times = 0; times < 2; times++) await packRecords.run({ ...world.province, messaging });
    expect(wordsOf(RecordSealed, one.studentId)).toHaveLength(1);
    expect(await one.record()).toEqual({ custody: 'moved-out', epoch: 2 });
    expect(await findHandOver(world.store.read, one.left)).toMatchObject({ state: 'moved', attempt: 2, packed: 2 });
  });

  test('is not there to be packed: the hub hears it', async () => {
    const one = newCase();
    await one.released();
    await sealAgain(one, 2);
    expect(wordsOf(SealRefused, one.studentId)).toMatchObject([{ item: { fault: 'no-record' } }]);
  });
});

describe('a record that was edited after the backup, at the province that it is to leave', () => {
  /** Here at version 2 as the backup has it; by its own word to the hub it had been at version 5. */
  async function setBack() {
    const one = newCase();
    await one.staged();
    await one.admitted();
    const { store, province } = world;
    const before = await store.read
      .selectFrom('student')
      .selectAll()
      .where('id', '=', one.studentId)
      .executeTakeFirstOrThrow();
    await store.decide((tx) =>
      bringUpTo(province, tx, one.studentId, { ...before, version: 5, name: '郭琪桐', identityKey: null }),
    );
    const sealed = (attempt: number) => {
      const order = { transfer: one.left, studentId: one.studentId, epoch: 1, to: 'p-44', toSchoolName: '广州小学' };
      return store.decide((tx) => sealOrdered(province, tx, [{ ...order, attempt }]));
    };
    const told = () =>
      world.sent
        .filter(({ kind, item }) => kind === RecordSummarised.kind && idOf(item) === one.studentId)
        .map(({ item }) => (item as { version: number }).version);
    return { ...one, sealed, told };
  }
  const idOf = (item: unknown): string => (item as { studentId: string }).studentId;

  test('is told as a version of its own before it is sealed: no version says two things', async () => {
    const { sealed, told, record } = await setBack();
    expect(told()).toEqual([2]);
    await sealed(1);
    expect(told()).toEqual([2, 6]);
    expect(await record()).toEqual({ custody: 'sealed', epoch: 1 });
  });

  test('vouched for before, it is not packed once more: the hub hears why, and it is told as it stands now', async () => {
    const { sealed, sealRecalled: recalled, told, record, studentId } = await setBack();
    await recalled();
    // Sealed, it waits with its next version.
    await tellOfRecalled(world.province);
    expect(told()).toEqual([2]);
    await sealed(2);
    await packRecords.run(world.province);
    expect(world.sent.filter(({ kind, item }) => kind === SealRefused.kind && idOf(item) === studentId)).toMatchObject([
      { item: { fault: 'restored-behind' } },
    ]);
    expect(await record()).toEqual({ custody: 'active', epoch: 1 });
    await tellOfRecalled(world.province);
    expect(told()).toEqual([2, 6]);
  });
});
