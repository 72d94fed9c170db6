import type { Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import { maskName } from '../../contracts/people/names.ts';
import { findClaims } from '../claim/table.ts';
import { listRecords, listSharing } from '../national-index/table.ts';
import type { NationalRecordTable } from '../national-index/table.ts';
import type { HubDb } from '../schema.ts';
import { findMovedHolders, listMoving } from '../transfer/table.ts';
import type { Answer, HubRecord, Suspicion } from './rules.ts';
import type { AuditSuspectTable } from './table.ts';

export interface HubSide {
  hub: HubRecord | null;
  isMoving: boolean;
}

/** What the hub has of these pupils now. Where a record has moved, its holder's row decides, whatever the summary says. */
export async function hubSidesOf(db: Kysely<HubDb>, studentIds: readonly string[]): Promise<Map<string, HubSide>> {
  const records = new Map((await listRecords(db, studentIds)).map((record) => [record.studentId, record]));
  const holders = studentIds.length === 0 ? new Map() : await findMovedHolders(db, studentIds);
  const moving = await listMoving(db, studentIds);
  return new Map(
    studentIds.map((studentId) => {
      const record = records.get(studentId);
      const hub = record ? hubRecordOf(record, holders.get(studentId)) : null;
      return [studentId, { hub, isMoving: moving.has(studentId) }];
    }),
  );
}

function hubRecordOf(record: NationalRecordTable, holder: { province: NodeId; epoch: number } | undefined): HubRecord {
  const { version, studentNumber, claimNo, schoolId, schoolName, name, status, changedAt } = record;
  return {
    province: holder?.province ?? record.province,
    epoch: holder?.epoch ?? 0,
    version,
    studentNumber,
    claimNo,
    isDeleted: status === 'deleted',
    schoolId,
    schoolName,
    maskedName: maskName(name),
    changedAt,
  };
}

/** All that is known of each suspected pupil, when the answers are there or are waited for no longer. */
export async function suspicionsOf(
  db: Kysely<HubDb>,
  run: string,
  suspects: readonly AuditSuspectTable[],
): Promise<Suspicion[]> {
  const studentIds = suspects.map(({ studentId }) => studentId);
  const sides = await hubSidesOf(db, studentIds);
  const records = new Map((await listRecords(db, studentIds)).map((record) => [record.studentId, record]));
  const claimNos = suspects.flatMap(({ studentId, claimNo }) => [claimNo, records.get(studentId)?.claimNo ?? null]);
  const claims = await findClaims(
    db,
    claimNos.filter((claimNo) => claimNo !== null),
  );
  const asked = await db
    .selectFrom('audit_answer')
    .selectAll()
    .where('run', '=', run)
    .where('studentId', 'in', studentIds)
    .execute();
  const suspicions: Suspicion[] = [];
  for (const { studentId, claimNo } of suspects) {
    const record = records.get(studentId);
    const named = [...new Set([claimNo, record?.claimNo ?? null])].flatMap((no) => (no && claims.get(no)) || []);
    const mine = asked.filter((one) => one.studentId === studentId);
    const sharing = record ? await listSharing(db, record) : { identity: [], number: [] };
    suspicions.push({
      studentId,
      hub: sides.get(studentId)?.hub ?? null,
      answers: mine.flatMap(({ answer }) => (answer === null ? [] : (JSON.parse(answer) as Answer))),
      silent: mine.filter(({ answer }) => answer === null).map(({ province }) => province),
      claims: named.map(({ fingerprint, ...claim }) => ({
        claimNo: claim.claimNo,
        province: claim.province,
        studentId: claim.studentId,
        studentNumber: claim.studentNumber,
        schoolName: claim.schoolName,
        maskedName: claim.maskedName,
        isOfIdentity: isSame(fingerprint, record?.identityFingerprint),
      })),
      identityShared: sharing.identity,
      numberShared: sharing.number,
    });
  }
  return suspicions;
}

function isSame(one: Uint8Array, other: Uint8Array | null | undefined): boolean {
  return other !== null && other !== undefined && Buffer.compare(one, other) === 0;
}
