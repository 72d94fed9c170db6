import { ClaimRestated } from '../../contracts/claim.ts';
import type { ClaimCategory } from '../../contracts/claim.ts';
import { identityKeyOfValues } from '../../contracts/key-change-rules.ts';
import { idCategoryOf } from '../../contracts/people/id-document.ts';
import type { IdType } from '../../contracts/codes/id-type.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { must } from '../../shared/assert.ts';
import type { Tx } from '../../shared/db/store.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import type { Province } from '../context.ts';
import { endedOf } from '../identity/table.ts';
import type { OwedRecountTable } from '../identity/table.ts';
import { openValues } from '../key-change/table.ts';
import { identityKeyOf } from '../registration/form.ts';
import type { ProvinceDb } from '../schema.ts';
import { sinceOf } from './tell.ts';

/** Records looked at in one decision. */
const RECORDS_PER_SLICE = 2_000;

/**
 * The next records whose claim above the number no application of this node made: those that were loaded (2.10). Theirs is the record's
 * own claim, or that by which it contends. Of what came by transfer its first province tells. Answers the highest number
 * that was told and how far it came; null: these were all.
 */
export async function restateLoaded(
  province: Province,
  tx: Tx<ProvinceDb>,
  { afterNo, afterStudent }: Pick<OwedRecountTable, 'afterNo' | 'afterStudent'>,
): Promise<{ highestNo: number; afterStudent: string | null }> {
  const end = await tx
    .selectFrom('student')
    .select('id')
    .where('id', '>', afterStudent)
    .orderBy('id')
    .limit(1)
    .offset(RECORDS_PER_SLICE - 1)
    .executeTakeFirst();
  const rows = await loadedBetween(tx, afterNo, afterStudent, end?.id);
  const ended = await endedOf(
    tx,
    rows.map(({ claimNo }) => claimNo),
  );
  let highestNo = afterNo;
  for (const { id, form: sealed, claimNo: given, name, idCategory, schoolId, schoolName, studentNumber } of rows) {
    const claimNo = must(given, 'the claim');
    const form = JSON.parse(province.vault.open(sealed)) as StudentForm;
    const identityKey = identityKeyOf(form);
    if (identityKey === null) continue;
    province.outbox.queue(tx, HUB, ClaimRestated, {
      claimNo,
      identityKey,
      name,
      schoolId,
      schoolName,
      studentNumber,
      application: id,
      studentId: id,
      category: idCategory as ClaimCategory,
      since: sinceOf(form),
      ended: ended.has(claimNo),
    });
    highestNo = Math.max(highestNo, claimNo);
  }
  return { highestNo, afterStudent: end?.id ?? null };
}

function loadedBetween(tx: Tx<ProvinceDb>, afterNo: number, from: string, upTo: string | undefined) {
  const rows = tx
    .selectFrom('student')
    .innerJoin('student_form', 'student_form.studentId', 'student.id')
    .innerJoin('org', 'org.id', 'student.schoolId')
    .select(['student.id', 'student.name', 'claimNo', 'idCategory', 'schoolId', 'studentNumber', 'student_form.form'])
    .select('org.name as schoolName')
    .where('student.id', '>', from)
    .where('claimNo', '>', afterNo)
    // One that has moved on since left from here in its first epoch.
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('student.epoch', '=', 0),
        exists(
          selectFrom('hand_over')
            .select('transfer')
            .whereRef('hand_over.studentId', '=', 'student.id')
            .where('side', '=', 'origin')
            .where('hand_over.state', '=', 'moved')
            .where('hand_over.epoch', '=', 0),
        ),
      ]),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('registration').select('id').whereRef('registration.claimNo', '=', 'student.claimNo'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('key_change')
            .select('id')
            .whereRef('key_change.claimNo', '=', 'student.claimNo')
            .where((eb) =>
              eb.or([eb('claimBefore', 'is', null), eb('claimBefore', '!=', eb.ref('key_change.claimNo'))]),
            ),
        ),
      ),
    );
  return (upTo === undefined ? rows : rows.where('student.id', '<=', upTo)).orderBy('student.id').execute();
}

/**
 * Claims of loaded records that a key-data change has let go: a hub that hears of the load once more does not claim them again.
 * Answers the highest number that was told.
 */
export async function restateLeft(province: Province, tx: Tx<ProvinceDb>, afterNo: number): Promise<number> {
  const rows = await tx
    .selectFrom('key_change')
    .innerJoin('org', 'org.id', 'schoolId')
    .select(['key_change.id', 'studentId', 'schoolId', 'claimBefore', 'studentNumber', 'appliedAt'])
    .select('org.name as schoolName')
    .where('state', '=', 'approved')
    .where('claimBefore', '>', afterNo)
    .where((eb) => eb.or([eb('claimNo', 'is', null), eb('claimBefore', '!=', eb.ref('claimNo'))]))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(selectFrom('registration').select('id').whereRef('registration.claimNo', '=', 'key_change.claimBefore')),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(selectFrom('key_change as maker').select('id').whereRef('maker.claimNo', '=', 'key_change.claimBefore')),
      ),
    )
    .execute();
  let highestNo = afterNo;
  for (const { id, claimBefore, appliedAt: since, ...change } of rows) {
    const claimNo = must(claimBefore, 'the claim of before');
    const { before } = await openValues(tx, province.vault, id);
    const identityKey = identityKeyOfValues(before);
    if (identityKey === null) continue;
    province.outbox.queue(tx, HUB, ClaimRestated, {
      ...change,
      claimNo,
      identityKey,
      since,
      name: must(before.name, 'name'),
      application: change.studentId,
      category: idCategoryOf(before.idType as IdType) as ClaimCategory,
      ended: true,
    });
    highestNo = Math.max(highestNo, claimNo);
  }
  return highestNo;
}
