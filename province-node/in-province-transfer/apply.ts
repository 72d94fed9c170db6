import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { IN_PROVINCE_TITLE, IN_PROVINCE_TRANSFER, reasonsAgainstMoving } from '../../contracts/in-province-transfer.ts';
import type {
  InProvinceFacts,
  lookUpInProvince,
  startInProvince,
  withdrawInProvince,
} from '../../contracts/in-province-transfer.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { canonicaliseName } from '../../contracts/people/names.ts';
import { endedTransferStates } from '../../contracts/transfer.ts';
import { gradesFor, noSuchPupil, schoolYearOf } from '../../contracts/transfer-rules.ts';
import { must } from '../../shared/assert.ts';
import { getApplication, startApplications, withdrawApplication } from '../../shared/chain/chain.ts';
import { chainsAt } from '../../shared/chain-configuration/chains.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { submitEvidence } from '../../shared/evidence/evidence.ts';
import type { Call } from '../../shared/http/serve.ts';
import { mustBeInScope } from '../../shared/org/scope.ts';
import { findOrg } from '../../shared/org/table.ts';
import { orgsUpward } from '../../shared/org/tree.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeStudent } from '../student/change.ts';
import { findOpenBusiness } from '../student/open-business.ts';
import { selectStudents } from '../student/queries.ts';
import { inProvinceChains } from './chains.ts';
import { pupilOf } from './queries.ts';
import { findInProvince, getInProvinceRow } from './table.ts';
import type { InProvinceDraftTable, InProvinceTransferTable } from './table.ts';
import { tellBothSides } from './told.ts';

type Pupil = Awaited<ReturnType<ReturnType<typeof selectStudents>['execute']>>[number];

/** Questions that an account may ask in an hour: numbers are not to be tried through (A36). */
const QUESTIONS_PER_HOUR = 60;
const HOUR_MS = 3_600_000;

/** 查询 before the application, audited as a look at the record. Which of the two is wrong is not said (A36). */
export async function lookUp(
  province: Province,
  call: Call<ProvinceDb>,
  { studentNumber, name }: z.output<typeof lookUpInProvince.input>,
): Promise<z.input<typeof lookUpInProvince.output>> {
  return call.decide(async (tx, note) => {
    await mustNotAskTooOften(province, tx, call.caller.account);
    const found = await selectStudents(tx)
      .where('student.studentNumber', '=', studentNumber)
      .where('student.name', '=', canonicaliseName(name))
      .executeTakeFirst();
    note(found?.id ?? '', `查询省内转学学生，${found ? '查到' : '未查到'}`);
    const [id, at] = [province.ids.next(), isoTime(province.clock.now())];
    const draft = { id, studentId: found?.id ?? '', schoolId: call.caller.org.id, account: call.caller.account, at };
    await tx.insertInto('in_province_draft').values(draft).execute();
    if (!found) return { id: null, pupil: null, reasons: [noSuchPupil.text], grades: [] };
    const school = must(await findOrg(tx, call.caller.org.id), 'the school');
    const reasons = reasonsAgainstMoving(await factsOf(tx, found, school));
    return { id, pupil: pupilOf(found), reasons, grades: gradesOf(province, found, school) };
  });
}

/** Each question leaves a draft, also one that found nobody. */
async function mustNotAskTooOften({ clock }: Province, tx: Tx<ProvinceDb>, account: string): Promise<void> {
  const { asked } = await tx
    .selectFrom('in_province_draft')
    .select(({ fn }) => fn.countAll<number>().as('asked'))
    .where('at', '>', isoTime(clock.now() - HOUR_MS))
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  if (asked >= QUESTIONS_PER_HOUR)
    throw new Problem('too-many-requests', `一小时内最多查询 ${QUESTIONS_PER_HOUR} 次，请稍后再试`);
}

async function factsOf(db: Kysely<ProvinceDb>, pupil: Pupil, to: Org): Promise<InProvinceFacts> {
  const open = await findOpenBusiness(db, pupil.id);
  const isTransfer = open?.title === IN_PROVINCE_TITLE;
  const elsewhere = await db
    .selectFrom('transfer_case')
    .select('toSchoolName')
    .where('studentId', '=', pupil.id)
    .where('state', 'not in', [...endedTransferStates, 'parked'])
    .executeTakeFirst();
  const { schoolId, schoolName, stage, status, problem, custody, awaitsDedup } = pupil;
  return {
    record: { schoolId, schoolName, stage, status, custody, awaitsDedup, problem: problem === 1 },
    to,
    underWayAt: (isTransfer ? open.schoolName : elsewhere?.toSchoolName) ?? null,
    openBusiness: (!isTransfer && open) || null,
  };
}

/** The pupil's own stage: within a province a pupil who finishes one is admitted to the next (招生入学). */
function gradesOf({ clock }: Province, { stage, cohort, schoolName }: Pupil, { stages }: Org) {
  const record = { province: '', schoolName, stage, status: 'enrolled' as const, problem: false, openBusiness: null };
  const facts = {
    kind: 'cross-province-transfer' as const,
    record,
    toProvince: '',
    toStages: stages,
    underWayAt: null,
  };
  return gradesFor(facts, cohort, schoolYearOf(chinaDate(clock.now())));
}

/** Applies for what was looked up. A second click finds it applied for. */
export async function start(
  province: Province,
  call: Call<ProvinceDb>,
  input: z.output<typeof startInProvince.input>,
): Promise<{ id: string }> {
  const { id } = input;
  return call.decide(async (tx, note) => {
    const applied = await findInProvince(tx, id);
    if (applied) {
      await mustBeInScope(tx, applied.toSchoolId, call.caller);
      return { id };
    }
    const draft = await tx.selectFrom('in_province_draft').selectAll().where('id', '=', id).executeTakeFirst();
    if (draft?.schoolId !== call.caller.org.id) throw new Problem('not-found', '请先查询学生，再申请转学');
    const transfer = await newTransfer(province, tx, call, input, draft);
    await startApplications(province, tx, call.caller, [
      {
        id,
        kind: IN_PROVINCE_TRANSFER,
        subject: transfer.studentId,
        orgId: transfer.toSchoolId,
        otherOrgId: transfer.fromSchoolId,
        groupKey: `${transfer.toStage}${transfer.toCohort}`,
        chain: await chainOf(tx, transfer),
        blocked: null,
      },
    ]);
    await tx.insertInto('in_province_transfer').values(transfer).execute();
    await submitEvidence(tx, IN_PROVINCE_TRANSFER, id, transfer.appliedAt);
    await tx.deleteFrom('in_province_draft').where('id', '=', id).execute();
    await changeStudent(province, tx, transfer.studentId, { openBusiness: IN_PROVINCE_TITLE });
    tellBothSides(province, tx, transfer);
    note(id, '申请省内转学');
    return { id };
  });
}

async function newTransfer(
  province: Province,
  tx: Tx<ProvinceDb>,
  { caller }: Call<ProvinceDb>,
  { id, stage, cohort, reason, note }: z.output<typeof startInProvince.input>,
  { studentId }: InProvinceDraftTable,
): Promise<InProvinceTransferTable> {
  const found = await selectStudents(tx).where('student.id', '=', studentId).executeTakeFirst();
  if (!found) throw new Problem('not-found', '该学籍已不存在，请重新查询');
  const school = must(await findOrg(tx, caller.org.id), 'the school');
  const reasons = reasonsAgainstMoving(await factsOf(tx, found, school));
  if (reasons.length > 0) throw new Problem('not-transferable', reasons.join(''));
  if (!gradesOf(province, found, school).some((grade) => grade.stage === stage && grade.cohort === cohort))
    throw new Problem('invalid-input', undefined, {
      errors: [{ pointer: '/cohort', detail: '请从列表中选择本校开设的转入年级' }],
    });
  const { name, studentNumber, schoolId: fromSchoolId, stage: fromStage, cohort: fromCohort } = found;
  const from = { studentId, name, studentNumber, fromSchoolId, fromStage, fromCohort };
  const to = { toSchoolId: school.id, toStage: stage, toCohort: cohort };
  return { ...from, ...to, id, reason, note, state: 'in-review', appliedAt: isoTime(province.clock.now()) };
}

/** First the chain of the school that the pupil comes to, then of the one that they leave, as each is configured now. */
async function chainOf(tx: Tx<ProvinceDb>, { toSchoolId, fromSchoolId, toStage, fromStage }: InProvinceTransferTable) {
  const coming = await chainsAt(tx, inProvinceChains, ['in'], await orgsUpward(tx, toSchoolId));
  const leaving = await chainsAt(tx, inProvinceChains, ['out'], await orgsUpward(tx, fromSchoolId));
  return [...coming('in', toStage), ...leaving('out', fromStage)];
}

export async function withdraw(
  province: Province,
  call: Call<ProvinceDb>,
  { id, reason }: z.output<typeof withdrawInProvince.input>,
): Promise<z.input<typeof withdrawInProvince.output>> {
  return call.decide(async (tx, note) => {
    const transfer = await getInProvinceRow(tx, id);
    await mustBeInScope(tx, transfer.toSchoolId, call.caller);
    if (transfer.state !== 'in-review')
      throw new Problem('illegal-move', transfer.state === 'approved' ? '学籍已转入，不能撤销' : '该申请已经结束');
    await withdrawApplication(province, tx, await getApplication(tx, id), call.caller, reason);
    await tx.updateTable('in_province_transfer').set({ state: 'ended' }).where('id', '=', id).execute();
    await changeStudent(province, tx, transfer.studentId, { openBusiness: null });
    tellBothSides(province, tx, transfer);
    note(id, '撤销省内转学');
    return { id, state: 'ended' };
  });
}
