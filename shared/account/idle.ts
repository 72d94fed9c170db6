import { ACCOUNT_IDLE_DAYS } from '../../contracts/account-administration.ts';
import type { AccountTable } from './table.ts';

export const ACCOUNT_IDLE_MS = ACCOUNT_IDLE_DAYS * 24 * 3_600_000;

/**
 * Whether nobody has signed in for 180 days (since its password was issued, when that is later). It follows from the times
 * alone: no job has to have run. A new password from the org above lifts it.
 */
export function isFrozen(
  {
    lastSignInAt,
    createdAt,
    passwordChangedAt,
  }: Pick<AccountTable, 'lastSignInAt' | 'createdAt' | 'passwordChangedAt'>,
  nowMs: number,
): boolean {
  const usedAtMs = Math.max(Date.parse(lastSignInAt ?? createdAt), Date.parse(passwordChangedAt));
  return usedAtMs < nowMs - ACCOUNT_IDLE_MS;
}
