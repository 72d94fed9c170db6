import type { z } from 'zod';
import { move } from '../../contracts/core/moves.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { maskIdNumber } from '../../contracts/people/names.ts';
import { importMoves } from '../../contracts/registration.ts';
import type { RegistrationImport, submitRegistrationImport } from '../../contracts/registration.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import { startApplications } from '../../shared/chain/chain.ts';
import { chainsAt } from '../../shared/chain-configuration/chains.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import { must } from '../../shared/assert.ts';
import { insertRows } from '../../shared/db/bulk.ts';
import { breathe } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Call } from '../../shared/http/serve.ts';
import { tellPages } from '../../shared/http/news.ts';
import { orgsUpward } from '../../shared/org/tree.ts';
import { inSlices } from '../../shared/slices.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { claim } from './claim.ts';
import { resumePupils } from './forgotten.ts';
import { canonicalForm, fingerprintOf } from './form.ts';
import { holdersOf } from './held.ts';
import { dryRun, removeDryRun } from './dry-run.ts';
import { fileOf, getOwnImport, viewImport } from './import-queries.ts';
import { chainsOfRegistration, cohortOf } from './rules.ts';
import { getImport, REGISTRATIONS } from './table.ts';
import type { RegistrationImportTable, RegistrationTable } from './table.ts';

/** Registrations written between two turns of the event loop. */
const ROWS_PER_TURN = 200;

type NewRegistration = { row: number; form: StudentForm; registration: RegistrationTable };

/**
 * Step 2 (features 1.6): every row of a file without errors becomes a registration, its identity is claimed at the hub,
 * and its chain begins; all in one decision, so that a file is registered whole or not at all.
 */
export async function submit(
  province: Province,
  call: Call<ProvinceDb>,
  { id, warningsConfirmed }: z.output<typeof submitRegistrationImport.input>,
): Promise<RegistrationImport> {
  const upload = await getOwnImport(province.store.read, call, id);
  move(importMoves, 'submit', upload.state);
  if (upload.warnings > 0 && !warningsConfirmed)
    throw new Problem('invalid-input', `文件中有 ${upload.warnings} 处提醒，请核对后确认提交`);
  const prepared = await prepare(province, upload);
  await call.decide(async (tx, note) => {
    const now = await getImport(tx, id);
    const state = move(importMoves, 'submit', now.state);
    await refuseHeld(tx, prepared);
    await register(province, tx, call, upload, prepared);
    await tx.updateTable('registration_import').set({ state }).where('id', '=', id).execute();
    tellPages(province, tx, REGISTRATIONS, [upload.schoolId]);
    note(id, `提交学籍注册 ${prepared.length} 人`);
  });
  await removeDryRun(province, id, 'stay');
  await province.files.remove(fileOf(id));
  return viewImport(province, id);
}

async function prepare(province: Province, upload: RegistrationImportTable): Promise<NewRegistration[]> {
  const today = chinaDate(province.clock.now());
  const createdAt = isoTime(province.clock.now());
  const prepared: NewRegistration[] = [];
  for await (const { row, registrationId, values } of dryRun(province, upload.id)) {
    const form = canonicalForm(values, today);
    prepared.push({ row, form, registration: registrationFrom(province, upload, registrationId, form, createdAt) });
  }
  return prepared;
}

function registrationFrom(
  province: Province,
  upload: RegistrationImportTable,
  id: string,
  form: StudentForm,
  createdAt: string,
): RegistrationTable {
  const fingerprint = fingerprintOf(province.vault, form);
  return {
    id,
    importId: upload.id,
    kind: 'primary-entrant',
    category: upload.category,
    schoolId: upload.schoolId,
    // Drawn with the dry run: handed in once more after a restore, it is the same pupil to the hub.
    studentId: id,
    name: must(form.name, 'name'),
    sex: must(form.sex, 'sex'),
    birthDate: must(form.birthDate, 'birth date'),
    idType: must(form.idType, 'id type'),
    idNumberMasked: maskIdNumber(form.idNumber ?? ''),
    openFingerprint: fingerprint,
    idFingerprint: fingerprint,
    stage: 'primary',
    cohort: cohortOf(must(form.entryMonth, 'entry month')),
    classNo: must(form.classNo, 'class'),
    checkState: 'unchecked',
    checkedAt: null,
    claimNo: null,
    holder: null,
    verification: null,
    studentNumber: null,
    createdAt,
    state: 'in-review',
  };
}

/** Between dry run and this decision somebody else may have taken an identity. The unique index would say so too, but not who. */
async function refuseHeld(tx: Tx<ProvinceDb>, prepared: readonly NewRegistration[]): Promise<void> {
  const errors: { pointer: string; detail: string }[] = [];
  for (const slice of inSlices(prepared, ROWS_PER_TURN)) {
    const fingerprints = slice.flatMap(({ registration }) => registration.idFingerprint ?? []);
    const holders = await holdersOf(tx, fingerprints);
    for (const { row, registration } of slice) {
      const detail = registration.idFingerprint && holders.get(registration.idFingerprint.toString('hex'));
      if (detail) errors.push({ pointer: `第${row}行 身份证件号`, detail });
    }
  }
  if (errors.length > 0)
    throw new Problem('identity-held', `有 ${errors.length} 人的身份刚被占用，请重新上传文件核对`, { errors });
}

const registrationColumns = [
  ...(['id', 'importId', 'kind', 'category', 'schoolId', 'studentId', 'name', 'sex', 'birthDate', 'idType'] as const),
  ...(['idNumberMasked', 'openFingerprint', 'idFingerprint', 'stage', 'cohort', 'classNo'] as const),
  ...(['checkState', 'checkedAt', 'claimNo', 'holder', 'verification', 'studentNumber', 'createdAt'] as const),
  'state' as const,
];

async function register(
  province: Province,
  tx: Tx<ProvinceDb>,
  call: Call<ProvinceDb>,
  upload: RegistrationImportTable,
  prepared: readonly NewRegistration[],
): Promise<void> {
  const orgs = await orgsUpward(tx, upload.schoolId);
  const school = must(orgs[0], 'school');
  const chainOf = await chainsAt(tx, chainsOfRegistration('primary-entrant'), [upload.category], orgs);
  for (const slice of inSlices(prepared, ROWS_PER_TURN)) {
    await resumePupils(
      province,
      tx,
      slice.map(({ registration }) => registration),
    );
    await startApplications(
      province,
      tx,
      call.caller,
      slice.map(({ registration }) => ({
        id: registration.id,
        kind: registration.kind,
        subject: registration.studentId,
        orgId: school.id,
        chain: chainOf(registration.category, registration.stage as Stage),
        groupKey: registration.category,
        blocked: registration.idFingerprint ? 'checking' : null,
      })),
    );
    const rows = slice.map(({ registration }) => registrationColumns.map((column) => registration[column]));
    await insertRows(tx, 'registration', registrationColumns, rows);
    for (const { form, registration } of slice) claim(province, tx, registration, form, school.name);
    await breathe(tx);
  }
}
