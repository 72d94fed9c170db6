import type { NodeId } from '../../contracts/core/message.ts';

/**
 * One claim on one identity. 200 million rows are the goal: codes are small integers, instants are milliseconds,
 * and the identity itself is only its keyed fingerprint. A claim is held once it has a student number, before that
 * it is pending.
 */
export interface IdentityClaimTable {
  claimNo: number;
  fingerprint: Uint8Array;
  category: number;
  province: NodeId;
  studentId: string;
  application: string;
  schoolId: string;
  schoolName: string;
  maskedName: string;
  studentNumber: string | null;
  at: number;
}
export type IdentityClaim = IdentityClaimTable;

export const claimColumns = [
  'claimNo',
  'fingerprint',
  'category',
  'province',
  'studentId',
  'application',
  'schoolId',
  'schoolName',
  'maskedName',
  'studentNumber',
  'at',
] as const satisfies ReadonlyArray<keyof IdentityClaimTable>;
