import type { SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { SheetFinding } from '../../contracts/core/sheet.ts';
import type {
  downloadRegistrationTemplate,
  getRegistrationImport,
  ImportRow,
  listImportRows,
  listRegistrationImports,
  RegistrationImport,
} from '../../contracts/registration.ts';
import { downloadMarkedImport } from '../../contracts/registration.ts';
import { fieldText } from '../../contracts/student-rules.ts';
import { studentFieldTitles } from '../../contracts/student-form.ts';
import type { StudentField } from '../../contracts/student-form.ts';
import { entryTitle, reasonAgainstEntry } from '../../contracts/registration-entry.ts';
import type { EntryWay, RegistrationEntry } from '../../contracts/registration-entry.ts';
import { findOrg } from '../../shared/org/table.ts';
import type { Call, DownloadFile } from '../../shared/http/serve.ts';
import { withinScope } from '../../shared/org/scope.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import { XLSX } from '../../shared/spreadsheet/content-type.ts';
import { markedFileName } from '../../shared/spreadsheet/mark.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { dryRun, openDryRow } from './dry-run.ts';
import type { DryRow } from './dry-run.ts';
import { sheetOf } from './sheet.ts';
import { getImport } from './table.ts';
import type { RegistrationImportTable } from './table.ts';

/** The upload, if it is the caller's school's: anything else is not there. */
export async function getOwnImport(
  db: Province['store']['read'],
  call: Call<ProvinceDb>,
  id: string,
): Promise<RegistrationImportTable> {
  const found = await getImport(db, id);
  if (found.schoolId !== call.caller.org.id) throw new Problem('not-found', '没有这份上传文件');
  return found;
}

/** The uploaded file's name in the file store. */
export function fileOf(importId: string): string {
  return `${IMPORT_FILES}${importId}`;
}
export const IMPORT_FILES = 'import-';

/** 文件上传记录, newest first. */
export async function importsOf(
  province: Province,
  call: Call<ProvinceDb>,
  input: z.output<typeof listRegistrationImports.input>,
): Promise<Page<RegistrationImport>> {
  const query = selectImports(province)
    .where(withinScope('schoolId', call.caller))
    .$if(input.kind !== undefined, (q) => q.where('kind', '=', input.kind!))
    .$if(input.category !== undefined, (q) => q.where('category', '=', input.category!));
  const ordering = {
    sortable: { uploadedAt: 'uploadedAt' },
    unique: 'registration_import.id',
    defaultSort: '-uploadedAt',
  };
  const { total, rows } = await pageOf(query, input, ordering);
  return { total, rows: rows.map(viewOf) };
}

export async function oneImport(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof getRegistrationImport.input>,
): Promise<RegistrationImport> {
  await getOwnImport(province.store.read, call, id);
  return viewImport(province, id);
}

/** The upload as it stands now. */
export async function viewImport(province: Province, id: string): Promise<RegistrationImport> {
  return viewOf(await selectImports(province).where('registration_import.id', '=', id).executeTakeFirstOrThrow());
}

type NamedImport = RegistrationImportTable & { schoolName: string; uploaderName: string | null };

function selectImports(province: Province): SelectQueryBuilder<ProvinceDb, 'registration_import' | 'org', NamedImport> {
  return province.store.read
    .selectFrom('registration_import')
    .innerJoin('org', 'org.id', 'registration_import.schoolId')
    .selectAll('registration_import')
    .select('org.name as schoolName')
    .select(({ selectFrom }) =>
      selectFrom('account').select('personName').whereRef('account.name', '=', 'uploadedBy').as('uploaderName'),
    );
}

function viewOf({ schoolId: _schoolId, uploaderName, ...row }: NamedImport): RegistrationImport {
  return { ...row, uploadedBy: uploaderName ?? row.uploadedBy, passed: row.rows - row.failed };
}

/** The dry run: rows with their cells as they will be read, and what was found in each. */
export async function importRows(
  province: Province,
  call: Call<ProvinceDb>,
  input: z.output<typeof listImportRows.input>,
): Promise<Page<ImportRow>> {
  await getOwnImport(province.store.read, call, input.id);
  await call.decide(async (_tx, note) => note(input.id, '核对上传数据'));
  const query = province.store.read
    .selectFrom('registration_import_row')
    .innerJoin('registration_form', 'registration_form.registrationId', 'registration_import_row.registrationId')
    .select(['row', 'registration_import_row.registrationId', 'findings', 'form'])
    .where('importId', '=', input.id)
    .$if(input.only === 'errors', (q) => q.where('errors', '>', 0))
    .$if(input.only === 'findings', (q) => q.where('findings', 'is not', null));
  const page = await pageOf(query, input, { sortable: { row: 'row' }, unique: 'row', defaultSort: 'row' });
  return { total: page.total, rows: page.rows.map((saved) => viewRow(openDryRow(province, saved))) };
}

/** A row of a sheet of pupils as the page shows it: cells by header, with what was found in them. */
export function viewRow({ row, values, findings }: Omit<DryRow, 'registrationId'>): ImportRow {
  const cells: Record<string, string> = {};
  for (const [field, value] of Object.entries(values) as [StudentField, string][])
    cells[studentFieldTitles[field]] = fieldText(field, value);
  for (const { title, text } of findings) if (text !== undefined) cells[title] ??= text;
  return {
    row,
    cells,
    findings: findings.map(({ column, title, severity, message, suggestion }) => ({
      row,
      column: column ?? null,
      title,
      severity,
      message,
      suggestion: suggestion ?? null,
    })),
  };
}

export async function template(
  province: Province,
  call: Call<ProvinceDb>,
  entry: z.output<typeof downloadRegistrationTemplate.input>,
): Promise<DownloadFile> {
  await mustBeOpen(province, call, entry, 'import');
  return {
    fileName: `${entryTitle(entry)}导入模板.xlsx`,
    contentType: XLSX,
    body: await province.spreadsheets.template(sheetOf(entry)),
  };
}

/** Whether the caller's school may register these pupils by this way (features 1.1, 1.14). */
export async function mustBeOpen(
  province: Province,
  call: Call<ProvinceDb>,
  entry: RegistrationEntry,
  way: EntryWay,
): Promise<void> {
  const school = await findOrg(province.store.read, call.caller.org.id);
  const reason = reasonAgainstEntry(entry, way, school?.stages ?? []);
  if (reason) throw new Problem('illegal-move', reason);
}

/** The uploaded file again, its wrong cells coloured and commented. */
export async function markedFile(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof downloadMarkedImport.input>,
): Promise<DownloadFile> {
  const upload = await getOwnImport(province.store.read, call, id);
  if (upload.state !== 'has-errors' && upload.state !== 'ready')
    throw new Problem('illegal-move', '只有校验完成、尚未提交的文件可以下载');
  const findings: SheetFinding[] = [];
  for await (const row of dryRun(province, id, 'findings')) findings.push(...row.findings);
  const file = await province.files.get(fileOf(id));
  await call.decide(async (_tx, note) => note(id, '下载标注问题的文件'));
  return {
    fileName: markedFileName(upload.fileName),
    contentType: XLSX,
    body: await province.spreadsheets.mark(sheetOf(upload), file, findings),
  };
}
