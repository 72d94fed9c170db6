import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfirmClaim, ReleaseClaim } from '../../contracts/claim.ts';
import { RecordSummarised } from '../../contracts/national-index.ts';
import { identityKey } from '../../contracts/people/id-document.ts';
import { temporaryNumber } from '../../contracts/people/student-number.ts';
import type { RegistrationRow } from '../../contracts/registration.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { must } from '../../shared/assert.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import {
  bureau,
  checked,
  decideAll,
  decided,
  json,
  registered,
  school,
  secondSchool,
  verifiable,
} from '../../tests/world/registration.ts';
import { enrolled } from '../../tests/world/transfer.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { tellOfRecalled } from '../in-province-transfer/recalled.ts';
import { identitiesClaimed } from './checks.ts';
import { confirmationRecalled, releaseRecalled, summaryRecalled } from './forgotten.ts';
import { recountAsked } from '../identity/recount.ts';

let world: World;
let registrar: Browser;
let head: Browser;
beforeAll(async () => {
  world = await openWorld();
  [registrar, head] = await Promise.all([world.signIn(`xj${school.id}`), world.signIn(`ld${school.id}`)]);
}, 60_000);
afterAll(() => world.stop());

const context = () => world.province('37').context;
const hubDb = () => world.hub.context.store.read;
const claimOf = (claimNo: number) =>
  hubDb().selectFrom('identity_claim').selectAll().where('claimNo', '=', claimNo).executeTakeFirst();

async function registrationOf({ id }: RegistrationRow) {
  return context().store.read.selectFrom('registration').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** The hub is told that a record was made; the province then hears it from the hub, as after a restore. */
async function recordForgotten(pupil: StudentForm, row: RegistrationRow, studentNumber: string): Promise<number> {
  const { studentId, claimNo: maybe, name, sex, birthDate, idType, schoolId, cohort } = await registrationOf(row);
  const claimNo = must(maybe, 'claim');
  const confirmation = { application: row.id, claimNo, studentNumber };
  const known = { studentId, claimNo, studentNumber, name, sex, birthDate, idType, schoolId, cohort };
  const standing = { version: 1, stage: 'primary', status: 'enrolled', problem: false, openBusiness: null } as const;
  const where = { schoolName: school.name, changedAt: '2026-09-01T01:00:00.000Z' };
  const summary = { ...known, ...standing, ...where, identityKey: identityKey('1', pupil.idNumber!) };
  await context().store.decide(async (tx) => {
    context().outbox.queue(tx, 'hub', ConfirmClaim, confirmation);
    context().outbox.queue(tx, 'hub', RecordSummarised, summary);
  });
  await eventually(
    () => claimOf(claimNo),
    (claim) => claim?.studentNumber === studentNumber,
  );
  await context().store.decide(async (tx) => {
    await confirmationRecalled(context(), tx, [confirmation]);
    await summaryRecalled(context(), tx, [summary]);
  });
  return claimNo;
}

async function approved(pupil: StudentForm, ...ids: string[]): Promise<void> {
  const manager = await world.signIn(`xj${bureau}`);
  await decideAll(head, 'review', { ids });
  await decideAll(registrar, 'report', { ids });
  await decideAll(manager, 'review', { ids });
  await checked(registrar, pupil, 'passed');
}

describe('a registration whose approval a restore took back', () => {
  test('gets the number again that the hub knows, and nobody else is given it', async () => {
    const [pupil] = verifiable(41, 1);
    await registered(registrar, [pupil!]);
    const row = await checked(registrar, pupil!, 'passed');
    const number = temporaryNumber('370102', pupil!.birthDate!, pupil!.sex === '1' ? 41 : 42);
    const claimNo = await recordForgotten(pupil!, row, number);
    await approved(pupil!, row.id);
    const students = context().store.read.selectFrom('student').selectAll();
    const student = await students.where('claimNo', '=', claimNo).executeTakeFirstOrThrow();
    expect(student).toMatchObject({ studentNumber: number, version: 2 });
    const serials = context().store.read.selectFrom('temporary_serial').select('lastSerial');
    const serial = await serials.where('birthDate', '=', pupil!.birthDate!).executeTakeFirstOrThrow();
    expect(serial.lastSerial).toBeGreaterThanOrEqual(41);
    const versions = hubDb().selectFrom('national_record').select('version').where('studentNumber', '=', number);
    await eventually(
      () => versions.executeTakeFirst(),
      (known) => known?.version === 2,
    );
  }, 60_000);

  test('keeps its claim when it is returned instead, and the pupil handed in again gets number and claim', async () => {
    const [pupil] = verifiable(42, 1);
    await registered(registrar, [pupil!]);
    const row = await checked(registrar, pupil!, 'passed');
    const number = `G${pupil!.idNumber!}`;
    const claimNo = await recordForgotten(pupil!, row, number);
    await json(decided(head, row, 'return', '家庭住址请核实'));
    await registered(registrar, [{ ...pupil!, address: '泉城路2号' }]);
    const again = await checked(registrar, pupil!, 'passed', 'dedup-failed');
    expect(again).toMatchObject({ checkState: 'passed' });
    expect(again.id).not.toBe(row.id);
    expect((await registrationOf(again)).claimNo).toBe(claimNo);
    await approved(pupil!, again.id);
    expect((await registrationOf(again)).studentNumber).toBe(number);
    expect(await claimOf(claimNo)).toMatchObject({ studentNumber: number, application: row.id });
    expect(await forgottenRows()).toEqual([]);
  }, 60_000);
});

/** The hub lets the claim go; answers the word that said so. */
async function letGo({ id }: RegistrationRow, claimNo: number) {
  const release = { claimNo, application: id };
  await context().store.decide(async (tx) => context().outbox.queue(tx, 'hub', ReleaseClaim, release));
  await eventually(
    () => claimOf(claimNo),
    (claim) => claim === undefined,
  );
  return release;
}

async function claimNoOf(row: RegistrationRow): Promise<number> {
  return must((await registrationOf(row)).claimNo, 'claim');
}

/** Claimed anew, and the hub knows it. */
async function claimedAfter(claimNo: number, pupil: StudentForm, row: RegistrationRow): Promise<void> {
  await checked(registrar, pupil, 'passed');
  const after = await claimNoOf(row);
  expect(after).toBeGreaterThan(claimNo);
  expect(await claimOf(after)).toMatchObject({ application: row.id });
}

describe('an open registration whose claim was let go before a restore', () => {
  test('claims anew', async () => {
    const [pupil] = verifiable(43, 1);
    await registered(registrar, [pupil!]);
    const row = await checked(registrar, pupil!, 'passed');
    const release = await letGo(row, await claimNoOf(row));
    await context().store.decide((tx) => releaseRecalled(context(), tx, [release]));
    expect(await registrationOf(row)).toMatchObject({ checkState: 'unchecked', claimNo: null });
    await claimedAfter(release.claimNo, pupil!, row);
  });

  test('takes none of several that were let go, when all are granted once more', async () => {
    const [pupil] = verifiable(44, 1);
    await registered(registrar, [pupil!]);
    const row = await checked(registrar, pupil!, 'passed');
    const first = await letGo(row, await claimNoOf(row));
    await context().store.decide((tx) => releaseRecalled(context(), tx, [first]));
    await claimedAfter(first.claimNo, pupil!, row);
    const second = await letGo(row, await claimNoOf(row));
    await context().store.decide(async (tx) => {
      // As in a backup from before the first answer of the hub.
      await tx.updateTable('registration').set(unanswered).where('id', '=', row.id).execute();
      await releaseRecalled(context(), tx, [first]);
      await releaseRecalled(context(), tx, [second]);
      for (const release of [first, second]) await identitiesClaimed(context(), tx, [granted(release)]);
    });
    await claimedAfter(second.claimNo, pupil!, row);
    expect(await forgottenRows()).toEqual([]);
  });

  test('takes it for gone although it was opened only after its word had come back', async () => {
    const [pupil] = verifiable(45, 1);
    await registered(registrar, [pupil!]);
    const row = await checked(registrar, pupil!, 'passed');
    const release = await letGo(row, await claimNoOf(row));
    const { openFingerprint } = await registrationOf(row);
    await context().store.decide(async (tx) => {
      const registration = tx.updateTable('registration').where('id', '=', row.id);
      await registration.set({ ...unanswered, openFingerprint: null }).execute();
      await releaseRecalled(context(), tx, [release]);
      await registration.set({ openFingerprint }).execute();
      await identitiesClaimed(context(), tx, [granted(release)]);
    });
    await claimedAfter(release.claimNo, pupil!, row);
    expect(await forgottenRows()).toEqual([]);
  });
});

test('the claim of a record that a restored hub has forgotten too is told it again', async () => {
  const [pupil] = verifiable(46, 1);
  await registered(registrar, [pupil!]);
  const row = await checked(registrar, pupil!, 'passed');
  const studentNumber = `G${pupil!.idNumber!}`;
  const claimNo = await recordForgotten(pupil!, row, studentNumber);
  const before = await claimOf(claimNo);
  const hub = world.hub.context.store;
  await hub.decide((tx) => tx.deleteFrom('identity_claim').where('claimNo', '=', claimNo).execute());
  await context().store.decide(async (tx) => {
    await tx.updateTable('registration').set(unanswered).where('id', '=', row.id).execute();
    await recountAsked(context(), tx, [{ recount: 'r', afterNo: claimNo - 1 }]);
  });
  const after = await eventually(() => claimOf(claimNo), Boolean);
  expect({ ...after, at: before!.at }).toEqual(before);
});

const unanswered = { checkState: 'unchecked', claimNo: null } as const;

function granted({ application, claimNo }: { application: string; claimNo: number }) {
  return { application, claimNo, result: 'granted' as const };
}

function forgottenRows() {
  return context().store.read.selectFrom('forgotten_registration').selectAll().execute();
}

test('an answer about another identity, which the same application asked about before a restore, is not taken', async () => {
  const [pupil] = verifiable(87, 1);
  await registered(registrar, [pupil!]);
  const row = await checked(registrar, pupil!, 'passed');
  const before = await registrationOf(row);
  const { context: hub } = world.hub;
  // The claim that it had on the other identity is still there, and its grant comes once more.
  const claimNo = before.claimNo! + 1_000;
  await hub.store.decide(async (tx) => {
    const claim = await tx
      .selectFrom('identity_claim')
      .selectAll()
      .where('claimNo', '=', before.claimNo!)
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('identity_claim')
      .values({ ...claim, claimNo, fingerprint: Buffer.from('another identity') })
      .execute();
  });
  const answer = { application: row.id, result: 'granted' as const, claimNo, mark: 'another' };
  await context().store.decide((tx) => identitiesClaimed(context(), tx, [answer]));
  expect(await registrationOf(row)).toEqual(before);
  await eventually(
    () => claimOf(claimNo),
    (claim) => claim === undefined,
  );
});

test('a record that had changed since the backup goes on from the version that the hub knows', async () => {
  const [pupil] = await enrolled(world, verifiable(88, 1));
  const row = await registrationOf(pupil!);
  const { read } = context().store;
  const student = read.selectFrom('student').selectAll().where('id', '=', row.studentId);
  const before = await student.executeTakeFirstOrThrow();
  // It had moved to another school meanwhile, and something else was open on it.
  const { studentId, studentNumber, claimNo, name, sex, birthDate, idType, stage, cohort } = {
    ...row,
    ...before,
    studentId: before.id,
  };
  const own = {
    studentId,
    studentNumber,
    claimNo,
    name,
    sex,
    birthDate,
    idType,
    stage,
    cohort,
    status: 'enrolled' as const,
  };
  const summary = { ...own, version: 3, schoolId: secondSchool.id, schoolName: secondSchool.name, identityKey: null };
  const told = { ...summary, problem: false, openBusiness: '省内转学', changedAt: before.changedAt };
  await context().store.decide((tx) => summaryRecalled(context(), tx, [told]));
  expect(await student.executeTakeFirst()).toMatchObject({ version: 3, schoolId: secondSchool.id, classNo: '' });
  await tellOfRecalled(context());
  expect(await student.executeTakeFirst()).toMatchObject({ version: 4 });
  await eventually(
    () => hubDb().selectFrom('national_record').selectAll().where('studentId', '=', before.id).executeTakeFirst(),
    (record) => record?.version === 4 && record.openBusiness === null && record.schoolId === secondSchool.id,
  );
  expect(await read.selectFrom('recalled_record').selectAll().execute()).toEqual([]);
});

test('a registration takes the claim that its record holds, also where it had given it back before it knew of the record', async () => {
  const [pupil] = verifiable(47, 1);
  await registered(registrar, [pupil!]);
  const row = await checked(registrar, pupil!, 'passed');
  const number = temporaryNumber('370102', pupil!.birthDate!, pupil!.sex === '1' ? 47 : 48);
  const claimNo = await recordForgotten(pupil!, row, number);
  await context().store.decide(async (tx) => {
    const restored = { checkState: 'unchecked', claimNo: null, releasedNo: claimNo } as const;
    await tx.updateTable('registration').set(restored).where('id', '=', row.id).execute();
    await identitiesClaimed(context(), tx, [{ application: row.id, result: 'granted', claimNo }]);
  });
  expect(await registrationOf(row)).toMatchObject({ checkState: 'verifying', claimNo });
});
