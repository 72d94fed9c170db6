import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Role } from '../../contracts/orgs/roles.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';

export interface AccountTable {
  name: string;
  personName: string;
  role: Role;
  orgId: string;
  /** argon2id, PHC string. */
  passwordHash: string;
  state: 'active' | 'disabled';
  /** 0 or 1. */
  mustChangePassword: number;
  /** Wrong passwords since the last right one or the last lock. */
  failedCount: number;
  lockedUntil: string | null;
  lastSignInAt: string | null;
  passwordChangedAt: string;
  createdAt: string;
  /** Why and when it was disabled, in Chinese; null when active. */
  disabledReason: string | null;
}

export interface SessionTable {
  /** SHA-256 of the token, hex: who reads the database cannot use a session. */
  id: string;
  account: string;
  createdAt: string;
  /** Within a minute of the last request that was a person's. */
  lastSeenAt: string;
  /** The absolute end. */
  endsAt: string;
  csrfToken: string;
  ip: string;
  userAgent: string;
}

export interface AccountTables {
  account: AccountTable;
  session: SessionTable;
}

export async function createAccountTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('account')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('personName', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('orgId', 'text', (c) => c.notNull().references('org.id'))
    .addColumn('passwordHash', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('active', 'disabled')`))
    .addColumn('mustChangePassword', 'integer', (c) => c.notNull())
    .addColumn('failedCount', 'integer', (c) => c.notNull())
    .addColumn('lockedUntil', 'text')
    .addColumn('lastSignInAt', 'text')
    .addColumn('passwordChangedAt', 'text', (c) => c.notNull())
    .addColumn('createdAt', 'text', (c) => c.notNull())
    .addColumn('disabledReason', 'text')
    .modifyEnd(sql`strict`)
    .execute();
  // The accounts of an org, for its system admin.
  await db.schema.createIndex('account_org').on('account').columns(['orgId', 'name']).execute();
  await db.schema
    .createTable('session')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account', 'text', (c) => c.notNull().references('account.name'))
    .addColumn('createdAt', 'text', (c) => c.notNull())
    .addColumn('lastSeenAt', 'text', (c) => c.notNull())
    .addColumn('endsAt', 'text', (c) => c.notNull())
    .addColumn('csrfToken', 'text', (c) => c.notNull())
    .addColumn('ip', 'text', (c) => c.notNull())
    .addColumn('userAgent', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // Ending all sessions of an account.
  await db.schema.createIndex('session_account').on('session').columns(['account']).execute();
}

export interface NewAccount {
  name: string;
  personName: string;
  role: Role;
  orgId: string;
  /** From `hashPassword`, made before the decision. */
  passwordHash: string;
  /** True for issued passwords (A22). */
  mustChangePassword: boolean;
}

/** Names are unique in a node. Throws `invalid-input` when taken. */
export async function createAccount(tx: AnyTx, account: NewAccount, now: string): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tablesOf<AccountTables>(tx)
    .insertInto('account')
    .values({
      ...account,
      mustChangePassword: account.mustChangePassword ? 1 : 0,
      state: 'active',
      failedCount: 0,
      lockedUntil: null,
      lastSignInAt: null,
      passwordChangedAt: now,
      createdAt: now,
      disabledReason: null,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 1n) return;
  const detail = `账号 ${account.name} 已存在`;
  throw new Problem('invalid-input', detail, { errors: [{ pointer: '/name', detail }] });
}

export async function findAccount(db: AnyDb, name: string): Promise<AccountTable | undefined> {
  return tablesOf<AccountTables>(db).selectFrom('account').selectAll().where('name', '=', name).executeTakeFirst();
}

/**
 * A new issued password, for somebody who is locked out: unlocked, and enabled again. Its sessions end.
 */
export async function resetAccount(tx: AnyTx, name: string, passwordHash: string, now: string): Promise<void> {
  await tablesOf<AccountTables>(tx)
    .updateTable('account')
    .set({ passwordHash, passwordChangedAt: now, mustChangePassword: 1 })
    .set({ state: 'active', disabledReason: null, failedCount: 0, lockedUntil: null })
    .where('name', '=', name)
    .execute();
  await endSessionsOf(tx, name);
}

/** Ends its sessions at once; the next request finds none. */
export async function disableAccount(tx: AnyTx, name: string, reason: string): Promise<void> {
  const db = tablesOf<AccountTables>(tx);
  await db.updateTable('account').set({ state: 'disabled', disabledReason: reason }).where('name', '=', name).execute();
  await endSessionsOf(tx, name);
}

/** All sessions of an account, but perhaps one. */
export async function endSessionsOf(tx: AnyTx, account: string, exceptId?: string): Promise<void> {
  await tablesOf<AccountTables>(tx)
    .deleteFrom('session')
    .where('account', '=', account)
    .where('id', '!=', exceptId ?? '')
    .execute();
}
