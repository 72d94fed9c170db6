import type { z } from 'zod';
import type { ClaimIdentity, ConfirmClaim, ReleaseClaim } from '../../contracts/claim.ts';
import type { RecordSummarised } from '../../contracts/national-index.ts';
import { sexOfSerial } from '../../contracts/people/number-text.ts';
import { checkStudentNumber } from '../../contracts/people/student-number.ts';
import type { RecordLoaded } from '../../contracts/problem-group.ts';
import { must } from '../../shared/assert.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { bringUpTo } from '../student/change.ts';
import { raiseTemporarySerial } from '../student/table.ts';
import { claimAgain } from './claim.ts';
import type { ForgottenRegistrationTable, RegistrationTable } from './table.ts';

/**
 * After a restore the node's own words come back from the hub (docs/PROTOCOL.md, "HELLO and restore"). They tell what it
 * had decided of pupils since the backup, and the hub stands by it: so a pupil who was given a number gets the same one
 * when the registration is approved, or handed in, once more; and a claim that was let go is made anew.
 */

type Claiming = z.output<typeof ClaimIdentity.item>;
type Confirming = z.output<typeof ConfirmClaim.item>;
type Releasing = z.output<typeof ReleaseClaim.item>;
type Summary = z.output<typeof RecordSummarised.item>;
type Loaded = z.output<typeof RecordLoaded.item>;
type Forgotten = ForgottenRegistrationTable;

/** Whose identity it was, should a later word tell that it became a record. */
export async function claimRecalled(province: Province, tx: Tx<ProvinceDb>, items: readonly Claiming[]): Promise<void> {
  for (const { application, studentId, identityKey } of items)
    await note(tx, studentId, { application, fingerprint: province.vault.fingerprint(identityKey) });
}

/** It was approved, with this number. */
export async function confirmationRecalled(
  _province: Province,
  tx: Tx<ProvinceDb>,
  items: readonly Confirming[],
): Promise<void> {
  for (const { application, studentNumber } of items) {
    await keepNumber(tx, studentNumber);
    const known = await findRegistration(tx, application);
    const studentId = known?.studentId ?? (await findForgotten(tx, 'application', application))?.studentId;
    if (studentId === undefined || known?.studentNumber) continue;
    const row = known ? { application, fingerprint: known.idFingerprint } : { application };
    await note(tx, studentId, { ...row, studentNumber });
  }
}

/**
 * It had been returned or had ended, and its claim is gone. Where it is open with that claim, it needs another. The grant of
 * that claim comes once more and counts no longer, should the application be open by then.
 */
export async function releaseRecalled(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: readonly Releasing[],
): Promise<void> {
  for (const { application, claimNo } of items) {
    const known = await findRegistration(tx, application);
    if (known) {
      await tx
        .updateTable('registration')
        .set((eb) => ({ releasedNo: eb.fn<number>('max', [eb.fn.coalesce('releasedNo', eb.val(0)), eb.val(claimNo)]) }))
        .where('id', '=', application)
        .execute();
      if (known.openFingerprint !== null && known.claimNo === claimNo) await claimAgain(province, tx, [application]);
      continue;
    }
    const studentId = (await findForgotten(tx, 'application', application))?.studentId;
    if (studentId !== undefined) await note(tx, studentId, { application, releasedNo: claimNo });
  }
}

/** So far had the record come that the national index knows. */
export async function summaryRecalled(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: readonly Summary[],
): Promise<void> {
  for (const summary of items) {
    const { studentId, studentNumber, version, identityKey, claimNo } = summary;
    await keepNumber(tx, studentNumber);
    const students = tx.selectFrom('student').select(['version', 'custody']).where('id', '=', studentId);
    const student = await students.executeTakeFirst();
    if (student) await bringUpTo(province, tx, studentId, summary);
    // What was told of one that has left since, by its own words too, is of when it had come back: it comes once more.
    if (student?.custody === 'active' || (student && student.version >= version)) continue;
    if (await isNoted(tx, studentId, version)) continue;
    const fingerprint = identityKey === null ? null : province.vault.fingerprint(identityKey);
    const sealed = province.vault.seal(JSON.stringify(summary));
    await note(tx, studentId, { fingerprint, studentNumber, version, claimNo, summary: sealed });
  }
}

/** It had been loaded (2.10): the hub holds its identity for it until its file is loaded once more. */
export async function loadRecalled(province: Province, tx: Tx<ProvinceDb>, items: readonly Loaded[]): Promise<void> {
  for (const { studentId, studentNumber, version, identityKey } of items) {
    await keepNumber(tx, studentNumber);
    const there = tx.selectFrom('student').select('id').where('id', '=', studentId);
    if (await there.executeTakeFirst()) continue;
    if (await isNoted(tx, studentId, version)) continue;
    await note(tx, studentId, { fingerprint: province.vault.fingerprint(identityKey), studentNumber, version });
  }
}

/** Of these records, which are made once more, what they were: no longer forgotten. By id; the ids are in their order. */
export async function takeForgottenRecords(
  tx: Tx<ProvinceDb>,
  studentIds: readonly string[],
): Promise<Map<string, { studentNumber: string; version: number }>> {
  const between = await tx
    .selectFrom('forgotten_registration')
    .select(['studentId', 'studentNumber', 'version'])
    .where('studentId', '>=', studentIds[0] ?? '')
    .where('studentId', '<=', studentIds.at(-1) ?? '')
    .execute();
  const wanted = new Set(studentIds);
  const found = between.filter(({ studentId }) => wanted.has(studentId));
  await forgetAltogether(
    tx,
    found.map(({ studentId }) => studentId),
  );
  return new Map(
    found.flatMap(({ studentId, studentNumber, version }) =>
      studentNumber === null ? [] : [[studentId, { studentNumber, version }]],
    ),
  );
}

/** Whether it is known already that the record had come so far. */
async function isNoted(tx: Tx<ProvinceDb>, studentId: string, version: number): Promise<boolean> {
  return ((await findForgotten(tx, 'studentId', studentId))?.version ?? 0) >= version;
}

async function note(tx: Tx<ProvinceDb>, studentId: string, known: Partial<Forgotten>): Promise<void> {
  const nothing = { application: null, fingerprint: null, studentNumber: null, version: 0 };
  await tx
    .insertInto('forgotten_registration')
    .values({ ...nothing, releasedNo: null, claimNo: null, summary: null, ...known, studentId })
    .onConflict((oc) => oc.column('studentId').doUpdateSet(known))
    .execute();
}

/** A temporary number of a forgotten record is not given to anybody else. */
async function keepNumber(tx: Tx<ProvinceDb>, studentNumber: string): Promise<void> {
  const read = checkStudentNumber(studentNumber);
  if (!read.ok || read.kind !== 'temporary') return;
  const { regionCode, birthDate, serial } = read;
  await raiseTemporarySerial(tx, { regionCode, birthDate, sex: sexOfSerial(serial), lastSerial: serial });
}

function findRegistration(tx: Tx<ProvinceDb>, id: string): Promise<RegistrationTable | undefined> {
  return tx.selectFrom('registration').selectAll().where('id', '=', id).executeTakeFirst();
}

function findForgotten(
  tx: Tx<ProvinceDb>,
  by: 'application' | 'studentId',
  value: string,
): Promise<Forgotten | undefined> {
  return tx.selectFrom('forgotten_registration').selectAll().where(by, '=', value).executeTakeFirst();
}

/** What is known by these applications' own words, by application. */
export async function forgottenOf(
  tx: Tx<ProvinceDb>,
  applications: readonly string[],
): Promise<Map<string, Forgotten>> {
  const rows = await tx
    .selectFrom('forgotten_registration')
    .selectAll()
    .where('application', 'in', applications)
    .execute();
  return new Map(rows.map((row) => [must(row.application, 'the application asked for'), row]));
}

/** A record that is known by this node's own words only, with the application that made it and the claim that it held. */
export type ForgottenRecord = Summary & { application: string; claimNo: number; identityKey: string };

/** The forgotten records with claims above this number, in their order. */
export async function forgottenRecordsAfter(
  province: Province,
  tx: Tx<ProvinceDb>,
  afterNo: number,
  limit: number,
): Promise<ForgottenRecord[]> {
  const rows = await tx
    .selectFrom('forgotten_registration')
    .select(['application', 'summary'])
    .where('claimNo', '>', afterNo)
    .where('application', 'is not', null)
    .orderBy('claimNo')
    .limit(limit)
    .execute();
  return rows.map(({ application, summary }) => {
    const told = JSON.parse(province.vault.open(must(summary, 'summary'))) as Summary;
    return { ...told, application } as ForgottenRecord;
  });
}

/** The hub has answered the last of their claims that is known of, and these pupils have no record: nothing of them is left. */
export async function forgetAltogether(tx: Tx<ProvinceDb>, studentIds: readonly string[]): Promise<void> {
  if (studentIds.length > 0)
    await tx.deleteFrom('forgotten_registration').where('studentId', 'in', studentIds).execute();
}

/** The record that this pupil had, which the approval now makes once more; it is no longer forgotten. */
export async function takeForgottenRecord(
  tx: Tx<ProvinceDb>,
  studentId: string,
): Promise<{ studentNumber: string; version: number } | undefined> {
  return (await takeForgottenRecords(tx, [studentId])).get(studentId);
}

/** How a record that comes by a hand-over once more had stood here, by this node's own word; it is no longer forgotten. */
export async function takeForgottenSummary(
  { vault }: Province,
  tx: Tx<ProvinceDb>,
  studentId: string,
): Promise<Summary | undefined> {
  const summary = (await findForgotten(tx, 'studentId', studentId))?.summary;
  await forgetAltogether(tx, [studentId]);
  return summary ? (JSON.parse(vault.open(summary)) as Summary) : undefined;
}

/**
 * Pupils handed in again whose record was forgotten are the same pupils: the hub holds their identities for them. A
 * registration that ended without a record may bear the pupil's id still; it needs none.
 */
export async function resumePupils(
  province: Province,
  tx: Tx<ProvinceDb>,
  registrations: readonly RegistrationTable[],
): Promise<void> {
  const byFingerprint = new Map(
    registrations.flatMap((one) => (one.idFingerprint ? [[one.idFingerprint.toString('hex'), one] as const] : [])),
  );
  const fingerprints = [...byFingerprint.values()].map((one) => one.idFingerprint);
  if (fingerprints.length === 0) return;
  const forgotten = await tx
    .selectFrom('forgotten_registration')
    .select(['studentId', 'fingerprint'])
    .where('fingerprint', 'in', fingerprints)
    .where('studentNumber', 'is not', null)
    .execute();
  for (const { studentId, fingerprint } of forgotten) {
    await tx
      .updateTable('registration')
      .set({ studentId: province.ids.next() })
      .where('studentId', '=', studentId)
      .where('openFingerprint', 'is', null)
      .execute();
    must(byFingerprint.get(must(fingerprint, 'fingerprint').toString('hex')), 'registration').studentId = studentId;
  }
}
