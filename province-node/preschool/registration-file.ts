import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import type { FieldError } from '../../contracts/core/problems.ts';
import { SHEET_ROWS_MAX } from '../../contracts/core/sheet.ts';
import { idCategoryTitles } from '../../contracts/people/id-document.ts';
import type { exportPreschoolPupils } from '../../contracts/preschool.ts';
import { reasonAgainstExport, reasonAgainstMixing } from '../../contracts/preschool-rules.ts';
import { checkForm } from '../../contracts/registration-checks.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { chinaDate } from '../../shared/clock.ts';
import type { Call, DownloadFile } from '../../shared/http/serve.ts';
import { inSlices } from '../../shared/slices.ts';
import { XLSX } from '../../shared/spreadsheet/content-type.ts';
import type { Province } from '../context.ts';
import { sheetOf } from '../registration/sheet.ts';
import type { ProvinceDb } from '../schema.ts';
import { everyEntry } from './list.ts';
import type { ListedEntry } from './list.ts';
import { pupilOf } from './listing.ts';
import { prefilled } from './prefill.ts';
import { entryOf } from './supplement.ts';

/** Refusals that are told one by one; the rest are counted. */
const REFUSALS_TOLD_MAX = 50;
/** Forms unsealed between two turns of the event loop. */
const FORMS_PER_TURN = 100;

/**
 * 调档学生导出 (features 1.4): the template of the id category, filled in as far as it is known, which the registration import
 * takes as it is. One row that cannot be in it refuses the whole file, so that nobody is left out unnoticed.
 */
export async function exportPupils(
  province: Province,
  call: Call<ProvinceDb>,
  { ids, ...conditions }: z.output<typeof exportPreschoolPupils.input>,
): Promise<DownloadFile> {
  const entries: ListedEntry[] = [];
  for await (const slice of everyEntry(province, call.caller, conditions, ids)) {
    entries.push(...slice);
    if (entries.length > SHEET_ROWS_MAX)
      throw new Problem('illegal-move', `一次最多导出 ${SHEET_ROWS_MAX} 人，请增加查询条件，分几次导出`);
  }
  const [first] = entries;
  if (!first) throw new Problem('illegal-move', '没有可导出的学生，请先在列表中选择');
  refuseUnready(entries);
  const { category } = first;
  await call.decide(async (_tx, note) => note('', `调档学生导出，${idCategoryTitles[category]} ${entries.length} 人`));
  return {
    fileName: `${idCategoryTitles[category]}调档学生导出.xlsx`,
    contentType: XLSX,
    body: province.spreadsheets.export(sheetOf(entryOf(first)), formsOf(province, entries)),
  };
}

function refuseUnready(entries: readonly ListedEntry[]): void {
  const errors = entries.flatMap((entry): FieldError[] => {
    const reason = reasonAgainstExport(entry);
    if (!reason) return [];
    const number = entry.idNumberMasked === '' ? '' : `（${entry.idNumberMasked}）`;
    return [{ pointer: `/${entry.id}`, detail: `${entry.name}${number}：${reason}` }];
  });
  const mixed = reasonAgainstMixing(entries);
  if (mixed) errors.unshift({ pointer: '/ids', detail: mixed });
  if (errors.length === 0) return;
  const told = errors.slice(0, REFUSALS_TOLD_MAX);
  const summary =
    mixed && errors.length === 1 ? mixed : `有 ${errors.length - (mixed ? 1 : 0)} 人不能导出，请按下列原因处理后再导出`;
  throw new Problem('illegal-move', summary, mixed && errors.length === 1 ? {} : { errors: told });
}

/** Of each what was completed, or typed so far, or what the preschool record knows; only what is right. */
async function* formsOf(province: Province, entries: readonly ListedEntry[]): AsyncGenerator<StudentForm> {
  const today = chinaDate(province.clock.now());
  for (const slice of inSlices(entries, FORMS_PER_TURN)) {
    const rows = await province.store.read
      .selectFrom('preschool_list_entry as entry')
      .leftJoin('preschool_supplement as supplement', 'supplement.entryId', 'entry.id')
      .select(['entry.id', 'entry.schoolId', 'entry.identity', 'supplement.form', 'supplement.completed'])
      .where(
        'entry.id',
        'in',
        slice.map(({ id }) => id),
      )
      .execute();
    const byId = new Map(rows.map((row) => [row.id, row]));
    const unopened = slice.filter(({ id, recordId }) => recordId !== null && !byId.get(id)?.form);
    const known = await province.preschoolRecords.formsOf(unopened.flatMap(({ recordId }) => recordId ?? []));
    for (const entry of slice) {
      const row = byId.get(entry.id);
      if (!row) continue;
      const pupil = pupilOf(province.vault, row);
      const typed = row.completed ?? row.form;
      const form = typed
        ? (JSON.parse(province.vault.open(typed)) as StudentForm)
        : prefilled(entryOf(entry), pupil, row.schoolId, known.get(entry.recordId ?? ''));
      yield checkForm(entryOf(entry), { ...form, ...pupil, schoolCode: row.schoolId }, today).values;
    }
  }
}
