import type { z } from 'zod';
import type { ClaimCategory } from '../../contracts/claim.ts';
import { RecordLoaded } from '../../contracts/problem-group.ts';
import type { RecordLoadAnswered } from '../../contracts/problem-group.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Province } from '../context.ts';
import { identityKeyOf } from '../registration/form.ts';
import type { ProvinceDb } from '../schema.ts';
import { activeWithForms, saveClaims } from '../student/load.ts';
import type { ToldStudent } from '../student/load.ts';
import { STUDENTS } from '../student/table.ts';
import { tellIndex } from '../student/tell-index.ts';
import { nextUntold, removeUntold } from './table.ts';

/** Messages that the hub has not receipted, of any kind: beyond, records wait in their own table, not in the outbox. */
export const UNRECEIPTED_MAX = 20;

/**
 * Tells the hub of loaded records, a thousand a decision and message, as fast as it takes them: the outbox stays small however
 * many millions were loaded. Not before both agree where they stand.
 */
export async function tellLoaded(province: Province): Promise<void> {
  const { messaging, store } = province;
  while (messaging.hasAgreed(HUB) && (await nextUntold(store.read)) && (await hasRoom(store))) {
    await store.decide((tx) => tellNext(province, tx));
  }
}

async function hasRoom({ read }: Province['store']): Promise<boolean> {
  const streams = await read
    .selectFrom('stream')
    .select(['lastSequence', 'receiptedSequence'])
    .where('direction', '=', 'sent')
    .where('peer', '=', HUB)
    .orderBy('incarnation', 'desc')
    .limit(1)
    .executeTakeFirst();
  return streams !== undefined && streams.lastSequence - streams.receiptedSequence < UNRECEIPTED_MAX;
}

/** Who has no document claims nothing, and is in the national index at once; the others are when the hub has answered. */
async function tellNext(province: Province, tx: Tx<ProvinceDb>): Promise<void> {
  const next = await nextUntold(tx);
  if (!next || !(await removeUntold(tx, next.firstId))) return;
  for (const student of await activeWithForms(tx, next)) {
    const form = formOf(province, student);
    const identityKey = identityKeyOf(form);
    if (identityKey === null) {
      tellIndex(province, tx, student, { form, schoolName: student.schoolName });
      continue;
    }
    const { id: studentId, name, studentNumber, schoolId, schoolName } = student;
    const category = student.idCategory as ClaimCategory;
    const since = sinceOf(form);
    const told = { studentId, category, identityKey, name, studentNumber, schoolId, schoolName, since };
    province.outbox.queue(tx, HUB, RecordLoaded, told);
  }
}

/** Phase one's layout does not say when a record was made; a pupil's was made when they entered the stage. */
function sinceOf({ entryMonth }: StudentForm): string {
  return `${entryMonth ?? ''}-01T00:00:00.000Z`;
}

/**
 * The hub has claimed the identities. One that another record has as well stands in a group of problem records, without a claim of
 * its own. Right when it comes twice, and when the hub decides anew after a restore.
 */
export async function loadAnswered(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: ReadonlyArray<z.output<typeof RecordLoadAnswered.item>>,
): Promise<void> {
  const changedAt = isoTime(province.clock.now());
  const answers = new Map(items.map((item) => [item.studentId, item]));
  const students = await activeWithForms(tx, { ids: [...answers.keys()] });
  const answered = students.map((student) => {
    const { claimNo: given, contended } = answers.get(student.id)!;
    const claimNo = contended ? null : given;
    return claimNo === student.claimNo ? student : { ...student, claimNo, changedAt, version: student.version + 1 };
  });
  await saveClaims(
    tx,
    answered.filter((student) => !students.includes(student)),
  );
  for (const student of answered)
    tellIndex(province, tx, student, { form: formOf(province, student), schoolName: student.schoolName });
  tellPages(province, tx, STUDENTS, new Set(answered.map(({ schoolId }) => schoolId)));
}

function formOf({ vault }: Province, { form }: ToldStudent): StudentForm {
  return JSON.parse(vault.open(form)) as StudentForm;
}
