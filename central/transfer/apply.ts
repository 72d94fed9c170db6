import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import { canonicaliseName } from '../../contracts/people/names.ts';
import type { lookUpTransfer, startTransfer, TransferState, withdrawTransfer } from '../../contracts/transfer.ts';
import {
  blockersOf,
  gradesFor,
  noSuchPupil,
  schoolYearOf,
  transferKindTitles,
} from '../../contracts/transfer-rules.ts';
import { must } from '../../shared/assert.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import { getApplication, withdrawApplication } from '../../shared/chain/chain.ts';
import type { Tx } from '../../shared/db/store.ts';
import { submitEvidence } from '../../shared/evidence/evidence.ts';
import type { Call } from '../../shared/http/serve.ts';
import { mustBeInScope } from '../../shared/org/scope.ts';
import { findOrg } from '../../shared/org/table.ts';
import type { Hub } from '../context.ts';
import { countQuestion } from '../national-index/query.ts';
import type { HubDb } from '../schema.ts';
import { peopleMustWait } from './agreed.ts';
import { beginReview } from './begin-review.ts';
import { againstWithdrawing } from './case.ts';
import { factsOf, provinceOf, pupilOf } from './facts.ts';
import { undo } from './hand-over.ts';
import { resumeParked } from './parked.ts';
import { findMovedHolders, findTransfer, getTransfer } from './table.ts';
import type { TransferTable } from './table.ts';
import { handedIn, hashesOf, TRANSFER_EVIDENCE } from './evidence.ts';
import { changeTransfer, tellTransfer } from './told.ts';

/** 查询 before the application; counts as a question to the national index, and is audited as one. */
export async function lookUp(
  hub: Hub,
  call: Call<HubDb>,
  { kind, studentNumber, name }: z.output<typeof lookUpTransfer.input>,
): Promise<z.input<typeof lookUpTransfer.output>> {
  return call.decide(async (tx, note) => {
    await countQuestion(tx, call.caller, hub.clock.now());
    const record = await tx
      .selectFrom('national_record')
      .selectAll()
      .where('studentNumber', '=', studentNumber)
      .where('name', '=', canonicaliseName(name))
      .executeTakeFirst();
    note(record?.studentId ?? '', `查询转学学生，${record ? '查到' : '未查到'}`);
    if (!record) return { id: null, pupil: null, blockers: [noSuchPupil], grades: [] };
    const school = must(await findOrg(tx, call.caller.org.id), 'the school');
    const facts = await factsOf(tx, kind, record, school);
    const { studentId } = record;
    const [id, at] = [hub.ids.next(), isoTime(hub.clock.now())];
    const draft = { id, kind, studentId, schoolId: school.id, account: call.caller.account, at };
    await tx.insertInto('transfer_draft').values(draft).execute();
    const grades = gradesFor(facts, record.cohort, schoolYearOf(chinaDate(hub.clock.now())));
    return { id, pupil: pupilOf(hub, record), blockers: blockersOf(facts), grades };
  });
}

/** Applies for what was looked up. A second click finds it applied for. */
export async function start(
  hub: Hub,
  call: Call<HubDb>,
  input: z.output<typeof startTransfer.input>,
): Promise<{ id: string; state: TransferState }> {
  const { id } = input;
  const hashes = await hashesOf(hub, id);
  return call.decide(async (tx, note) => {
    const applied = await findTransfer(tx, id);
    if (applied) {
      await mustBeInScope(tx, applied.toSchoolId, call.caller);
      return { id, state: applied.state };
    }
    const draft = await tx.selectFrom('transfer_draft').selectAll().where('id', '=', id).executeTakeFirst();
    if (draft?.schoolId !== call.caller.org.id) throw new Problem('not-found', '请先查询学生，再申请转学');
    await peopleMustWait(tx, []);
    const handed = await handedIn(tx, id, hashes);
    const evidence = handed.length > 0 ? JSON.stringify(handed) : null;
    const transfer = { ...(await newTransfer(hub, tx, call, input, draft)), evidence, evidenceSentAt: null };
    const at = transfer.appliedAt;
    await tx.insertInto('transfer').values(transfer).execute();
    if (transfer.state === 'in-review') await beginReview(hub, tx, transfer, call.caller);
    await submitEvidence(tx, TRANSFER_EVIDENCE, id, at);
    await tx.deleteFrom('transfer_draft').where('id', '=', id).execute();
    await tellTransfer(hub, tx, transfer);
    note(id, `申请${transferKindTitles[transfer.kind]}${transfer.state === 'parked' ? '（等待条件具备）' : ''}`);
    return { id, state: transfer.state };
  });
}

async function newTransfer(
  hub: Hub,
  tx: Tx<HubDb>,
  { caller }: Call<HubDb>,
  { id, stage, cohort, reason, note, park }: z.output<typeof startTransfer.input>,
  { kind, studentId }: { kind: TransferTable['kind']; studentId: string },
): Promise<Omit<TransferTable, 'evidence' | 'evidenceSentAt'>> {
  const record = await tx
    .selectFrom('national_record')
    .selectAll()
    .where('studentId', '=', studentId)
    .executeTakeFirst();
  if (!record) throw new Problem('not-found', '该学籍已不存在，请重新查询');
  const school = must(await findOrg(tx, caller.org.id), 'the school');
  const facts = await factsOf(tx, kind, record, school);
  const blockers = blockersOf(facts);
  const parks = park && blockers.length > 0 && blockers.every(({ passing }) => passing);
  if (blockers.length > 0 && !parks)
    throw new Problem('not-transferable', blockers.map(({ text }) => text).join(''), { extra: { blockers } });
  const grades = gradesFor(facts, record.cohort, schoolYearOf(chinaDate(hub.clock.now())));
  // Parked, the stage may be one that the pupil comes to only when the blocker is gone: it is checked when it begins.
  if (!parks && !grades.some((grade) => grade.stage === stage && grade.cohort === cohort))
    throw new Problem('invalid-input', undefined, {
      errors: [{ pointer: '/cohort', detail: '请从列表中选择本校开设的转入年级' }],
    });
  const at = isoTime(hub.clock.now());
  const holder = (await findMovedHolders(tx, [studentId])).get(studentId);
  const { studentNumber, name, province: fromProvince, schoolId: fromSchoolId, schoolName: fromSchoolName } = record;
  const from = { fromProvince, fromSchoolId, fromSchoolName };
  const to = { toProvince: provinceOf(school), toSchoolId: school.id, toSchoolName: school.name };
  const applicant = { appliedBy: caller.account, appliedByName: caller.personName, appliedAt: at, since: at };
  const handOver = { epoch: holder?.epoch ?? 0, attempt: 0, package: null, version: null, fault: null, ending: null };
  const asked = { id, kind, studentId, studentNumber, name, stage, cohort, reason, note };
  const state = parks ? 'parked' : 'in-review';
  return { ...asked, ...from, ...to, ...applicant, ...handOver, originDone: 0, destinationDone: 0, state, revision: 1 };
}

/** Until the record is handed over; while it is on its way both sides first put back what they did. */
export async function withdraw(
  hub: Hub,
  call: Call<HubDb>,
  { id, reason }: z.output<typeof withdrawTransfer.input>,
): Promise<{ id: string; state: TransferState }> {
  return call.decide(async (tx, note) => {
    const transfer = await getTransfer(tx, id);
    await mustBeInScope(tx, transfer.toSchoolId, call.caller);
    await peopleMustWait(tx, [transfer.fromProvince, transfer.toProvince]);
    const onItsWay = transfer.state === 'sealing' || transfer.state === 'copying';
    const reasonAgainst = againstWithdrawing(transfer, call.caller);
    if (reasonAgainst !== null) throw new Problem('illegal-move', reasonAgainst);
    if (transfer.state !== 'parked')
      await withdrawApplication(hub, tx, await getApplication(tx, id), call.caller, reason);
    note(id, `撤销${transferKindTitles[transfer.kind]}`);
    if (onItsWay) await undo(hub, tx, transfer, 'withdrawn');
    else {
      await changeTransfer(hub, tx, id, { state: 'withdrawn', ending: 'withdrawn' });
      await resumeParked(hub, tx, [transfer.studentId]);
    }
    return { id, state: (await getTransfer(tx, id)).state };
  });
}
