import type { Kysely } from 'kysely';
import { KEY_CHANGE } from '../../contracts/key-change-kind.ts';
import { PROBLEM_EVIDENCE } from '../../contracts/problem-record.ts';
import { tablesOf } from '../../shared/db/tables-of.ts';
import type { EvidenceOwner } from '../../shared/evidence/evidence.ts';
import type { EvidenceFileTable } from '../../shared/evidence/table.ts';
import { groupBy } from '../../shared/group-by.ts';
import type { ProvinceDb } from '../schema.ts';
import { isUnderReview } from './handling.ts';

/**
 * Evidence of a problem record: given by its school while its turn lasts, looked at by every side of the group here. That of a
 * record of another province comes with messages.
 */
export const problemEvidence: EvidenceOwner = {
  kind: PROBLEM_EVIDENCE,
  async orgOf(db, id) {
    return (await schoolsOf(tablesOf<ProvinceDb>(db), id))[0];
  },
  otherOrgsOf: (db, id) => schoolsOf(tablesOf<ProvinceDb>(db), id),
  async reasonAgainstChange(db, id) {
    const tables = tablesOf<ProvinceDb>(db);
    const found = await tables
      .selectFrom('problem_record')
      .innerJoin('problem_group', 'problem_group.id', 'problem_record.groupId')
      .leftJoin('student', 'student.id', 'problem_record.studentId')
      .select(['turnRecordId', 'custody', 'groupId', 'studentId'])
      .where('problem_record.id', '=', id)
      .executeTakeFirst();
    if (found?.custody !== 'active') return '对方的证明材料由对方提供，不能修改';
    const { turnRecordId, groupId, studentId } = found;
    if (turnRecordId !== id) return '现在没有轮到该学籍处理，不能修改它的证明材料';
    return (await isUnderReview(tables, { groupId, studentId, recordId: id }))
      ? '处理申请已提交，证明材料不能再修改'
      : undefined;
  },
};

/** The school of the record, if it is of this province, and then those of the others of its group. */
async function schoolsOf(db: Kysely<ProvinceDb>, recordId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('problem_record as asked')
    .innerJoin('problem_record as record', 'record.groupId', 'asked.groupId')
    .innerJoin('student', 'student.id', 'record.studentId')
    .innerJoin('org', 'org.id', 'student.schoolId')
    .select(['record.id', 'student.schoolId'])
    .where('asked.id', '=', recordId)
    .orderBy((eb) => eb('record.id', '=', recordId), 'desc')
    .execute();
  return rows.map(({ schoolId }) => schoolId);
}

/**
 * What was handed in with the handlings of each record, by record. Of a 变更 here the pictures stay with the change, where it is
 * reviewed; those of a record elsewhere come with messages, whatever its handling.
 */
export async function picturesOf(
  db: Kysely<ProvinceDb>,
  recordIds: readonly string[],
): Promise<Map<string, EvidenceFileTable[]>> {
  const changes = await db
    .selectFrom('problem_record as record')
    .innerJoin('key_change', (join) =>
      join
        .onRef('key_change.problemGroup', '=', 'record.groupId')
        .onRef('key_change.studentId', '=', 'record.studentId'),
    )
    .select(['record.id as recordId', 'key_change.id'])
    .where('record.id', 'in', recordIds)
    .execute();
  const recordOf = new Map(changes.map(({ id, recordId }) => [id, recordId]));
  const files = await db
    .selectFrom('evidence_file')
    .selectAll()
    .where('ownerKind', 'in', [PROBLEM_EVIDENCE, KEY_CHANGE])
    .where('ownerId', 'in', [...recordIds, ...recordOf.keys()])
    .where('submittedAt', 'is not', null)
    .orderBy('uploadedAt')
    .orderBy('id')
    .execute();
  return groupBy(files, ({ ownerId }) => recordOf.get(ownerId) ?? ownerId);
}
