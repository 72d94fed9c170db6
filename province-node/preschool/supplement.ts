import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import { PRESCHOOL_PHOTO } from '../../contracts/photo.ts';
import type { completeSupplement, openSupplement, resetSupplement, saveSupplement } from '../../contracts/preschool.ts';
import { reasonAgainstSupplement } from '../../contracts/preschool-rules.ts';
import { checkForm } from '../../contracts/registration-checks.ts';
import type { EntryDraft, RegistrationEntry } from '../../contracts/registration-entry.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { dropUnsubmitted, removeFiles, submitEvidence } from '../../shared/evidence/evidence.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import type { Province } from '../context.ts';
import { mustBeCurrent } from '../registration/entry/draft.ts';
import { confirmedForm } from '../registration/entry/submit.ts';
import { canonicalForm, isSavedForm } from '../registration/form.ts';
import type { ProvinceDb } from '../schema.ts';
import { pupilOf } from './listing.ts';
import { prefilled } from './prefill.ts';
import { progressOf } from './progress.ts';
import { getOwnEntry, PRESCHOOL } from './table.ts';
import type { PreschoolListEntryTable, PreschoolSupplementTable } from './table.ts';

/** As which pupil the listed one will be registered: the items and rules of its form. */
export function entryOf({ category }: Pick<PreschoolListEntryTable, 'category'>): RegistrationEntry {
  return { kind: 'primary-entrant', category, stage: 'primary' };
}

/** 学籍信息补录: the form as it was typed so far, or what the preschool record knows (features 1.5). */
export async function open(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof openSupplement.input>,
): Promise<EntryDraft> {
  const shown = await getOwnEntry(province.store.read, id, call.caller);
  const begun = await prefilledForm(province, shown);
  const { entry, supplement } = await call.decide(async (tx, note) => {
    const entry = await getOpenEntry(tx, id, call.caller);
    const found = await findSupplement(tx, id);
    note(id, '打开学籍信息补录');
    if (found) return { entry, supplement: found };
    const form = province.vault.seal(JSON.stringify(begun));
    const supplement: PreschoolSupplementTable = { entryId: id, form, completed: null, revision: 1, savedAt: null };
    await tx.insertInto('preschool_supplement').values(supplement).execute();
    return { entry, supplement };
  });
  const typed = JSON.parse(province.vault.open(supplement.form)) as StudentForm;
  const { revision, savedAt } = supplement;
  const today = chinaDate(province.clock.now());
  const form = withIdentity(province, entry, typed);
  return { ...entryOf(entry), id, revision, savedAt, today, form, returned: null };
}

async function prefilledForm(province: Province, entry: PreschoolListEntryTable): Promise<StudentForm> {
  const known = entry.recordId ? await province.preschoolRecords.formsOf([entry.recordId]) : new Map();
  return prefilled(entryOf(entry), pupilOf(province.vault, entry), entry.schoolId, known.get(entry.recordId));
}

/** Who the pupil is stands on the list and is changed there. */
function withIdentity({ vault }: Province, entry: PreschoolListEntryTable, form: StudentForm): StudentForm {
  const { name: _, idType: __, idNumber: ___, sex: ____, birthDate: _____, ...rest } = form;
  return { ...rest, ...pupilOf(vault, entry), schoolCode: entry.schoolId };
}

async function getOpenEntry(tx: Tx<ProvinceDb>, id: string, caller: Caller): Promise<PreschoolListEntryTable> {
  const entry = await getOwnEntry(tx, id, caller);
  const progress = (await progressOf(tx, [entry])).get(id) ?? 'not-begun';
  const reason = reasonAgainstSupplement({ matchState: entry.matchState, progress });
  if (reason) throw new Problem('illegal-move', `${entry.name}${reason}`);
  return entry;
}

async function findSupplement(tx: Tx<ProvinceDb>, id: string): Promise<PreschoolSupplementTable | undefined> {
  return tx.selectFrom('preschool_supplement').selectAll().where('entryId', '=', id).executeTakeFirst();
}

async function getSupplement(tx: Tx<ProvinceDb>, id: string): Promise<PreschoolSupplementTable> {
  const found = await findSupplement(tx, id);
  if (!found) throw new Problem('illegal-move', '补录的内容已被清除，请重新打开');
  return found;
}

export async function save(
  province: Province,
  call: Call<ProvinceDb>,
  { id, revision, form }: z.output<typeof saveSupplement.input>,
): Promise<z.input<typeof saveSupplement.output>> {
  const savedAt = isoTime(province.clock.now());
  const sealed = province.vault.seal(JSON.stringify(form));
  return call.decide(async (tx, note) => {
    await getOpenEntry(tx, id, call.caller);
    const now = await getSupplement(tx, id);
    note(id, '保存补录草稿');
    // An answer that was lost: the same is saved again.
    const isRepeat = now.revision === revision + 1 && isSavedForm(province.vault, now.form, form);
    if (isRepeat) return { revision: now.revision, savedAt: now.savedAt ?? savedAt };
    mustBeCurrent(now, revision);
    await tx
      .updateTable('preschool_supplement')
      .set({ form: sealed, revision: revision + 1, savedAt })
      .where('entryId', '=', id)
      .execute();
    return { revision: revision + 1, savedAt };
  });
}

/** 保存: whole and right by the rules of the registration that it will be imported into. */
export async function complete(
  province: Province,
  call: Call<ProvinceDb>,
  { id, revision, form: typed, warningsConfirmed }: z.output<typeof completeSupplement.input>,
): Promise<z.input<typeof completeSupplement.output>> {
  const shown = await getOwnEntry(province.store.read, id, call.caller);
  const today = chinaDate(province.clock.now());
  const checked = checkForm(entryOf(shown), withIdentity(province, shown, typed), today);
  const form = canonicalForm(confirmedForm(checked, warningsConfirmed), today);
  const sealed = province.vault.seal(JSON.stringify(form));
  await call.decide(async (tx, note) => {
    const entry = await getOpenEntry(tx, id, call.caller);
    // The list was changed while this was under way: other items may be asked of who it is now.
    if (entry.revision !== shown.revision)
      throw new Problem('stale-revision', `${entry.name}的调档信息刚被修改过，请刷新本页后再保存`);
    const now = await getSupplement(tx, id);
    // An answer that was lost: the same was completed already.
    const isRepeat =
      now.revision === revision + 1 && now.completed !== null && isSavedForm(province.vault, now.completed, form);
    if (!isRepeat) {
      mustBeCurrent(now, revision);
      const savedAt = isoTime(province.clock.now());
      await submitEvidence(tx, PRESCHOOL_PHOTO, id, savedAt);
      await tx
        .updateTable('preschool_supplement')
        .set({ form: sealed, completed: sealed, revision: revision + 1, savedAt })
        .where('entryId', '=', id)
        .execute();
      await tx.updateTable('preschool_list_entry').set({ supplemented: 1 }).where('id', '=', id).execute();
    }
    tellPages(province, tx, PRESCHOOL, [entry.schoolId]);
    note(id, '完成学籍信息补录');
  });
  return { id, name: form.name ?? '' };
}

/** 放弃修改: back to what was completed before, or to what the preschool record knows. */
export async function reset(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof resetSupplement.input>,
): Promise<Record<string, never>> {
  const photos = await call.decide(async (tx, note) => {
    await getOpenEntry(tx, id, call.caller);
    const found = await findSupplement(tx, id);
    if (found?.completed)
      await tx
        .updateTable('preschool_supplement')
        .set({ form: found.completed, revision: found.revision + 1 })
        .where('entryId', '=', id)
        .execute();
    else await tx.deleteFrom('preschool_supplement').where('entryId', '=', id).execute();
    note(id, '放弃补录的修改');
    return dropUnsubmitted(tx, PRESCHOOL_PHOTO, [id]);
  });
  await removeFiles(province, photos);
  return {};
}
