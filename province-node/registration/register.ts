import { sql } from 'kysely';
import { maskIdNumber } from '../../contracts/people/names.ts';
import { REGISTRATION_PHOTO } from '../../contracts/photo.ts';
import type { RegistrationEntry } from '../../contracts/registration-entry.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import { startApplications } from '../../shared/chain/chain.ts';
import type { Actor } from '../../shared/chain/chain.ts';
import { leaveReturned } from '../../shared/chain/returned.ts';
import { chainsAt } from '../../shared/chain-configuration/chains.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import { passEvidence } from '../../shared/evidence/carried.ts';
import { insertRows } from '../../shared/db/bulk.ts';
import { breathe } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { orgsUpward } from '../../shared/org/tree.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import { inSlices } from '../../shared/slices.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { passPhotos } from '../preschool/photo.ts';
import { claim } from './claim.ts';
import { resumePupils } from './forgotten.ts';
import { fingerprintOf } from './form.ts';
import { blockedBy, chainsOfRegistration, cohortOf, firstCheck } from './rules.ts';
import type { RegistrationTable } from './table.ts';

/** Registrations written between two turns of the event loop. */
const ROWS_PER_TURN = 200;

/** A registration that is about to begin, with its form in canonical form. */
export interface NewRegistration {
  form: StudentForm;
  registration: RegistrationTable;
}

/** What a registration shows of its form. */
export function shownOfForm(vault: Vault, form: StudentForm) {
  const fingerprint = fingerprintOf(vault, form);
  return {
    name: must(form.name, 'name'),
    sex: must(form.sex, 'sex'),
    birthDate: must(form.birthDate, 'birth date'),
    idType: must(form.idType, 'id type'),
    idNumberMasked: maskIdNumber(form.idNumber ?? ''),
    openFingerprint: fingerprint,
    idFingerprint: fingerprint,
    cohort: cohortOf(must(form.entryMonth, 'entry month')),
    classNo: must(form.classNo, 'class'),
  };
}

/** Nothing is checked yet. */
export function uncheckedOf(category: RegistrationTable['category']) {
  return { checkState: firstCheck(category), checkedAt: null, claimNo: null, holder: null, verification: null };
}

export function newRegistration(
  vault: Vault,
  {
    id,
    importId,
    schoolId,
    createdAt,
    ...entry
  }: RegistrationEntry & Pick<RegistrationTable, 'id' | 'importId' | 'schoolId' | 'createdAt'>,
  form: StudentForm,
): RegistrationTable {
  const { kind, category, stage } = entry;
  return {
    id,
    importId,
    kind,
    category,
    stage,
    schoolId,
    // Drawn when the form was first entered: handed in once more after a restore, it is the same pupil to the hub.
    studentId: id,
    ...shownOfForm(vault, form),
    ...uncheckedOf(category),
    studentNumber: null,
    createdAt,
    state: 'in-review',
  };
}

export const registrationColumns = [
  ...(['id', 'importId', 'kind', 'category', 'schoolId', 'studentId', 'name', 'sex', 'birthDate', 'idType'] as const),
  ...(['idNumberMasked', 'openFingerprint', 'idFingerprint', 'stage', 'cohort', 'classNo'] as const),
  ...(['checkState', 'checkedAt', 'claimNo', 'holder', 'verification', 'studentNumber', 'createdAt'] as const),
  'state' as const,
] satisfies ReadonlyArray<keyof RegistrationTable>;

/**
 * Registrations of one school and id category, whichever way they were entered: each with its application, its chain and
 * its claim. Their forms are written by who entered them.
 */
export async function register(
  province: Province,
  tx: Tx<ProvinceDb>,
  caller: Actor,
  { schoolId, category, kind }: Pick<RegistrationTable, 'schoolId' | 'category' | 'kind'>,
  prepared: readonly NewRegistration[],
): Promise<void> {
  const orgs = await orgsUpward(tx, schoolId);
  const school = must(orgs[0], 'school');
  const chainOf = await chainsAt(tx, chainsOfRegistration(kind), [category], orgs);
  for (const slice of inSlices(prepared, ROWS_PER_TURN)) {
    await resumePupils(
      province,
      tx,
      slice.map(({ registration }) => registration),
    );
    await startApplications(
      province,
      tx,
      caller,
      slice.map(({ registration }) => ({
        id: registration.id,
        kind: registration.kind,
        subject: registration.studentId,
        orgId: school.id,
        chain: chainOf(registration.category, registration.stage as Stage),
        groupKey: registration.category,
        blocked: blockedBy(registration.checkState),
      })),
    );
    await leaveSuperseded(province, tx, slice);
    const rows = slice.map(({ registration }) => registrationColumns.map((column) => registration[column]));
    await insertRows(tx, 'registration', registrationColumns, rows);
    await passPhotos(tx, province.vault, slice, isoTime(province.clock.now()));
    for (const { form, registration } of slice) claim(province, tx, registration, form, school.name);
    await breathe(tx);
  }
}

/** A pupil who was returned is registered anew instead of mended: the returned one waits for nobody any more. */
async function leaveSuperseded(
  province: Province,
  tx: Tx<ProvinceDb>,
  prepared: readonly NewRegistration[],
): Promise<void> {
  const fingerprints = prepared.flatMap(({ registration }) => registration.idFingerprint ?? []);
  const [first] = prepared;
  if (!first || fingerprints.length === 0) return;
  const returned = await tx
    .selectFrom('registration')
    .select(['id', 'idFingerprint'])
    .where('idFingerprint', 'in', fingerprints)
    // The identity leads; `+` keeps the others out of the choice of an index.
    .where(sql<boolean>`+state = 'returned' and +"schoolId" = ${first.registration.schoolId}`)
    .execute();
  await leaveReturned(
    province,
    tx,
    returned.map(({ id }) => id),
  );
  // It is the same pupil's photo, and a file has none.
  for (const { id, idFingerprint } of returned) {
    const { registration } = must(
      prepared.find((one) => one.registration.idFingerprint?.equals(must(idFingerprint, 'fingerprint'))),
      'who supersedes it',
    );
    await passEvidence(tx, { kind: REGISTRATION_PHOTO, id }, { kind: REGISTRATION_PHOTO, id: registration.id });
  }
}
