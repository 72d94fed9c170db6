import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { CheckedSheet, SheetFinding } from '../../contracts/core/sheet.ts';
import type {
  downloadMarkedPreschoolImport,
  listPreschoolImportRows,
  PreschoolImport,
} from '../../contracts/preschool.ts';
import { MatchState, withTold } from '../../contracts/preschool-rules.ts';
import type { ListedPupil } from '../../contracts/preschool-rules.ts';
import type { ImportRow } from '../../contracts/registration.ts';
import { studentFieldTitles } from '../../contracts/student-form.ts';
import { chinaDate, isoTime, nextTurn } from '../../shared/clock.ts';
import { insertRows } from '../../shared/db/bulk.ts';
import { breathe } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Call, DownloadFile, UploadedFile } from '../../shared/http/serve.ts';
import { maskIdNumbers } from '../../shared/log.ts';
import { inSlices } from '../../shared/slices.ts';
import { XLSX } from '../../shared/spreadsheet/content-type.ts';
import { markedFileName } from '../../shared/spreadsheet/mark.ts';
import { findingsOfRows } from '../../shared/spreadsheet/findings-of-row.ts';
import type { Province } from '../context.ts';
import { viewRow } from '../registration/import-queries.ts';
import type { ProvinceDb } from '../schema.ts';
import { mustTeachPrimary } from './entry.ts';
import { listedColumns, matchEach, pupilOf, reasonsAgainstListing } from './listing.ts';
import type { ToBeListed } from './listing.ts';
import type { Match } from './rules.ts';
import { preschoolListSheet } from './sheet.ts';
import { PRESCHOOL } from './table.ts';
import type { PreschoolImportTable, PreschoolListEntryTable } from './table.ts';

/** Rows sealed, compared or written between two turns of the event loop. */
const ROWS_PER_TURN = 200;

/** In the file store: the file as it was uploaded, and its rows with what was found in them. */
export const PRESCHOOL_FILES = 'preschool-';
const fileOf = (id: string): string => `${PRESCHOOL_FILES}file-${id}`;
const rowsOf = (id: string): string => `${PRESCHOOL_FILES}rows-${id}`;

export async function template(province: Province, call: Call<ProvinceDb>): Promise<DownloadFile> {
  await mustTeachPrimary(province, call.caller);
  return {
    fileName: `${preschoolListSheet.title}导入模板.xlsx`,
    contentType: XLSX,
    body: await province.spreadsheets.template(preschoolListSheet),
  };
}

type ListedRow = ToBeListed & { row: number; pupil: ListedPupil };

/**
 * Excel导入 (features 1.2): a file without errors is listed whole, in one decision, and each of its pupils searched for; of a
 * file with errors nothing is, and what is wrong is kept to be looked at.
 */
export async function upload(
  province: Province,
  call: Call<ProvinceDb>,
  { file, fileName }: UploadedFile,
): Promise<PreschoolImport> {
  const { caller } = call;
  await mustTeachPrimary(province, caller);
  const sheet = await province.spreadsheets.check(preschoolListSheet, file);
  const listed = await listedRows(province, caller.org.id, sheet);
  const refused = await findListed(province, call, listed);
  await removeFailed(province, caller.account);
  const row: PreschoolImportTable = {
    id: province.ids.next(),
    schoolId: caller.org.id,
    fileName,
    uploadedBy: caller.account,
    uploadedAt: isoTime(province.clock.now()),
    rows: sheet.counts.rows,
    failed: 0,
    errors: sheet.counts.errors + refused.length,
  };
  const none = Object.fromEntries(MatchState.options.map((state) => [state, 0])) as Record<MatchState, number>;
  if (row.errors > 0) return { ...(await keepFailed(province, call, row, file, sheet, refused)), matches: none };
  const matches = await matchEach(
    province,
    listed.map(({ pupil }) => pupil),
  );
  await call.decide(async (tx, note) => {
    await refuseListed(tx, call, listed);
    await tx.insertInto('preschool_import').values(row).execute();
    await insertEntries(province, tx, row, listed, matches);
    tellPages(province, tx, PRESCHOOL, [row.schoolId]);
    note(row.id, `导入 ${maskIdNumbers(fileName)}，${row.rows} 人`);
  });
  for (const { matchState } of matches) none[matchState]++;
  return { ...row, matches: none };
}

/** The rows that are right by themselves, with what a resident id tells. */
async function listedRows(
  { vault, clock }: Province,
  schoolId: string,
  sheet: CheckedSheet<ListedPupil>,
): Promise<ListedRow[]> {
  const today = chinaDate(clock.now());
  const listed: ListedRow[] = [];
  for (const slice of inSlices(sheet.rows, ROWS_PER_TURN)) {
    for (const { row, values, errors } of slice) {
      if (errors > 0) continue;
      const columns = listedColumns(vault, schoolId, withTold(values, today), today);
      listed.push({ row, pupil: pupilOf(vault, columns), pointer: placeOf(row), columns });
    }
    await nextTurn();
  }
  return listed;
}

const placeOf = (row: number): string => `第${row}行 ${studentFieldTitles.idNumber}`;

/** What the file alone cannot tell: who is on a list of the province already, or registered. */
async function findListed(
  province: Province,
  call: Call<ProvinceDb>,
  listed: readonly ListedRow[],
): Promise<SheetFinding[]> {
  const rows = new Map(listed.map(({ row, pointer, columns }) => [pointer, { row, text: columns.idNumberMasked }]));
  const findings: SheetFinding[] = [];
  for (const slice of inSlices(listed, ROWS_PER_TURN)) {
    for (const { pointer, detail } of await reasonsAgainstListing(province.store.read, call.caller, slice)) {
      const { row, text } = rows.get(pointer)!;
      const place = { row, column: 'idNumber', title: studentFieldTitles.idNumber, text };
      findings.push({ ...place, severity: 'error', message: detail });
    }
    await nextTurn();
  }
  return findings;
}

/** Between the check and this decision somebody else may have listed a pupil. */
async function refuseListed(tx: Tx<ProvinceDb>, { caller }: Call<ProvinceDb>, listed: readonly ListedRow[]) {
  const errors = await reasonsAgainstListing(tx, caller, listed);
  if (errors.length > 0)
    throw new Problem('identity-held', `有 ${errors.length} 人刚被列入名单，请重新上传文件核对`, { errors });
}

const entryColumns = [
  ...(['id', 'schoolId', 'importId', 'name', 'sex', 'birthDate', 'idType', 'category', 'idNumberMasked'] as const),
  ...(['idFingerprint', 'listKey', 'identity', 'matchState', 'recordId', 'supplemented', 'revision'] as const),
  ...(['createdBy', 'createdAt'] as const),
] satisfies ReadonlyArray<keyof PreschoolListEntryTable>;

async function insertEntries(
  { ids }: Province,
  tx: Tx<ProvinceDb>,
  { id: importId, schoolId, uploadedBy: createdBy, uploadedAt: createdAt }: PreschoolImportTable,
  listed: readonly ListedRow[],
  matches: readonly Match[],
): Promise<void> {
  let at = 0;
  for (const slice of inSlices(listed, ROWS_PER_TURN)) {
    const rows = slice.map(({ columns }) => {
      const begun = { supplemented: 0, revision: 1, createdBy, createdAt };
      const entry = { ...columns, ...matches[at++]!, ...begun, id: ids.next(), schoolId, importId };
      return entryColumns.map((column) => entry[column]);
    });
    await insertRows(tx, 'preschool_list_entry', entryColumns, rows);
    await breathe(tx);
  }
}

async function keepFailed(
  province: Province,
  call: Call<ProvinceDb>,
  row: PreschoolImportTable,
  file: Uint8Array,
  sheet: CheckedSheet<ListedPupil>,
  refused: readonly SheetFinding[],
): Promise<PreschoolImportTable> {
  const rows = await shownRows(sheet, [...sheet.findings, ...refused]);
  const failed = rows.filter(hasError).length;
  await province.files.put(fileOf(row.id), file);
  await province.files.put(rowsOf(row.id), Buffer.from(JSON.stringify(rows)));
  await call.decide(async (tx, note) => {
    await tx
      .insertInto('preschool_import')
      .values({ ...row, failed })
      .execute();
    note(row.id, `上传 ${maskIdNumbers(row.fileName)}，${failed} 行有错误，没有导入`);
  });
  return { ...row, failed };
}

async function shownRows(sheet: CheckedSheet<ListedPupil>, findings: readonly SheetFinding[]): Promise<ImportRow[]> {
  const findingsOf = findingsOfRows(findings);
  const rows: ImportRow[] = [];
  for (const slice of inSlices(sheet.rows, ROWS_PER_TURN)) {
    for (const { row, values } of slice) rows.push(viewRow({ row, values, findings: findingsOf(row) }));
    await nextTurn();
  }
  return rows;
}

const hasError = ({ findings }: ImportRow): boolean => findings.some(({ severity }) => severity === 'error');

/** What the person's last upload left: the next one takes its place. */
async function removeFailed({ store, files }: Province, account: string): Promise<void> {
  const ids = await store.decide(async (tx) => {
    const failed = await tx
      .selectFrom('preschool_import')
      .select('id')
      .where('uploadedBy', '=', account)
      .where('failed', '>', 0)
      .execute();
    await tx.deleteFrom('preschool_import').where('uploadedBy', '=', account).where('failed', '>', 0).execute();
    return failed.map(({ id }) => id);
  });
  for (const id of ids) for (const name of [fileOf(id), rowsOf(id)]) await files.remove(name);
}

/** At boot: what a crash left in the file store. */
export async function removeStrayUploads({ store, files }: Province): Promise<void> {
  const kept = await store.read.selectFrom('preschool_import').select('id').where('failed', '>', 0).execute();
  const wanted = new Set(kept.flatMap(({ id }) => [fileOf(id), rowsOf(id)]));
  for (const name of await files.list(PRESCHOOL_FILES)) if (!wanted.has(name)) await files.remove(name);
}

/** An upload with errors, if it is the caller's school's. */
async function getFailed({ store }: Province, { caller }: Call<ProvinceDb>, id: string): Promise<PreschoolImportTable> {
  const found = await store.read.selectFrom('preschool_import').selectAll().where('id', '=', id).executeTakeFirst();
  if (found?.schoolId !== caller.org.id || found.failed === 0)
    throw new Problem('not-found', '这份上传文件已不在，请重新上传');
  return found;
}

async function readRows({ files }: Province, id: string): Promise<ImportRow[]> {
  return JSON.parse(Buffer.from(await files.get(rowsOf(id))).toString('utf8')) as ImportRow[];
}

export async function importRows(
  province: Province,
  call: Call<ProvinceDb>,
  { id, only, page, pageSize }: z.output<typeof listPreschoolImportRows.input>,
): Promise<Page<ImportRow>> {
  await getFailed(province, call, id);
  await call.decide(async (_tx, note) => note(id, '核对学前调档名单'));
  const rows = await readRows(province, id);
  const asked = rows.filter((row) => only === 'all' || (only === 'errors' ? hasError(row) : row.findings.length > 0));
  return { total: asked.length, rows: asked.slice((page - 1) * pageSize, page * pageSize) };
}

/** The uploaded file again, its wrong cells coloured and commented. */
export async function markedFile(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof downloadMarkedPreschoolImport.input>,
): Promise<DownloadFile> {
  const { fileName } = await getFailed(province, call, id);
  const findings = (await readRows(province, id)).flatMap((row) => row.findings.map(sheetFinding));
  await call.decide(async (_tx, note) => note(id, '下载标注问题的学前调档名单'));
  return {
    fileName: markedFileName(fileName),
    contentType: XLSX,
    body: await province.spreadsheets.mark(preschoolListSheet, await province.files.get(fileOf(id)), findings),
  };
}

function sheetFinding({ column, suggestion, ...finding }: ImportRow['findings'][number]): SheetFinding {
  return { ...finding, ...(column === null ? {} : { column }), ...(suggestion === null ? {} : { suggestion }) };
}
