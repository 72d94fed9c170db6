import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { KeyChangeDraft, lookUpKeyChange, mendKeyChange, saveKeyChange } from '../../contracts/key-change.ts';
import { cohortChoices, isFormal, reasonsAgainstChanging } from '../../contracts/key-change-rules.ts';
import { keyValuesOf } from '../../contracts/key-data.ts';
import type { KeyValues } from '../../contracts/key-data.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { gradeTitle } from '../../contracts/orgs/org.ts';
import { canonicaliseName, maskIdNumber } from '../../contracts/people/names.ts';
import { noSuchPupil } from '../../contracts/transfer-rules.ts';
import { endedTransferStates } from '../../contracts/transfer.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Call } from '../../shared/http/serve.ts';
import { mustBeInScope } from '../../shared/org/scope.ts';
import type { Province } from '../context.ts';
import { pupilOf } from '../in-province-transfer/queries.ts';
import type { ProvinceDb } from '../schema.ts';
import { openedForm } from '../student/change.ts';
import { findOpenBusiness } from '../student/open-business.ts';
import { selectStudents } from '../student/queries.ts';
import { lastOpinionOf } from './opinion.ts';
import { getKeyChangeRow, openValues } from './table.ts';
import type { KeyChangeDraftTable, KeyChangeTable, Typed } from './table.ts';

type Pupil = Awaited<ReturnType<ReturnType<typeof selectStudents>['execute']>>[number];

/** 查询 before the application, of the school's own pupils; audited as a look at the record. */
export async function lookUp(
  province: Province,
  call: Call<ProvinceDb>,
  { studentNumber, name, studentId, problem }: z.output<typeof lookUpKeyChange.input>,
): Promise<z.input<typeof lookUpKeyChange.output>> {
  if (!studentId && (!studentNumber || !name))
    throw new Problem('invalid-input', undefined, {
      errors: [{ pointer: studentNumber ? '/name' : '/studentNumber', detail: '请填写全国学籍号和姓名' }],
    });
  return call.decide(async (tx, note) => {
    const own = selectStudents(tx).where('student.schoolId', '=', call.caller.org.id);
    const found = await (
      studentId
        ? own.where('student.id', '=', studentId)
        : own.where('student.studentNumber', '=', studentNumber!).where('student.name', '=', canonicaliseName(name!))
    ).executeTakeFirst();
    note(found?.id ?? '', `查询关键数据变更学生，${found ? '查到' : '未查到'}`);
    if (!found) return { pupil: null, reasons: [`${noSuchPupil.text}只能变更本校学生的关键数据。`], draft: null };
    const reasons = await reasonsAgainst(tx, found, problem !== undefined);
    if (reasons.length > 0) return { pupil: pupilOf(found), reasons, draft: null };
    const draft = await draftOf(province, tx, found);
    return { pupil: pupilOf(found), reasons, draft: await viewDraft(province, tx, found, draft) };
  });
}

/** A transfer to another province that is under way stands against it as well. */
export async function reasonsAgainst(db: Kysely<ProvinceDb>, pupil: Pupil, ofProblem: boolean): Promise<string[]> {
  const open = await findOpenBusiness(db, pupil.id);
  const elsewhere = await db
    .selectFrom('transfer_case')
    .select('toSchoolName as schoolName')
    .where('studentId', '=', pupil.id)
    .where('state', 'not in', [...endedTransferStates, 'parked'])
    .executeTakeFirst();
  const crossing = elsewhere && { ...elsewhere, kind: 'cross-province-transfer' as const, title: '跨省转学' };
  return reasonsAgainstChanging({ ...pupil, ofProblem, openBusiness: open ?? crossing ?? null });
}

/** What was typed before, or a new one. */
async function draftOf(province: Province, tx: Tx<ProvinceDb>, { id: studentId, schoolId }: Pupil) {
  const known = await tx
    .selectFrom('key_change_draft')
    .selectAll()
    .where('studentId', '=', studentId)
    .where('schoolId', '=', schoolId)
    .executeTakeFirst();
  if (known) return known;
  const fresh = newDraft(province, province.ids.next(), { studentId, schoolId }, { values: {}, note: '' });
  await tx.insertInto('key_change_draft').values(fresh).execute();
  return fresh;
}

function newDraft(
  { vault, clock }: Province,
  id: string,
  { studentId, schoolId }: Pick<KeyChangeTable, 'studentId' | 'schoolId'>,
  typed: Typed,
): KeyChangeDraftTable {
  const form = vault.seal(JSON.stringify(typed));
  return { id, studentId, schoolId, revision: 1, form, at: isoTime(clock.now()) };
}

async function viewDraft(
  province: Province,
  tx: Tx<ProvinceDb>,
  pupil: Pupil,
  { id, studentId, revision, form }: KeyChangeDraftTable,
): Promise<KeyChangeDraft> {
  const { stage, cohort, studentNumber } = pupil;
  const today = chinaDate(province.clock.now());
  const before = keyValuesOf(await openedForm(province, tx, studentId), pupil);
  return {
    id,
    studentId,
    revision,
    stage,
    ...(JSON.parse(province.vault.open(form)) as Typed),
    pupil: pupilOf(pupil),
    isFormal: isFormal(studentNumber),
    before: masked(before),
    grades: cohortChoices(stage, cohort, today).map((one) => ({ cohort: one, title: gradeTitle(stage, one) })),
    returnedWith: await lastOpinionOf(tx, id),
  };
}

function masked(values: KeyValues): KeyValues {
  return values.idNumber === undefined ? values : { ...values, idNumber: maskIdNumber(values.idNumber) };
}

/** Opens what was returned: the draft begins with what was handed in. */
export async function mend(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof mendKeyChange.input>,
): Promise<KeyChangeDraft> {
  return call.decide(async (tx, note) => {
    const change = await getKeyChangeRow(tx, id);
    await mustBeInScope(tx, change.schoolId, call.caller);
    if (change.state !== 'returned')
      throw new Problem('illegal-move', '该申请不在“已退回”状态，不能修改', { extra: { from: change.state } });
    const pupil = await selectStudents(tx).where('student.id', '=', change.studentId).executeTakeFirstOrThrow();
    const known = await tx.selectFrom('key_change_draft').selectAll().where('id', '=', id).executeTakeFirst();
    const draft = known ?? newDraft(province, id, change, await typedOf(province, tx, id));
    if (!known) await tx.insertInto('key_change_draft').values(draft).execute();
    note(id, '修改关键数据变更申请');
    return viewDraft(province, tx, pupil, draft);
  });
}

async function typedOf(province: Province, tx: Tx<ProvinceDb>, id: string): Promise<Typed> {
  const { before, after, note } = await openValues(tx, province.vault, id);
  const values = Object.fromEntries(
    Object.entries(after).filter(([field, value]) => before[field as keyof KeyValues] !== value),
  );
  return { values, note };
}

/** A second window does not save over what the first has saved. */
export async function save(
  province: Province,
  call: Call<ProvinceDb>,
  { id, revision, values, note: remark }: z.output<typeof saveKeyChange.input>,
): Promise<z.input<typeof saveKeyChange.output>> {
  const savedAt = isoTime(province.clock.now());
  const form = province.vault.seal(JSON.stringify({ values, note: remark } satisfies Typed));
  await call.decide(async (tx, note) => {
    await getDraft(tx, call, id);
    const saved = await tx
      .updateTable('key_change_draft')
      .set({ form, at: savedAt, revision: revision + 1 })
      .where('id', '=', id)
      .where('revision', '=', revision)
      .executeTakeFirst();
    if (saved.numUpdatedRows !== 1n)
      throw new Problem('stale-revision', '该申请已在另一个窗口中修改，请重新查询学生后再填写');
    note(id, '暂存关键数据变更');
  });
  return { revision: revision + 1, savedAt };
}

export async function getDraft(
  tx: Tx<ProvinceDb>,
  { caller }: Call<ProvinceDb>,
  id: string,
): Promise<KeyChangeDraftTable> {
  const draft = await tx.selectFrom('key_change_draft').selectAll().where('id', '=', id).executeTakeFirst();
  if (draft?.schoolId !== caller.org.id) throw new Problem('not-found', '请先查询学生，再申请关键数据变更');
  return draft;
}
