import type { z } from 'zod';
import { move } from '../../contracts/core/moves.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { importMoves } from '../../contracts/registration.ts';
import type { RegistrationImport, submitRegistrationImport } from '../../contracts/registration.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Call } from '../../shared/http/serve.ts';
import { tellPages } from '../../shared/http/news.ts';
import { inSlices } from '../../shared/slices.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { canonicalForm } from './form.ts';
import { holdersOf } from './held.ts';
import { dryRun, removeDryRun } from './dry-run.ts';
import { fileOf, getOwnImport, viewImport } from './import-queries.ts';
import { newRegistration, register } from './register.ts';
import type { NewRegistration } from './register.ts';
import { getImport, REGISTRATIONS } from './table.ts';
import type { RegistrationImportTable } from './table.ts';

/** Identities compared with the province in one statement. */
const ROWS_PER_TURN = 200;

type FromRow = NewRegistration & { row: number };

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
    await register(province, tx, call.caller, upload, prepared);
    await tx.updateTable('registration_import').set({ state }).where('id', '=', id).execute();
    tellPages(province, tx, REGISTRATIONS, [upload.schoolId]);
    note(id, `提交学籍注册 ${prepared.length} 人`);
  });
  await removeDryRun(province, id, 'stay');
  await province.files.remove(fileOf(id));
  return viewImport(province, id);
}

async function prepare(province: Province, upload: RegistrationImportTable): Promise<FromRow[]> {
  const today = chinaDate(province.clock.now());
  const createdAt = isoTime(province.clock.now());
  const prepared: FromRow[] = [];
  for await (const { row, registrationId, values } of dryRun(province, upload.id)) {
    const form = canonicalForm(values, today);
    const from = { ...upload, id: registrationId, importId: upload.id, createdAt };
    prepared.push({ row, form, registration: newRegistration(province.vault, from, form) });
  }
  return prepared;
}

/** Between dry run and this decision somebody else may have taken an identity. The unique index would say so too, but not who. */
async function refuseHeld(tx: Tx<ProvinceDb>, prepared: readonly FromRow[]): Promise<void> {
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
