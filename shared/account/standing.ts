import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { AccountStanding } from '../../contracts/account-administration.ts';
import { isoTime } from '../clock.ts';
import { ACCOUNT_IDLE_MS, isFrozen } from './idle.ts';
import type { AccountTable } from './table.ts';

/** How an account stands: disabled by a person, frozen for not being used, locked after wrong passwords, or none of it. */
export function standingOf(
  account: Pick<
    AccountTable,
    'state' | 'lockedUntil' | 'lastSignInAt' | 'createdAt' | 'passwordChangedAt' | 'signedInAtHome'
  >,
  nowMs: number,
): AccountStanding {
  if (account.state === 'disabled') return 'disabled';
  if (isFrozen(account, nowMs)) return 'frozen';
  return account.lockedUntil !== null && account.lockedUntil > isoTime(nowMs) ? 'locked' : 'active';
}

/** The same as SQL over `account`, for conditions of lists and counts. */
export function standingSql(nowMs: number): RawBuilder<AccountStanding> {
  return sql<AccountStanding>`case
    when account.state = 'disabled' then 'disabled'
    when max(coalesce(account.lastSignInAt, account.createdAt), account.passwordChangedAt,
        coalesce(account.signedInAtHome, ''))
      < ${isoTime(nowMs - ACCOUNT_IDLE_MS)} then 'frozen'
    when account.lockedUntil > ${isoTime(nowMs)} then 'locked'
    else 'active' end`;
}
