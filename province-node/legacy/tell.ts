import type { z } from 'zod';
import type { ClaimCategory } from '../../contracts/claim.ts';
import { checkIdNumber } from '../../contracts/people/id-document.ts';
import { RecordLoaded } from '../../contracts/problem-group.ts';
import type { RecordLoadAnswered } from '../../contracts/problem-group.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { must } from '../../shared/assert.ts';
import { chinaDate } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Province } from '../context.ts';
import { endedOf } from '../identity/table.ts';
import { identityKeyOf } from '../registration/form.ts';
import type { ProvinceDb } from '../schema.ts';
import { findSamePersons, openGroups } from '../problem-record/open.ts';
import type { NewGroup } from '../problem-record/open.ts';
import { changeStudent } from '../student/change.ts';
import { activeWithForms, claimsOf, saveClaims } from '../student/load.ts';
import type { ToldStudent } from '../student/load.ts';
import { findOpenBusiness } from '../student/open-business.ts';
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

/** Whether the hub keeps up with what it is told, so that more of a mass may be queued. */
export async function hasRoom({ read }: Province['store']): Promise<boolean> {
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

/**
 * Who has no document claims nothing and is summarised; of the others the hub's index has this word as the first summary. What phase
 * one did not see, a wrong check digit or pupils without a document who may be one person, opens a group of problem records.
 */
async function tellNext(province: Province, tx: Tx<ProvinceDb>): Promise<void> {
  const next = await nextUntold(tx);
  if (!next || !(await removeUntold(tx, next.firstId))) return;
  const wrong: NewGroup[] = [];
  const today = chinaDate(province.clock.now());
  for (const student of await activeWithForms(tx, next)) {
    const form = formOf(province, student);
    const since = sinceOf(form);
    tellOne(province, tx, student, form);
    await findSamePersons(province, tx, student, {
      groupId: student.id,
      origin: 'legacy',
      since: (found) => sincesOf(province, tx, found),
    });
    if (!hasWrongCheckDigit(form, today)) continue;
    const members = [{ studentId: student.id, since, claimNo: null }];
    // Told once more after a restore, it is the same group.
    wrong.push({ id: student.id, kind: 'check-digit', origin: 'legacy', members });
  }
  await openGroups(province, tx, wrong);
}

function tellOne(province: Province, tx: Tx<ProvinceDb>, student: ToldStudent, form: StudentForm): void {
  const identityKey = identityKeyOf(form);
  if (identityKey === null) return tellIndex(province, tx, student, { form, schoolName: student.schoolName });
  const { id: studentId, version, name, studentNumber, sex, birthDate, idType } = student;
  const { schoolId, schoolName, stage, cohort, status } = student;
  province.outbox.queue(tx, HUB, RecordLoaded, {
    studentId,
    version,
    identityKey,
    idType,
    name,
    sex,
    birthDate,
    studentNumber,
    schoolId,
    schoolName,
    stage,
    cohort,
    status,
    category: student.idCategory as ClaimCategory,
    since: sinceOf(form),
  });
}

/** Of records that a load made, when they entered the stage; of others the table says it. */
async function sincesOf(
  province: Province,
  tx: Tx<ProvinceDb>,
  found: ReadonlyArray<{ studentId: string; since: string }>,
): Promise<ReadonlyMap<string, string>> {
  const loads = await tx.selectFrom('legacy_load').select('startedAt').execute();
  const isLoaded = ({ since }: { since: string }): boolean => loads.some(({ startedAt }) => startedAt === since);
  const ids = found.filter(isLoaded).map(({ studentId }) => studentId);
  const forms = tx
    .selectFrom('student_form')
    .selectAll()
    .where('studentId', 'in', [...ids, '']);
  return new Map(
    (await forms.execute()).map(({ studentId, form }) => {
      return [studentId, sinceOf(JSON.parse(province.vault.open(form)) as StudentForm)];
    }),
  );
}

function hasWrongCheckDigit({ idType, idNumber }: StudentForm, today: string): boolean {
  if (idType !== '1' || idNumber === undefined) return false;
  const checked = checkIdNumber(idType, idNumber, today);
  return !checked.ok && checked.reason === 'check-digit';
}

/** Phase one's layout does not say when a record was made; a pupil's was made when they entered the stage. */
export function sinceOf({ entryMonth }: StudentForm): string {
  return `${entryMonth ?? ''}-01T00:00:00.000Z`;
}

/**
 * The hub has given each a number in the order of claims, also to one that stands against another record (which its group tells). The
 * index has it already; of a record that has changed since, a summary without it may have been told. A number that the record has let go
 * is its no longer, though a restored hub names it once more.
 */
export async function loadAnswered(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: ReadonlyArray<z.output<typeof RecordLoadAnswered.item>>,
): Promise<void> {
  const answers = new Map(items.map((item) => [item.studentId, item.claimNo]));
  const known = await claimsOf(tx, [...answers.keys()]);
  const gone = await endedOf(tx, [...answers.values()]);
  const answered = known
    .map((student) => ({ ...student, given: must(answers.get(student.id), 'the answer') }))
    .filter(({ claimNo, given }) => claimNo !== given && !gone.has(given));
  await saveClaims(
    tx,
    answered.map(({ id, given }) => ({ id, claimNo: given })),
  );
  for (const { id, version } of answered)
    if (version > 1) {
      const open = await findOpenBusiness(tx, id);
      await changeStudent(province, tx, id, { openBusiness: open?.title ?? null });
    }
}

function formOf({ vault }: Province, { form }: ToldStudent): StudentForm {
  return JSON.parse(vault.open(form)) as StudentForm;
}
