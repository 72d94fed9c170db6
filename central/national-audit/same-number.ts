import type { Kysely } from 'kysely';
import type { EvidenceSide } from '../../contracts/custody-repair.ts';
import { maskName, maskStudentNumber } from '../../contracts/people/names.ts';
import { findFormalOwner, listRecords } from '../national-index/table.ts';
import type { NationalRecordTable } from '../national-index/table.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import type { Suspicion } from './rules.ts';

/**
 * Who bear the student number of the pupil now (features 2.1: the same number twice). The first keeps it: whose it is as a formal number,
 * else who was claimed first; all others are given another.
 */
export async function bearersOf(
  db: Kysely<HubDb>,
  { studentId, numberShared }: Pick<Suspicion, 'studentId' | 'numberShared'>,
): Promise<NationalRecordTable[]> {
  const records = await listRecords(db, [studentId, ...numberShared]);
  const studentNumber = records.find((record) => record.studentId === studentId)?.studentNumber;
  if (studentNumber === undefined) return [];
  const owner = await findFormalOwner(db, studentNumber);
  const rankOf = (record: NationalRecordTable): number =>
    record.studentId === owner ? 0 : (record.claimNo ?? Number.MAX_SAFE_INTEGER);
  return records
    .filter((record) => record.studentNumber === studentNumber)
    .toSorted((a, b) => rankOf(a) - rankOf(b) || (a.studentId < b.studentId ? -1 : 1));
}

/** Each of them as the page of the repair shows them. */
export async function bearerSides(db: Kysely<HubDb>, suspicion: Suspicion): Promise<EvidenceSide[]> {
  const bearers = await bearersOf(db, suspicion);
  if (bearers.length < 2) return [];
  return bearers.map(({ province, schoolName, name, studentNumber }, index) => ({
    title: index === 0 ? '先登记，保留学籍号' : '后登记，换发学籍号',
    absence: null,
    items: [
      { label: '所属省', value: nodeName(province), differs: false },
      { label: '学校', value: schoolName, differs: false },
      { label: '姓名', value: maskName(name), differs: false },
      { label: '学籍号', value: maskStudentNumber(studentNumber), differs: true },
    ],
  }));
}
