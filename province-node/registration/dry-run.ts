import type { CheckedSheet, SheetFinding } from '../../contracts/core/sheet.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { nextTurn } from '../../shared/clock.ts';
import { insertRows } from '../../shared/db/bulk.ts';
import { inSlices } from '../../shared/slices.ts';
import { findingsOfRows } from '../../shared/spreadsheet/findings-of-row.ts';
import type { Province } from '../context.ts';

/**
 * The rows of a dry run (features 1.6). The form of each is written once, under the id that its registration will have: what
 * is submitted is then registered by a short decision. Rows come and go in slices, for nobody reads them before the upload
 * has left `checking` or after it was submitted or discarded.
 */
export interface DryRow {
  row: number;
  registrationId: string;
  values: StudentForm;
  findings: SheetFinding[];
}

/** Rows sealed and written, or removed, in one decision. Sealing them is not divided. */
const ROWS_PER_DECISION = 100;
/** Rows unsealed, and made into registrations, between two turns of the event loop. */
const ROWS_PER_TURN = 50;

const rowColumns = ['importId', 'row', 'registrationId', 'errors', 'warnings', 'findings'] as const;

/** Saves the rows with what the sheet and the province found; answers how many rows have an error. */
export async function saveDryRun(
  province: Province,
  importId: string,
  sheet: CheckedSheet<StudentForm>,
  findings: readonly SheetFinding[],
): Promise<number> {
  const findingsOf = findingsOfRows(findings);
  let failed = 0;
  for (const slice of inSlices(sheet.rows, ROWS_PER_DECISION)) {
    const forms: [string, Buffer][] = [];
    const rows = slice.map(({ row, values, errors: errorsOfSheet }) => {
      const found = findingsOf(row);
      // Of very many findings the sheet keeps only the first; its own count of the row is exact.
      const errors = Math.max(errorsOfSheet, found.filter((one) => one.severity === 'error').length);
      if (errors > 0) failed++;
      const warnings = found.filter((one) => one.severity === 'warning').length;
      const registrationId = province.ids.next();
      forms.push([registrationId, province.vault.seal(JSON.stringify(values))]);
      const sealed = found.length > 0 ? province.vault.seal(JSON.stringify(found)) : null;
      return [importId, row, registrationId, errors, warnings, sealed] as const;
    });
    await province.store.decide(async (tx) => {
      await insertRows(tx, 'registration_form', ['registrationId', 'form'], forms);
      await insertRows(tx, 'registration_import_row', rowColumns, rows);
    });
  }
  return failed;
}

/** The row as it was saved. */
export function openDryRow(
  province: Province,
  saved: { row: number; registrationId: string; form: Buffer; findings: Buffer | null },
): DryRow {
  const { row, registrationId, form, findings } = saved;
  return {
    row,
    registrationId,
    values: JSON.parse(province.vault.open(form)) as StudentForm,
    findings: findings ? (JSON.parse(province.vault.open(findings)) as SheetFinding[]) : [],
  };
}

/** The rows of a dry run in their order, all or only those with something found. */
export async function* dryRun(
  province: Province,
  importId: string,
  only: 'all' | 'findings' = 'all',
): AsyncGenerator<DryRow> {
  for (let after = 0; ;) {
    const rows = await province.store.read
      .selectFrom('registration_import_row as r')
      .innerJoin('registration_form as f', 'f.registrationId', 'r.registrationId')
      .select(['r.row', 'r.registrationId', 'r.findings', 'f.form'])
      .where('r.importId', '=', importId)
      .where('r.row', '>', after)
      .$if(only === 'findings', (q) => q.where('r.findings', 'is not', null))
      .orderBy('r.row')
      .limit(ROWS_PER_TURN)
      .execute();
    for (const saved of rows) {
      yield openDryRow(province, saved);
      after = saved.row;
    }
    if (rows.length < ROWS_PER_TURN) return;
    await nextTurn();
  }
}

/** Removes the rows; their forms as well, unless they are registered now. */
export async function removeDryRun(province: Province, importId: string, forms: 'too' | 'stay'): Promise<void> {
  for (let left = true; left;) {
    left = await province.store.decide(async (tx) => {
      const rows = await tx
        .selectFrom('registration_import_row')
        .select(['row', 'registrationId'])
        .where('importId', '=', importId)
        .orderBy('row')
        .limit(ROWS_PER_DECISION)
        .execute();
      const ids = rows.map(({ registrationId }) => registrationId);
      if (ids.length === 0) return false;
      await tx
        .deleteFrom('registration_import_row')
        .where('importId', '=', importId)
        .where('row', '<=', rows.at(-1)!.row)
        .execute();
      if (forms === 'too') await tx.deleteFrom('registration_form').where('registrationId', 'in', ids).execute();
      return true;
    });
  }
}

/** At boot: what a crash left of dry runs that are over. */
export async function removeEndedDryRuns(province: Province): Promise<void> {
  const ended = await province.store.read
    .selectFrom('registration_import')
    .select(['id', 'state'])
    .where('state', 'in', ['submitted', 'discarded'])
    .where('id', 'in', (q) => q.selectFrom('registration_import_row').select('importId').distinct())
    .execute();
  for (const { id, state } of ended) await removeDryRun(province, id, state === 'discarded' ? 'too' : 'stay');
}
