import type { z } from 'zod';
import { ClaimRestated } from '../../contracts/claim.ts';
import type { ClaimCategory } from '../../contracts/claim.ts';
import { identityKeyOfValues } from '../../contracts/key-change-rules.ts';
import { must } from '../../shared/assert.ts';
import { breathe } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import { endedOf } from '../identity/table.ts';
import type { ProvinceDb } from '../schema.ts';
import { openValues } from './table.ts';
import type { KeyChangeTable } from './table.ts';

const ROWS_PER_TURN = 200;

/**
 * Every claim above the number that a change made, as it stands: of one under way, of a record that has the identity since, or let
 * go. Claims of the record that a change of name stood under are told by who made them. Answers the highest number that was told.
 */
export async function restateChanges(province: Province, tx: Tx<ProvinceDb>, afterNo: number): Promise<number> {
  let highestNo = afterNo;
  for (;;) {
    const rows = await tx
      .selectFrom('key_change')
      .innerJoin('org', 'org.id', 'schoolId')
      .selectAll('key_change')
      .select('org.name as schoolName')
      .where('claimNo', '>', highestNo)
      .where((eb) => eb.or([eb('claimBefore', 'is', null), eb('claimBefore', '!=', eb.ref('claimNo'))]))
      .orderBy('claimNo')
      .limit(ROWS_PER_TURN)
      .execute();
    const givenUp = await endedOf(
      tx,
      rows.map(({ claimNo }) => claimNo),
    );
    for (const row of rows) {
      highestNo = must(row.claimNo, 'the claim of a change');
      const ended = row.state === 'returned' || row.state === 'ended' || givenUp.has(highestNo);
      province.outbox.queue(tx, 'hub', ClaimRestated, await restated(province, tx, row, highestNo, ended));
    }
    if (rows.length < ROWS_PER_TURN) return highestNo;
    await breathe(tx);
  }
}

async function restated(
  province: Province,
  tx: Tx<ProvinceDb>,
  change: KeyChangeTable & { schoolName: string },
  claimNo: number,
  ended: boolean,
): Promise<z.input<typeof ClaimRestated.item>> {
  const { id: application, studentId, schoolId, schoolName, studentNumber, checkedAt, appliedAt, state } = change;
  const { after } = await openValues(tx, province.vault, application);
  return {
    application,
    studentId,
    claimNo,
    schoolId,
    schoolName,
    ended,
    name: must(after.name, 'name'),
    studentNumber: state === 'approved' ? (change.numberAfter ?? studentNumber) : null,
    category: change.category as ClaimCategory,
    identityKey: must(identityKeyOfValues(after), 'the identity of a claim'),
    since: checkedAt ?? appliedAt,
  };
}
