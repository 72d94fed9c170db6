import { blockersOf } from '../../contracts/transfer-rules.ts';
import type { Tx } from '../../shared/db/store.ts';
import { findOrg } from '../../shared/org/table.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { factsOf } from './facts.ts';
import { beginReview } from './begin-review.ts';
import { stateAfter } from './table.ts';
import { changeTransfer } from './told.ts';

/**
 * Something has changed about these records: what was kept until nothing stands against it begins, the oldest first, and both
 * sides are told.
 */
export async function resumeParked(hub: Hub, tx: Tx<HubDb>, studentIds: readonly string[]): Promise<void> {
  const parked = await tx
    .selectFrom('transfer')
    .selectAll()
    .where('state', '=', 'parked')
    .where('studentId', 'in', studentIds)
    .orderBy('appliedAt')
    .orderBy('id')
    .execute();
  for (const transfer of parked) {
    const { studentId, kind, id, appliedBy, appliedByName } = transfer;
    const record = await tx
      .selectFrom('national_record')
      .selectAll()
      .where('studentId', '=', studentId)
      .executeTakeFirst();
    const school = await findOrg(tx, transfer.toSchoolId);
    if (!record || !school || blockersOf(await factsOf(tx, kind, record, school, id)).length > 0) continue;
    const { province: fromProvince, schoolId: fromSchoolId, schoolName: fromSchoolName } = record;
    const state = stateAfter(transfer, 'begin');
    const begun = { ...transfer, state, fromProvince, fromSchoolId, fromSchoolName };
    const applicant = { account: appliedBy, personName: appliedByName, role: 'school-registrar', org: school } as const;
    await beginReview(hub, tx, begun, applicant);
    await changeTransfer(hub, tx, id, { state, fromProvince, fromSchoolId, fromSchoolName });
  }
}
