import { sql } from 'kysely';
import type { z } from 'zod';
import { listAccounts } from '../../contracts/account-administration.ts';
import type { ManagedAccount } from '../../contracts/account-administration.ts';
import type { Page } from '../../contracts/core/page.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { atOrBelow, pathWithinScope } from '../org/scope.ts';
import type { HasOrg } from '../org/scope.ts';
import type { OrgTables } from '../org/table.ts';
import { pageOf } from '../query/page-of.ts';
import { standingOf, standingSql } from './standing.ts';
import type { AccountTable, AccountTables } from './table.ts';

export type AccountQuery = z.output<typeof listAccounts.input>;

/**
 * Accounts of the caller's subtree as its system admin sees them, by org from the top down: in the order of `org_path`, so
 * that a page reads its own rows only; another order sorts the accounts of the subtree (40,000 in 35 ms).
 */
export async function listManaged(
  db: AnyDb,
  caller: HasOrg,
  input: AccountQuery,
  nowMs: number,
): Promise<Page<ManagedAccount>> {
  const { text, orgId, extent, role, standing } = input;
  let query = tablesOf<AccountTables & OrgTables>(db)
    .selectFrom('account')
    .innerJoin('org', 'org.id', 'account.orgId')
    .leftJoin('second_factor', 'second_factor.account', 'account.name')
    .select(['account.name', 'account.personName', 'account.role', 'account.orgId', 'account.state'])
    .select(['account.disabledReason', 'account.lockedUntil', 'account.mustChangePassword', 'account.lastSignInAt'])
    .select(['account.passwordChangedAt', 'account.createdAt', 'account.revision', 'account.signedInAtHome'])
    .select(['org.name as orgName', 'org.level as orgLevel', 'second_factor.confirmedAt'])
    .where(pathWithinScope('org.path', caller))
    // At the hub, those of the provinces are looked after there.
    .where('account.home', 'is', null);
  if (extent === 'own') query = query.where('account.orgId', '=', orgId ?? caller.org.id);
  else if (orgId) query = query.where(atOrBelow('account.orgId', orgId));
  if (text) query = query.where(namedLike(text));
  if (role) query = query.where('account.role', '=', role);
  if (standing) query = query.where(standingSql(nowMs), '=', standing);
  const page = await pageOf(query, input, {
    sortable: { org: 'org.path', name: 'account.name', lastSignInAt: 'account.lastSignInAt' },
    defaultSort: 'org',
    unique: 'account.name',
  });
  const rows = page.rows.map(
    ({ state, passwordChangedAt, signedInAtHome, mustChangePassword, confirmedAt, ...row }) => ({
      ...row,
      standing: standingOf({ ...row, state, passwordChangedAt, signedInAtHome }, nowMs),
      mustChangePassword: mustChangePassword === 1,
      hasSecondFactor: confirmedAt !== null,
    }),
  );
  return { rows, total: page.total };
}

/** Part of the account's or the person's name. */
export function namedLike(text: string) {
  return sql<boolean>`(instr(account.name, ${text}) > 0 or instr(account.personName, ${text}) > 0)`;
}

/** How many other accounts of the same org and role can sign in, now or when a lock has passed. */
export async function countActive(
  db: AnyDb,
  { name, orgId, role }: Pick<AccountTable, 'name' | 'orgId' | 'role'>,
  nowMs: number,
): Promise<number> {
  const { count } = await tablesOf<AccountTables>(db)
    .selectFrom('account')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('orgId', '=', orgId)
    .where('role', '=', role)
    .where('name', '!=', name)
    .where(standingSql(nowMs), 'in', ['active', 'locked'])
    .executeTakeFirstOrThrow();
  return count;
}
