import type { Tx } from '../../shared/db/store.ts';
import { moveClaim } from '../claim/table.ts';
import { moveRecord } from '../national-index/table.ts';
import type { HubDb } from '../schema.ts';
import { saveHolder } from './table.ts';
import type { TransferTable } from './table.ts';

/**
 * The record and its claim are the destination's (protocol: the commit). Right as often as it is done, and before the record or the
 * claim is known, after a restore: of the holder the higher epoch stands.
 */
export async function handedOver(tx: Tx<HubDb>, transfer: TransferTable): Promise<void> {
  const { studentId, fromProvince, toProvince, toSchoolId, toSchoolName, stage, cohort, epoch } = transfer;
  await saveHolder(tx, { studentId, province: toProvince, epoch: epoch + 1, version: transfer.version ?? 0 });
  const record = await tx
    .selectFrom('national_record')
    .select('claimNo')
    .where('studentId', '=', studentId)
    .where('province', '=', fromProvince)
    .executeTakeFirst();
  if (record)
    await moveRecord(tx, studentId, {
      province: toProvince,
      schoolId: toSchoolId,
      schoolName: toSchoolName,
      stage,
      cohort,
    });
  await claimsFollow(tx, [studentId]);
}

/** A claim is of the province that holds the record: also one that was restated after a restore by where it was registered. */
export async function claimsFollow(tx: Tx<HubDb>, studentIds: readonly string[]): Promise<void> {
  const holders = await tx
    .selectFrom('record_holder')
    .leftJoin('national_record', 'national_record.studentId', 'record_holder.studentId')
    .select(['record_holder.studentId', 'record_holder.province', 'national_record.claimNo'])
    .select(['national_record.schoolId', 'national_record.schoolName'])
    .where('record_holder.studentId', 'in', studentIds)
    .execute();
  for (const { province, claimNo, schoolId, schoolName } of holders) {
    if (claimNo === null || schoolId === null || schoolName === null) continue;
    await moveClaim(tx, claimNo, { province, schoolId, schoolName });
  }
}
