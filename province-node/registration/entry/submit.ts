import type { z } from 'zod';
import { Problem } from '../../../contracts/core/problems.ts';
import type { FieldError } from '../../../contracts/core/problems.ts';
import { checkForm, fieldErrorOf } from '../../../contracts/registration-checks.ts';
import type { CheckedForm, FormFinding } from '../../../contracts/registration-checks.ts';
import { entryTitle, needsEvidence } from '../../../contracts/registration-entry.ts';
import type { submitEntry } from '../../../contracts/registration-entry.ts';
import { REGISTRATION_PHOTO } from '../../../contracts/photo.ts';
import { studentFields, studentFieldTitles } from '../../../contracts/student-form.ts';
import type { StudentForm } from '../../../contracts/student-form.ts';
import { getApplication, resubmitApplication } from '../../../shared/chain/chain.ts';
import { chinaDate, isoTime } from '../../../shared/clock.ts';
import type { Tx } from '../../../shared/db/store.ts';
import { submitEvidence } from '../../../shared/evidence/evidence.ts';
import { tellPages } from '../../../shared/http/news.ts';
import type { Call, Caller } from '../../../shared/http/serve.ts';
import type { Province } from '../../context.ts';
import type { ProvinceDb } from '../../schema.ts';
import { claim } from '../claim.ts';
import { resumePupils } from '../forgotten.ts';
import { canonicalForm, fingerprintOf, openForm } from '../form.ts';
import { holdersOf } from '../held.ts';
import { newRegistration, register, shownOfForm, uncheckedOf } from '../register.ts';
import { blockedBy } from '../rules.ts';
import { REGISTRATION_EVIDENCE, REGISTRATIONS, selectWithForms } from '../table.ts';
import type { RegistrationTable } from '../table.ts';
import { getOwnDraft, mustBeCurrent } from './draft.ts';
import type { RegistrationDraftTable } from './table.ts';

type Form = { form: StudentForm; sealed: Buffer };

/**
 * 保存: the pupil is handed in for review, by the rules of the import; a registration that came back is handed in again.
 * Form, evidence, application and claim are written in one decision.
 */
export async function submit(
  province: Province,
  call: Call<ProvinceDb>,
  { id, revision, form: typed, warningsConfirmed }: z.output<typeof submitEntry.input>,
): Promise<{ id: string; name: string }> {
  const draft = await getOwnDraft(province.store.read, id, call.caller);
  const today = chinaDate(province.clock.now());
  const checked = checkForm(draft, { ...typed, schoolCode: draft.schoolId }, today);
  refuseErrors(checked.findings);
  const twin = await twinOf(province, draft, checked.values);
  if (twin) checked.findings.push(twin);
  const form = canonicalForm(confirmedForm(checked, warningsConfirmed), today);
  const sealed = province.vault.seal(JSON.stringify(form));
  await call.decide(async (tx, note) => {
    const now = await getOwnDraft(tx, id, call.caller);
    mustBeCurrent(now, revision);
    await refuseHeld(province, tx, form);
    await handInPictures(province, tx, draft);
    const before = await selectWithForms(tx).where('id', '=', id).executeTakeFirst();
    if (before) await handInAgain(province, tx, call.caller, before, { form, sealed });
    else await handIn(province, tx, call.caller, draft, { form, sealed });
    await tx.deleteFrom('registration_draft').where('id', '=', id).execute();
    tellPages(province, tx, REGISTRATIONS, [draft.schoolId]);
    note(id, `${before ? '重新提交' : '提交'}${entryTitle(draft)}`);
  });
  return { id, name: form.name ?? '' };
}

const errorOf = (finding: FormFinding): FieldError => fieldErrorOf('/form', finding);

/** The values of a form without errors, whose warnings were confirmed; throws `invalid-input` with what is wrong. */
export function confirmedForm({ values, findings }: CheckedForm, warningsConfirmed: boolean): StudentForm {
  refuseErrors(findings);
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  if (warnings.length > 0 && !warningsConfirmed)
    throw new Problem('invalid-input', `有 ${warnings.length} 处提醒，请核对后确认`, {
      errors: warnings.map(errorOf),
      extra: { warnings: true },
    });
  return values;
}

function refuseErrors(findings: readonly FormFinding[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0)
    throw new Problem('invalid-input', `有 ${errors.length} 项填写有误，请修改后再保存`, {
      errors: errors.map(errorOf),
    });
}

/**
 * Without a document nothing tells one child from another (problem type 姓名+性别+出生日期重复): the same in this school is
 * most likely entered twice.
 */
async function twinOf(
  { store }: Province,
  { id, category, schoolId }: RegistrationDraftTable,
  { name, sex, birthDate }: StudentForm,
): Promise<FormFinding | undefined> {
  if (category !== 'none') return undefined;
  const twin = await store.read
    .selectFrom('registration')
    .select('id')
    .where('name', '=', name!)
    .where('schoolId', '=', schoolId)
    .where('category', '=', category)
    .where('sex', '=', sex!)
    .where('birthDate', '=', birthDate!)
    .where('state', '!=', 'ended')
    .where('id', '!=', id)
    .executeTakeFirst();
  const message = '本校已录入过姓名、性别、出生日期都相同的无身份证件学生，请确认不是同一人';
  return twin && { column: 'name', severity: 'warning', message };
}

async function refuseHeld(province: Province, tx: Tx<ProvinceDb>, form: StudentForm): Promise<void> {
  const fingerprint = fingerprintOf(province.vault, form);
  if (!fingerprint) return;
  const detail = (await holdersOf(tx, [fingerprint])).get(fingerprint.toString('hex'));
  if (detail) throw new Problem('identity-held', detail, { errors: [{ pointer: '/form/idNumber', detail }] });
}

async function handInPictures(province: Province, tx: Tx<ProvinceDb>, draft: RegistrationDraftTable): Promise<void> {
  const at = isoTime(province.clock.now());
  const count = await submitEvidence(tx, REGISTRATION_EVIDENCE, draft.id, at);
  await submitEvidence(tx, REGISTRATION_PHOTO, draft.id, at);
  if (!needsEvidence(draft) || count > 0) return;
  const detail = '请上传证明材料，如出生医学证明、户口簿或居委会（村委会）证明';
  throw new Problem('invalid-input', detail, { errors: [{ pointer: '/evidence', detail }] });
}

async function handIn(
  province: Province,
  tx: Tx<ProvinceDb>,
  caller: Caller,
  draft: RegistrationDraftTable,
  { form, sealed }: Form,
): Promise<void> {
  const { id, kind, category, stage, schoolId } = draft;
  const createdAt = isoTime(province.clock.now());
  const from = { id, kind, category, stage, schoolId, createdAt, importId: null };
  await register(province, tx, caller, from, [{ form, registration: newRegistration(province.vault, from, form) }]);
  await tx.insertInto('registration_form').values({ registrationId: id, form: sealed }).execute();
}

/** The return has let the claim go: the identity, perhaps another now, is claimed anew and everything is checked anew. */
async function handInAgain(
  province: Province,
  tx: Tx<ProvinceDb>,
  caller: Caller,
  before: RegistrationTable & { form: Buffer },
  { form, sealed }: Form,
): Promise<void> {
  const { form: _sealedBefore, ...row } = before;
  const { id, category } = row;
  const unchecked = uncheckedOf(category);
  const changes = changesText(openForm(province.vault, before), form);
  await resubmitApplication(
    province,
    tx,
    await getApplication(tx, id),
    blockedBy(unchecked.checkState),
    caller,
    changes,
  );
  const after: RegistrationTable = { ...row, ...shownOfForm(province.vault, form), ...unchecked, state: 'in-review' };
  await resumePupils(province, tx, [after]);
  const { id: _id, ...columns } = after;
  await tx.updateTable('registration').set(columns).where('id', '=', id).execute();
  await tx.updateTable('registration_form').set({ form: sealed }).where('registrationId', '=', id).execute();
  claim(province, tx, after, form, caller.org.name);
}

/** What the reviewers are told was mended: the items, not their values. */
function changesText(before: StudentForm, after: StudentForm): string {
  const changed = studentFields
    .filter(([field]) => before[field] !== after[field])
    .map(([field]) => studentFieldTitles[field]);
  return changed.length === 0 ? '未修改学籍信息' : `修改了：${changed.join('、')}`;
}
