import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { SheetFinding } from '../../contracts/core/sheet.ts';
import type {
  getRegistrationImport,
  ImportRow,
  listImportRows,
  listRegistrationImports,
  RegistrationImport,
} from '../../contracts/registration.ts';
import { downloadMarkedImport } from '../../contracts/registration.ts';
import { fieldText } from '../../contracts/student-rules.ts';
import { studentFieldTitles } from '../../contracts/student-form.ts';
import type { StudentField, StudentForm } from '../../contracts/student-form.ts';
import type { Call, DownloadFile } from '../../shared/http/serve.ts';
import { withinScope } from '../../shared/org/scope.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { residentEntrantSheet } from './sheet.ts';
import { getImport } from './table.ts';
import type { RegistrationImportTable } from './table.ts';

/** What is kept of a row between the dry run and the submission. */
export interface ImportedRow {
  values: StudentForm;
  findings: SheetFinding[];
}

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

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** 文件上传记录, newest first. */
export async function importsOf(
  province: Province,
  call: Call<ProvinceDb>,
  input: z.output<typeof listRegistrationImports.input>,
): Promise<Page<RegistrationImport>> {
  const query = province.store.read
    .selectFrom('registration_import')
    .selectAll()
    .where(withinScope('schoolId', call.caller));
  const ordering = { sortable: { uploadedAt: 'uploadedAt' }, unique: 'id', defaultSort: '-uploadedAt' };
  const page = await pageOf(query, input, ordering);
  return { total: page.total, rows: await Promise.all(page.rows.map((row) => viewImport(province, row))) };
}

export async function oneImport(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof getRegistrationImport.input>,
): Promise<RegistrationImport> {
  return viewImport(province, await getOwnImport(province.store.read, call, id));
}

export async function viewImport(province: Province, row: RegistrationImportTable): Promise<RegistrationImport> {
  const { schoolId, ...rest } = row;
  const school = await province.store.read
    .selectFrom('org')
    .select('name')
    .where('id', '=', schoolId)
    .executeTakeFirst();
  return { ...rest, schoolName: school?.name ?? schoolId, passed: row.rows - row.failed };
}

/** The dry run: rows with their cells as they will be read, and what was found in each. */
export async function importRows(
  province: Province,
  call: Call<ProvinceDb>,
  input: z.output<typeof listImportRows.input>,
): Promise<Page<ImportRow>> {
  await getOwnImport(province.store.read, call, input.id);
  const query = province.store.read
    .selectFrom('registration_import_row')
    .select(['row', 'content'])
    .where('importId', '=', input.id)
    .$if(input.only === 'errors', (q) => q.where('errors', '>', 0))
    .$if(input.only === 'findings', (q) => q.where((eb) => eb.or([eb('errors', '>', 0), eb('warnings', '>', 0)])));
  const page = await pageOf(query, input, { sortable: { row: 'row' }, unique: 'row', defaultSort: 'row' });
  return { total: page.total, rows: page.rows.map(({ row, content }) => viewRow(province, row, content)) };
}

function viewRow(province: Province, row: number, content: Buffer): ImportRow {
  const { values, findings } = JSON.parse(province.vault.open(content)) as ImportedRow;
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

export async function template(province: Province): Promise<DownloadFile> {
  return {
    fileName: '居民身份证小学新生注册导入模板.xlsx',
    contentType: XLSX,
    body: await province.spreadsheets.template(residentEntrantSheet),
  };
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
  const rows = await province.store.read
    .selectFrom('registration_import_row')
    .select('content')
    .where('importId', '=', id)
    .where((eb) => eb.or([eb('errors', '>', 0), eb('warnings', '>', 0)]))
    .orderBy('row')
    .execute();
  const findings = rows.flatMap(({ content }) => (JSON.parse(province.vault.open(content)) as ImportedRow).findings);
  const file = await province.files.get(id);
  return {
    fileName: upload.fileName.replace(/(\.xlsx)?$/i, '（问题标注）.xlsx'),
    contentType: XLSX,
    body: await province.spreadsheets.mark(residentEntrantSheet, file, findings),
  };
}
