import type { ClaimCategory } from '../../contracts/claim.ts';
import { maskName } from '../../contracts/people/names.ts';
import { categoryCodes } from '../claim/table.ts';
import type { IdentityClaim } from '../claim/table.ts';
import type { NationalRecordTable } from '../national-index/table.ts';

interface ClaimingRecord extends Pick<
  NationalRecordTable,
  'studentId' | 'province' | 'schoolId' | 'schoolName' | 'studentNumber' | 'name'
> {
  category: ClaimCategory;
  fingerprint: Uint8Array;
  /** ISO instant. */
  since: string;
}

/** The claim of a record on its identity. Its application is the record itself: nobody applied for it here. */
export function claimOfRecord(record: ClaimingRecord, claimNo: number): IdentityClaim {
  const { studentId, province, schoolId, schoolName, studentNumber, fingerprint } = record;
  return {
    claimNo,
    province,
    studentId,
    schoolId,
    schoolName,
    studentNumber,
    fingerprint,
    category: categoryCodes[record.category],
    application: studentId,
    maskedName: maskName(record.name),
    at: Date.parse(record.since),
  };
}
