import { gradeTitle } from '../../contracts/orgs/org.ts';
import type { Kysely } from 'kysely';
import type { Departure } from '../../contracts/student.ts';
import { regionName } from '../../contracts/regions/regions.ts';
import type { ProvinceDb } from '../schema.ts';

/**
 * Where records that are not in custody here are going, or have gone: the last hand-over of each, with the names that the hub
 * told of its transfer. After a restore the names can come later than the fact.
 */
export async function departuresOf(
  db: Kysely<ProvinceDb>,
  studentIds: readonly string[],
): Promise<Map<string, Departure>> {
  if (studentIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('hand_over')
    .leftJoin('transfer_case', 'transfer_case.transfer', 'hand_over.transfer')
    .select(['hand_over.studentId', 'hand_over.transfer', 'hand_over.at', 'hand_over.peer', 'peerSchoolName'])
    .select(['toProvince', 'toSchoolName', 'transfer_case.stage', 'transfer_case.cohort'])
    .where('hand_over.studentId', 'in', studentIds)
    .where('side', '=', 'origin')
    .where('hand_over.state', 'in', ['sealed', 'moved'])
    .orderBy('hand_over.at')
    .execute();
  return new Map(
    rows.map(({ studentId, transfer, at, peer, peerSchoolName, toProvince, toSchoolName, stage, cohort }) => [
      studentId,
      {
        transfer,
        at,
        provinceName: regionName(`${(toProvince ?? peer).slice(2)}0000`) ?? '外省',
        schoolName: toSchoolName ?? peerSchoolName,
        gradeName: stage !== null && cohort !== null ? gradeTitle(stage, cohort) : null,
      },
    ]),
  );
}
