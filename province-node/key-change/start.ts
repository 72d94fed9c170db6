import type { z } from 'zod';
import {
  groupOf,
  keyValueErrors,
  laidOver,
  refusedCombinations,
  categoryOf,
  completed,
  identityKeyOfValues,
  isFormal,
} from '../../contracts/key-change-rules.ts';
import type { startKeyChange } from '../../contracts/key-change.ts';
import { KEY_CHANGE, KEY_CHANGE_TITLE } from '../../contracts/key-change-kind.ts';
import { changedFields, keyFieldTitles, keyValuesOf } from '../../contracts/key-data.ts';
import type { KeyValues } from '../../contracts/key-data.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { FieldError } from '../../contracts/core/problems.ts';
import { maskIdNumber } from '../../contracts/people/names.ts';
import { getApplication, resubmitApplication, startApplications } from '../../shared/chain/chain.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { submitEvidence } from '../../shared/evidence/evidence.ts';
import { hashEvidence, mustBeAsHashed } from '../../shared/evidence/hashed.ts';
import type { Call } from '../../shared/http/serve.ts';
import { mustBeInScope } from '../../shared/org/scope.ts';
import type { Province } from '../context.ts';
import { holdersOf } from '../registration/held.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeStudent, openedForm } from '../student/change.ts';
import { keptEvents } from '../student/events.ts';
import type { StudentTable } from '../student/table.ts';
import { getDraft, reasonsAgainst } from './apply.ts';
import { chainOf } from './chain.ts';
import { tellOf } from './checks.ts';
import { claim, markOf } from './claim.ts';
import { tellListener } from './listener.ts';
import type { KeyChangeListener } from './listener.ts';
import { blockedBy, firstCheckOf, formWith } from './rules.ts';
import { selectStudents } from '../student/queries.ts';
import { findKeyChange, openValues } from './table.ts';
import type { ChangeValues, KeyChangeTable } from './table.ts';

type Input = z.output<typeof startKeyChange.input>;

/** Applies for what was looked up, or hands in again what was returned. A second click finds it done. */
export async function start(
  province: Province,
  call: Call<ProvinceDb>,
  input: Input,
  listener: KeyChangeListener | undefined,
): Promise<{ id: string }> {
  const { id } = input;
  // Another province may see the pictures of a problem record's change.
  const isOfProblem = input.problem ?? (await findKeyChange(province.store.read, id))?.problemGroup;
  const pictures = isOfProblem ? await hashEvidence(province, KEY_CHANGE, id) : undefined;
  return call.decide(async (tx, note) => {
    const known = await findKeyChange(tx, id);
    if (known) await mustBeInScope(tx, known.schoolId, call.caller);
    if (known && known.state !== 'returned') {
      await mustBeTheSame(province, tx, input);
      return { id };
    }
    const draft = await getDraft(tx, call, id);
    const found = await selectStudents(tx).where('student.id', '=', draft.studentId).executeTakeFirst();
    const student = await tx.selectFrom('student').selectAll().where('id', '=', draft.studentId).executeTakeFirst();
    if (found?.schoolId !== draft.schoolId || !student)
      throw new Problem('not-found', '该生学籍已不在本校，请重新查询');
    const reasons = known ? [] : await reasonsAgainst(tx, found, input.problem !== undefined);
    if (reasons.length > 0) throw new Problem('not-changeable', reasons.join(''));
    const values = await checkedValues(province, tx, student, input);
    const change = await newChange(province, tx, input, student, values);
    await mustHaveEvidence(province, tx, id);
    if (pictures) await mustBeAsHashed(tx, KEY_CHANGE, id, pictures);
    const form = province.vault.seal(JSON.stringify(values));
    const chain = await chainFor(province, tx, change, values);
    if (known) await handInAgain(province, tx, call, known, change, form, chain);
    else await handIn(province, tx, call, change, form, chain);
    await claim(province, tx, change);
    await tx.deleteFrom('key_change_draft').where('id', '=', id).execute();
    await changeStudent(province, tx, student.id, { openBusiness: KEY_CHANGE_TITLE });
    await tellListener(listener, province, tx, change, known ? 'resubmitted' : 'started', pictures);
    tellOf(province, tx, change);
    note(id, known ? '重新提交关键数据变更' : '申请关键数据变更');
    return { id };
  });
}

/** Another registrar of the school may have been faster, with other values. */
async function mustBeTheSame({ vault, clock }: Province, tx: Tx<ProvinceDb>, { id, values }: Input): Promise<void> {
  const { before, after } = await openValues(tx, vault, id);
  const asked = completed(laidOver(before, values), chinaDate(clock.now()));
  if (changedFields(asked, after).length > 0)
    throw new Problem('stale-revision', '该生的关键数据变更刚由本校提交，请在“关键数据变更查询”中查看后再办理');
}

/** The key data before and after; what cannot be applied for is refused at its field. */
async function checkedValues(
  province: Province,
  tx: Tx<ProvinceDb>,
  student: StudentTable,
  { values: typed, note }: Input,
): Promise<ChangeValues> {
  const today = chinaDate(province.clock.now());
  const form = await openedForm(province, tx, student.id);
  const before = keyValuesOf(form, student);
  const asked = completed(laidOver(before, typed), today);
  const { values, errors } = keyValueErrors(before, asked, formWith(form, asked), student, today);
  const after = completed(values, today);
  const refusals = [...refusedCombinations(isFormal(student.studentNumber), before, after), ...errors];
  if (refusals.length > 0) throw refused(refusals);
  if (changedFields(before, after).length === 0)
    throw new Problem('invalid-input', '没有要变更的内容：变更后的值与学籍中的相同，请填写要变更的项');
  return { before, after, note };
}

function refused(errors: FieldError[]): Problem {
  return new Problem('invalid-input', errors[0]?.detail, { errors });
}

/** Nothing is checked or decided yet. */
const nothingChecked = {
  checkedAt: null,
  claimNo: null,
  releasedNo: null,
  holder: null,
  verification: null,
  numberAfter: null,
};

async function newChange(
  { vault, clock }: Province,
  tx: Tx<ProvinceDb>,
  { id, problem }: Input,
  student: StudentTable,
  { before, after }: ChangeValues,
): Promise<KeyChangeTable> {
  const { id: studentId, schoolId, name, studentNumber, stage, cohort, claimNo: claimBefore } = student;
  const changed = changedFields(before, after);
  const key = identityKeyOfValues(after);
  const isNew = key !== null && key !== identityKeyOfValues(before);
  const openFingerprint = isNew ? vault.fingerprint(key) : null;
  if (openFingerprint) await refuseHeld(tx, openFingerprint);
  const checkState = firstCheckOf(changed, after);
  return {
    id,
    studentId,
    schoolId,
    name,
    studentNumber,
    stage,
    cohort,
    claimBefore,
    openFingerprint,
    checkState,
    ...nothingChecked,
    idNumberMasked: maskIdNumber(after.idNumber ?? ''),
    fields: JSON.stringify(changed),
    category: categoryOf(after),
    mark: checkState === 'unchecked' ? markOf(vault, after) : null,
    problemGroup: problem?.groupId ?? null,
    problemRevision: problem?.revision ?? null,
    state: 'in-review',
    appliedAt: isoTime(clock.now()),
  };
}

/** The province knows at once when one of its own has it. */
async function refuseHeld(tx: Tx<ProvinceDb>, fingerprint: Buffer): Promise<void> {
  const detail = (await holdersOf(tx, [fingerprint])).get(fingerprint.toString('hex'));
  if (detail)
    throw new Problem('identity-held', `${detail}，请核对号码；确为同一号码的，请先与该校联系处理`, {
      errors: [{ pointer: '/values/idNumber', detail }],
    });
}

async function mustHaveEvidence(province: Province, tx: Tx<ProvinceDb>, id: string): Promise<void> {
  if ((await submitEvidence(tx, KEY_CHANGE, id, isoTime(province.clock.now()))) > 0) return;
  const detail = '请上传证明材料，如户口簿、居民身份证或其他户籍证明';
  throw new Problem('invalid-input', detail, { errors: [{ pointer: '/evidence', detail }] });
}

async function chainFor(
  { vault, clock }: Province,
  tx: Tx<ProvinceDb>,
  { studentId, schoolId, stage }: KeyChangeTable,
  { before, after }: ChangeValues,
) {
  const events = await keptEvents(tx, vault, studentId);
  const earlier = events
    .filter(({ act }) => act === 'key-changed')
    .map(({ at, changes = [] }) => ({ at, fields: changes.map(({ field }) => field) }));
  const groupKey = groupOf(before, after, earlier, isoTime(clock.now()));
  return { groupKey, chain: await chainOf(tx, schoolId, stage, groupKey) };
}
type Laid = Awaited<ReturnType<typeof chainFor>>;

async function handIn(
  province: Province,
  tx: Tx<ProvinceDb>,
  { caller }: Call<ProvinceDb>,
  change: KeyChangeTable,
  form: Buffer,
  laid: Laid,
): Promise<void> {
  const { id, studentId: subject, schoolId: orgId, checkState } = change;
  const application = { id, subject, orgId, kind: KEY_CHANGE, blocked: blockedBy(checkState), ...laid };
  await startApplications(province, tx, caller, [application]);
  await tx.insertInto('key_change').values(change).execute();
  await tx.insertInto('key_change_form').values({ keyChangeId: id, form }).execute();
}

/** The return has let the claim go: what is asked now is checked anew, and has the chain that it needs now. */
async function handInAgain(
  province: Province,
  tx: Tx<ProvinceDb>,
  { caller }: Call<ProvinceDb>,
  known: KeyChangeTable,
  { appliedAt: _at, ...change }: KeyChangeTable,
  form: Buffer,
  laid: Laid,
): Promise<void> {
  const { id, fields, checkState } = change;
  const { problemGroup, problemRevision } = known;
  const titles = (JSON.parse(fields) as (keyof KeyValues)[]).map((field) => keyFieldTitles[field]);
  const application = { ...(await getApplication(tx, id)), ...laid };
  await resubmitApplication(province, tx, application, blockedBy(checkState), caller, `申请变更：${titles.join('、')}`);
  const problem = change.problemGroup === null ? { problemGroup, problemRevision } : {};
  await tx
    .updateTable('key_change')
    .set({ ...change, ...problem })
    .where('id', '=', id)
    .execute();
  await tx.updateTable('key_change_form').set({ form }).where('keyChangeId', '=', id).execute();
}
