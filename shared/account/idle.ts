import { ACCOUNT_IDLE_DAYS } from '../../contracts/account-administration.ts';
import type { AccountTable } from './table.ts';

export const ACCOUNT_IDLE_MS = ACCOUNT_IDLE_DAYS * 24 * 3_600_000;

/**
 * Whether nobody has signed in for 180 days (since its password was issued, when that is later). It follows from the times
 * alone: no job has to have run. A new password from the org above lifts it. At the hub, an account of a province is used
 * wherever its owner signs in.
 */
export function isFrozen(
  {
    lastSignInAt,
    createdAt,
    passwordChangedAt,
    signedInAtHome,
  }: Pick<AccountTable, 'lastSignInAt' | 'createdAt' | 'passwordChangedAt' | 'signedInAtHome'>,
  nowMs: number,
): boolean {
  const times = [lastSignInAt ?? createdAt, passwordChangedAt, signedInAtHome ?? createdAt];
  const usedAtMs = Math.max(...times.map((time) => Date.parse(time)));
  return usedAtMs < nowMs - ACCOUNT_IDLE_MS;
}
