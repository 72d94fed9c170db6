import { gradeTitle } from '../../contracts/orgs/org.ts';
import type { z } from 'zod';
import { RecordAdmitted, RecordDiscarded, RecordMissing } from '../../contracts/hand-over.ts';
import type { AdmitRecord, CopyRecord, DiscardRecord, RecordPart } from '../../contracts/hand-over.ts';
import { maskIdNumber } from '../../contracts/people/names.ts';
import { PackedRecord } from '../../contracts/packed-record.ts';
import { STUDENT_PHOTO } from '../../contracts/photo.ts';
import type { StudentEvent } from '../../contracts/packed-record.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { dropEvidence, passEvidence } from '../../shared/evidence/carried.ts';
import { removeFiles } from '../../shared/evidence/evidence.ts';
import { tellPages } from '../../shared/http/news.ts';
import { soon } from '../../shared/jobs/soon.ts';
import { NotYet } from '../../shared/messaging/handlers.ts';
import type { Province } from '../context.ts';
import { approvedBefore } from '../registration/approval.ts';
import { takeForgottenSummary } from '../registration/forgotten.ts';
import { fingerprintOf } from '../registration/form.ts';
import { mustNotAwaitRecount } from '../identity/awaited-recount.ts';
import type { ProvinceDb } from '../schema.ts';
import { bringUpTo } from '../student/change.ts';
import { setCustody } from '../student/custody.ts';
import { STUDENT_EVIDENCE } from '../student/evidence.ts';
import { keepEvents } from '../student/events.ts';
import { saveMovedIn, STUDENTS } from '../student/table.ts';
import type { StudentTable } from '../student/table.ts';
import { formAtSchool, tellIndex } from '../student/tell-index.ts';
import { decidedOn } from '../transfer/table.ts';
import { stageRecords } from './staging.ts';
import { departureSince, dropParts, findHandOver, HAND_OVER_EVIDENCE, HAND_OVER_PHOTO, saveHandOver } from './table.ts';
import type { HandOverTable } from './table.ts';

/** The side that the pupil comes to: what arrives is kept apart until the hub has decided that it counts. */

type Part = z.output<typeof RecordPart.item>;
type Copy = z.output<typeof CopyRecord.item>;
type Admit = z.output<typeof AdmitRecord.item>;
type Discard = z.output<typeof DiscardRecord.item>;

const over: ReadonlySet<HandOverTable['state']> = new Set(['admitted', 'discarded']);

/** Parts come before the order that names them. Of a hand-over that has ended they are nothing. */
export async function partsCame(_province: Province, tx: Tx<ProvinceDb>, parts: readonly Part[]): Promise<void> {
  for (const part of parts) {
    const known = await findHandOver(tx, part.transfer);
    if (known && (over.has(known.state) || known.side === 'origin')) continue;
    await tx
      .insertInto('received_part')
      .values(part)
      .onConflict((oc) => oc.doNothing())
      .execute();
  }
}

/** These parts make the record; it is put together after the commit. */
export async function copyOrdered(province: Province, tx: Tx<ProvinceDb>, orders: readonly Copy[]): Promise<void> {
  for (const { transfer, studentId, manifest, ...order } of orders) {
    const known = await findHandOver(tx, transfer);
    if (known && over.has(known.state)) continue;
    await saveHandOver(tx, {
      transfer,
      studentId,
      side: 'destination',
      state: 'receiving',
      at: now(province),
      peer: order.from as NodeId,
      peerSchoolName: order.fromSchoolName,
      schoolId: order.schoolId,
      stage: order.stage,
      cohort: order.cohort,
      manifest: JSON.stringify(manifest),
      promised: order.promised ? JSON.stringify(order.promised) : null,
      record: null,
      fault: null,
    });
  }
  afterCommit(tx, () => void soon(province, stageRecords));
}

/**
 * The record is this province's: the pupil appears at the school, to be given a class (待分班), and the national index hears it
 * from here. After a restore the order can come before the package is put together again; it waits. Where no package was ordered, as
 * when the hub was restored as well, the hub hears that.
 */
export async function admitOrdered(province: Province, tx: Tx<ProvinceDb>, orders: readonly Admit[]): Promise<void> {
  for (const order of orders) {
    const { transfer, studentId } = order;
    const known = await findHandOver(tx, transfer);
    if (known?.state === 'discarded') continue;
    if (known?.state !== 'admitted') {
      await mustNotAwaitRecount(tx);
      if (!known) {
        province.outbox.queue(tx, 'hub', RecordMissing, { transfer, studentId }, { cause: transfer });
        continue;
      }
      if (known.state !== 'staged') throw new NotYet('the record is not staged yet');
      await admit(province, tx, known, order.epoch);
    }
    province.outbox.queue(tx, 'hub', RecordAdmitted, { transfer, studentId }, { cause: transfer });
  }
}

async function admit(province: Province, tx: Tx<ProvinceDb>, handOver: HandOverTable, epoch: number): Promise<void> {
  const { transfer, studentId } = handOver;
  const sealed = must(handOver.record, 'a staged record');
  const { student: came, form: formBefore, events } = PackedRecord.parse(JSON.parse(province.vault.open(sealed)));
  const schoolId = must(handOver.schoolId, 'the school');
  const schools = tx.selectFrom('org').select('name').where('id', '=', schoolId);
  const { name: schoolName } = must(await schools.executeTakeFirst(), 'the school of a staged record');
  const [stage, cohort] = [must(handOver.stage, 'the stage'), must(handOver.cohort, 'the grade')];
  const form = formAtSchool(formBefore, schoolId);
  const at = now(province);
  const version = came.version + 1;
  const left = await departureSince(tx, studentId, epoch);
  // It had come before, and what was told of it since is lost with a restore: so it stands again, and is told as its next version. Where
  // it has left since, what was told last may be of when it had come back.
  const told = left ? undefined : await takeForgottenSummary(province, tx, studentId);
  const isBack = told !== undefined && told.version >= version;
  const student: StudentTable = {
    ...came,
    schoolId,
    stage,
    cohort,
    classNo: '',
    idNumberMasked: maskIdNumber(form.idNumber ?? ''),
    idFingerprint: fingerprintOf(province.vault, form),
    status: 'enrolled',
    problem: 0,
    version: isBack ? came.version : version,
    changedAt: at,
  };
  await saveMovedIn(tx, { ...student, epoch }, province.vault.seal(JSON.stringify(form)));
  if (isBack) await bringUpTo(province, tx, studentId, told);
  await approvedBefore(province, tx, student);
  if (left?.state === 'sealed') await setCustody(province, tx, studentId, 'sealed');
  if (left?.state === 'moved') await setCustody(province, tx, studentId, 'moved-out', left.epoch + 1);
  const toNames = { toProvinceName: province.province.name, toSchoolName: schoolName };
  const decided = await decidedOn(tx, transfer);
  const arrived = (event: StudentEvent): StudentEvent => {
    if (event.id !== transfer) return event;
    // The origin writes what it had been told when it packed; an older one writes nothing.
    return { ...event, ...(event.steps.length === 0 && decided), ...toNames, toGradeName: gradeTitle(stage, cohort) };
  };
  await keepEvents(province, tx, studentId, events.map(arrived));
  await passEvidence(tx, { kind: HAND_OVER_EVIDENCE, id: transfer }, { kind: STUDENT_EVIDENCE, id: studentId });
  await passEvidence(tx, { kind: HAND_OVER_PHOTO, id: transfer }, { kind: STUDENT_PHOTO, id: studentId });
  await saveHandOver(tx, { ...handOver, state: 'admitted', record: null, at });
  await dropParts(tx, transfer);
  // Before it left the index had heard of it.
  if (!isBack && !left) tellIndex(province, tx, student, { form, schoolName });
  tellPages(province, tx, STUDENTS, [schoolId]);
}

/** Nothing comes of it: what arrived is forgotten, and what may still arrive is nothing. */
export async function discardOrdered(
  province: Province,
  tx: Tx<ProvinceDb>,
  orders: readonly Discard[],
): Promise<void> {
  for (const { transfer, studentId } of orders) {
    const known = await findHandOver(tx, transfer);
    if (known?.state === 'admitted') continue;
    const side = 'destination' as const;
    await saveHandOver(tx, {
      ...known,
      transfer,
      studentId,
      side,
      state: 'discarded',
      record: null,
      at: now(province),
    });
    await dropParts(tx, transfer);
    const gone = [
      ...(await dropEvidence(tx, HAND_OVER_EVIDENCE, [transfer])),
      ...(await dropEvidence(tx, HAND_OVER_PHOTO, [transfer])),
    ];
    afterCommit(tx, () => {
      // What a crash leaves of it is removed at the next start.
      removeFiles(province, gone).catch((error: unknown) =>
        province.log.warn({ err: error }, 'pictures of a discarded record are removed at the next start'),
      );
    });
    province.outbox.queue(tx, 'hub', RecordDiscarded, { transfer, studentId }, { cause: transfer });
  }
}

function now({ clock }: Province): string {
  return isoTime(clock.now());
}
