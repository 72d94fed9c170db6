import type { z } from 'zod';
import { move } from '../../contracts/core/moves.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { CheckedRow, SheetFinding } from '../../contracts/core/sheet.ts';
import { importMoves } from '../../contracts/registration.ts';
import type {
  discardRegistrationImport,
  RegistrationImport,
  uploadRegistrations,
} from '../../contracts/registration.ts';
import { studentFieldTitles } from '../../contracts/student-form.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { isoTime, nextTurn, wholeTurn } from '../../shared/clock.ts';
import { inSlices } from '../../shared/slices.ts';
import type { Call, UploadedFile } from '../../shared/http/serve.ts';
import { tellPages } from '../../shared/http/news.ts';
import { startTask } from '../../shared/jobs/task.ts';
import { maskIdNumbers } from '../../shared/log.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { removeDryRun, saveDryRun } from './dry-run.ts';
import { findHeldIdentities } from './held.ts';
import { fileOf, getOwnImport, IMPORT_FILES, mustBeOpen, viewImport } from './import-queries.ts';
import { sheetOf } from './sheet.ts';
import { REGISTRATIONS } from './table.ts';
import type { RegistrationImportTable } from './table.ts';

/** Rows compared with the province between two turns of the event loop. */
const ROWS_PER_TURN = 100;

/**
 * Step 1 (features 1.6): the file is kept as it came, and checked as a task: columns, rows, against the school, against
 * the province. Nothing is registered by this.
 */
export async function upload(
  province: Province,
  call: Call<ProvinceDb>,
  input: z.output<typeof uploadRegistrations.input> & UploadedFile,
): Promise<RegistrationImport> {
  await mustBeOpen(province, call, input, 'import');
  const id = province.ids.next();
  await province.files.put(fileOf(id), input.file);
  const { caller } = call;
  const row: RegistrationImportTable = {
    id,
    schoolId: caller.org.id,
    kind: input.kind,
    category: input.category,
    stage: input.stage,
    fileName: input.fileName,
    uploadedBy: caller.account,
    uploadedAt: isoTime(province.clock.now()),
    state: 'checking',
    problem: null,
    rows: 0,
    failed: 0,
    errors: 0,
    warnings: 0,
    taskId: null,
  };
  await call.decide(async (tx, note) => {
    await tx.insertInto('registration_import').values(row).execute();
    tellPages(province, tx, REGISTRATIONS, [row.schoolId]);
    note(id, `上传文件 ${maskIdNumbers(input.fileName)}`);
  });
  await startCheck(province, row);
  return viewImport(province, id);
}

/** The check as a task of who uploaded the file. */
async function startCheck(province: Province, upload: RegistrationImportTable): Promise<void> {
  const caller = { account: upload.uploadedBy, org: { id: upload.schoolId } };
  const task = { kind: 'registration-check', title: `校验 ${maskIdNumbers(upload.fileName)}`, total: null, caller };
  const taskId = await startTask(province, task, async (progress) => {
    let reported = 0;
    await checkOrExplain(province, upload, (rows) => {
      progress.advance(rows - reported).catch((error: unknown) => {
        province.log.error({ err: error, task: progress.id }, 'the progress of a check could not be written');
      });
      reported = rows;
    });
  });
  await province.store.decide((tx) =>
    tx.updateTable('registration_import').set({ taskId }).where('id', '=', upload.id).execute(),
  );
}

/** Whatever becomes of the check, the upload leaves `checking`: there it could neither be mended nor discarded. */
async function checkOrExplain(
  province: Province,
  upload: RegistrationImportTable,
  progress: (rows: number) => void,
): Promise<void> {
  try {
    await check(province, upload, progress);
  } catch (error) {
    if (error instanceof Problem) return saveUnreadable(province, upload, error);
    await saveUnreadable(province, upload, new Problem('defect', '校验时系统出错，请重新上传；再次出错时请联系管理员'));
    throw error;
  }
}

async function check(
  province: Province,
  upload: RegistrationImportTable,
  progress: (rows: number) => void,
): Promise<void> {
  const file = await province.files.get(fileOf(upload.id));
  // Opening it and starting a worker thread are each as long as a turn may be.
  await wholeTurn();
  const sheet = await province.spreadsheets.check(sheetOf(upload), file, (counts) => progress(counts.rows));
  const ours = await findAgainstProvince(province, upload.schoolId, sheet.rows);
  // A check that was cut off has left some.
  await removeDryRun(province, upload.id, 'too');
  const failed = await saveDryRun(province, upload.id, sheet, [...sheet.findings, ...ours]);
  await province.store.decide(async (tx) => {
    await tx
      .updateTable('registration_import')
      .set({
        state: failed > 0 ? 'has-errors' : 'ready',
        rows: sheet.counts.rows,
        failed,
        errors: sheet.counts.errors + ours.length,
        warnings: sheet.counts.warnings,
      })
      .where('id', '=', upload.id)
      .execute();
    tellPages(province, tx, REGISTRATIONS, [upload.schoolId]);
  });
}

/** What the file alone cannot tell: another school's code, identities that the province already holds. All are errors. */
async function findAgainstProvince(
  province: Province,
  schoolId: string,
  rows: Iterable<CheckedRow<StudentForm>>,
): Promise<SheetFinding[]> {
  const findings: SheetFinding[] = [];
  for (const slice of inSlices(rows, ROWS_PER_TURN)) {
    findings.push(...wrongSchool(slice, schoolId), ...(await findHeldIdentities(province, slice)));
    await nextTurn();
  }
  return findings;
}

async function saveUnreadable(
  province: Province,
  { id, schoolId }: RegistrationImportTable,
  problem: Problem,
): Promise<void> {
  // Where there are single errors, the detail is the first of them again.
  const errors = (problem.errors ?? []).map((one) => `${one.pointer}：${one.detail}`);
  const details = errors.length > 0 ? errors : [problem.detail ?? problem.message];
  await province.store.decide(async (tx) => {
    await tx
      .updateTable('registration_import')
      .set({ state: 'unreadable', problem: details.join('\n') })
      .where('id', '=', id)
      .execute();
    tellPages(province, tx, REGISTRATIONS, [schoolId]);
  });
}

/** A registrar registers pupils of the own school only. */
function wrongSchool(rows: readonly CheckedRow<StudentForm>[], schoolId: string): SheetFinding[] {
  return rows
    .filter(({ values }) => values.schoolCode !== undefined && values.schoolCode !== schoolId)
    .map(({ row, values }) => ({
      row,
      column: 'schoolCode',
      title: studentFieldTitles.schoolCode,
      text: values.schoolCode ?? '',
      severity: 'error',
      message: '不是本校的学校标识码',
      suggestion: schoolId,
    }));
}

/** The file and its rows are thrown away; the record of the upload stays. */
export async function discard(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof discardRegistrationImport.input>,
): Promise<RegistrationImport> {
  await call.decide(async (tx, note) => {
    const before = await getOwnImport(tx, call, id);
    const state = move(importMoves, 'discard', before.state);
    await tx.updateTable('registration_import').set({ state }).where('id', '=', id).execute();
    tellPages(province, tx, REGISTRATIONS, [before.schoolId]);
    note(id, `作废文件 ${maskIdNumbers(before.fileName)}`);
  });
  await removeDryRun(province, id, 'too');
  await province.files.remove(fileOf(id));
  return viewImport(province, id);
}

/** At boot, before anything is uploaded: files whose upload was never recorded, or is over, are removed; a crash left them. */
export async function removeStrayFiles(province: Province): Promise<void> {
  const open = await province.store.read
    .selectFrom('registration_import')
    .select('id')
    .where('state', 'not in', ['submitted', 'discarded'])
    .execute();
  const wanted = new Set(open.map(({ id }) => fileOf(id)));
  for (const name of await province.files.list(IMPORT_FILES)) if (!wanted.has(name)) await province.files.remove(name);
}

/** Imports whose check was cut off by a crash: the file is still there, so they are checked again. */
export async function resumeChecks(province: Province): Promise<void> {
  const cut = await province.store.read
    .selectFrom('registration_import')
    .selectAll()
    .where('state', '=', 'checking')
    .execute();
  for (const upload of cut) await startCheck(province, upload);
}
