import { gradeTitle } from '../../contracts/orgs/org.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import type { Kysely } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import type { TransferFacts, TransferKind } from '../../contracts/transfer-rules.ts';
import type { TransferPupil } from '../../contracts/transfer.ts';
import type { Hub } from '../context.ts';
import { viewRecord } from '../national-index/query.ts';
import type { NationalRecordTable } from '../national-index/table.ts';
import { isInOpenGroup } from '../problem-record/records.ts';
import type { HubDb } from '../schema.ts';
import { findUnderWay } from './table.ts';

/** The node whose school it is: a school's path begins with its province. */
export function provinceOf(school: Pick<Org, 'path'>): NodeId {
  return `p-${school.path.slice(0, 2)}` as NodeId;
}

/** What the rules need to know; `but` is a transfer that does not stand in its own way. */
export async function factsOf(
  db: Kysely<HubDb>,
  kind: TransferKind,
  record: NationalRecordTable,
  school: Org,
  but?: string,
): Promise<TransferFacts> {
  const underWay = await findUnderWay(db, record.studentId);
  const { province, schoolName, stage, status, openBusiness } = record;
  // The hub finds a duplicate before its province has heard of it.
  const problem = record.problem === 1 || (await isInOpenGroup(db, record.studentId));
  return {
    kind,
    record: { province, schoolName, stage, status, problem, openBusiness },
    toProvince: provinceOf(school),
    toStages: school.stages,
    underWayAt: underWay && underWay.id !== but ? underWay.toSchoolName : null,
  };
}

/** The pupil as either side may see them: a formal number is the document's, and whoever asks has it. */
export function pupilOf(hub: Hub, record: NationalRecordTable): TransferPupil {
  const studentNumber = maskStudentNumber(record.studentNumber);
  return { ...viewRecord(hub, record), studentNumber, gradeName: gradeTitle(record.stage, record.cohort) };
}
