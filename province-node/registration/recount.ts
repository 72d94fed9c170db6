import { sql } from 'kysely';
import type { z } from 'zod';
import { ClaimRestated } from '../../contracts/claim.ts';
import type { ClaimCategory } from '../../contracts/claim.ts';
import { idCategoryOf } from '../../contracts/people/id-document.ts';
import type { IdType } from '../../contracts/codes/id-type.ts';
import { must } from '../../shared/assert.ts';
import { breathe } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import { endedOf } from '../identity/table.ts';
import type { ProvinceDb } from '../schema.ts';
import { schoolNamesOf } from './claim.ts';
import { forgottenRecordsAfter } from './forgotten.ts';
import { identityKeyOf, openForm } from './form.ts';
import { selectWithForms } from './table.ts';
import type { RegistrationTable } from './table.ts';

const ROWS_PER_TURN = 200;

type ClaimedRegistration = RegistrationTable & { claimNo: number; form: Buffer };

/** Every claim above the number that a registration made, also of records that were lost. Answers the highest that was told. */
export async function restateRegistrations(province: Province, tx: Tx<ProvinceDb>, afterNo: number): Promise<number> {
  const ofRegistrations = await restateKnown(province, tx, afterNo);
  return Math.max(ofRegistrations, await restateForgotten(province, tx, afterNo));
}

async function restateKnown(province: Province, tx: Tx<ProvinceDb>, afterNo: number): Promise<number> {
  let highestNo = afterNo;
  for (;;) {
    const rows = await registrationsAfter(tx, highestNo);
    const schoolNames = await schoolNamesOf(tx, rows);
    const givenUp = await endedOf(
      tx,
      rows.map(({ claimNo }) => claimNo),
    );
    for (const row of rows) {
      if (row.claimNo === highestNo) continue;
      const schoolName = must(schoolNames.get(row.schoolId), 'school of a registration');
      province.outbox.queue(tx, 'hub', ClaimRestated, restated(province, row, schoolName, givenUp.has(row.claimNo)));
      highestNo = row.claimNo;
    }
    if (rows.length < ROWS_PER_TURN) return highestNo;
    await breathe(tx);
  }
}

/**
 * Of records that this node has forgotten too it knows the claims by its own words. They come last: told twice, it counts
 * that the claim has become a record.
 */
async function restateForgotten(province: Province, tx: Tx<ProvinceDb>, afterNo: number): Promise<number> {
  let highestNo = afterNo;
  for (;;) {
    const records = await forgottenRecordsAfter(province, tx, highestNo, ROWS_PER_TURN);
    for (const record of records) {
      const category = idCategoryOf(record.idType as IdType) as ClaimCategory;
      const told = { ...record, category, since: record.changedAt, ended: false };
      province.outbox.queue(tx, 'hub', ClaimRestated, told);
      highestNo = record.claimNo;
    }
    if (records.length < ROWS_PER_TURN) return highestNo;
    await breathe(tx);
  }
}

/** One that was handed in again bears the claim of one that was returned: the living comes first. */
async function registrationsAfter(tx: Tx<ProvinceDb>, afterNo: number): Promise<ClaimedRegistration[]> {
  const rows = await selectWithForms(tx)
    .where('claimNo', '>', afterNo)
    .orderBy('claimNo')
    .orderBy(sql`openFingerprint is null and studentNumber is null`)
    .limit(ROWS_PER_TURN)
    .execute();
  return rows as ClaimedRegistration[];
}

function isEnded({ openFingerprint, studentNumber }: RegistrationTable): boolean {
  return openFingerprint === null && studentNumber === null;
}

function restated(
  province: Province,
  registration: ClaimedRegistration,
  schoolName: string,
  isGivenUp: boolean,
): z.input<typeof ClaimRestated.item> {
  const { id: application, studentId, claimNo, name, schoolId, studentNumber, checkedAt, createdAt } = registration;
  return {
    application,
    studentId,
    claimNo,
    name,
    schoolId,
    studentNumber,
    category: registration.category as ClaimCategory,
    identityKey: must(identityKeyOf(openForm(province.vault, registration)), 'the identity of a claim'),
    schoolName,
    since: checkedAt ?? createdAt,
    ended: isEnded(registration) || isGivenUp,
  };
}
