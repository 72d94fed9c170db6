import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Role } from '../../contracts/orgs/roles.ts';
import type { NodeId } from '../../contracts/core/message.ts';
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
  /** Rises with every change that a system admin makes: who acts on an older one is told. */
  revision: number;
  /** The node that looks after it, and has told of it; null for a node's own. */
  home: NodeId | null;
  /** Of another node's account: a sign-in there, as it told last. */
  signedInAtHome: string | null;
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

/** 动态口令: the secret that an authenticator app shares with the node. */
export interface SecondFactorTable {
  account: string;
  /** Twenty bytes, sealed by the vault. */
  sealed: Uint8Array;
  /** Null until a code of it has come back: it is not asked for before. */
  confirmedAt: string | null;
  /** The time step of the newest code that was taken: it and older ones are worth nothing any more. */
  lastStep: number;
}

export interface AccountTables {
  account: AccountTable;
  session: SessionTable;
  second_factor: SecondFactorTable;
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

/**
 * Administration by the org above, and the second factor. Accounts that a job had disabled for being idle are frozen by
 * rule from now on (`isFrozen`).
 */
export async function addAccountAdministration(db: Kysely<any>): Promise<void> {
  await db.schema
    .alterTable('account')
    .addColumn('revision', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db
    .updateTable('account')
    .set({ state: 'active', disabledReason: null })
    .where('state', '=', 'disabled')
    .where('disabledReason', 'like', '超过 180 天未登录，自动停用（%')
    .execute();
  await db.schema
    .createTable('second_factor')
    .addColumn('account', 'text', (c) => c.primaryKey().references('account.name'))
    .addColumn('sealed', 'blob', (c) => c.notNull())
    .addColumn('confirmedAt', 'text')
    .addColumn('lastStep', 'integer', (c) => c.notNull())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
}

/** At the hub: the accounts of the provinces, which they tell of. */
export async function addHome(db: Kysely<any>): Promise<void> {
  await db.schema.alterTable('account').addColumn('home', 'text').execute();
  await db.schema.alterTable('account').addColumn('signedInAtHome', 'text').execute();
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
      revision: 0,
      home: null,
      signedInAtHome: null,
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
 * A new issued password, for somebody who is locked out or frozen: unlocked, and enabled again. Its sessions end; answers
 * their ids.
 */
export async function resetAccount(tx: AnyTx, name: string, passwordHash: string, now: string): Promise<string[]> {
  await tablesOf<AccountTables>(tx)
    .updateTable('account')
    .set({ passwordHash, passwordChangedAt: now, mustChangePassword: 1 })
    .set({ state: 'active', disabledReason: null, failedCount: 0, lockedUntil: null })
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('name', '=', name)
    .execute();
  return endSessionsOf(tx, name);
}

/** Ends its sessions at once, and answers their ids; the next request finds none. */
export async function disableAccount(tx: AnyTx, name: string, reason: string): Promise<string[]> {
  await tablesOf<AccountTables>(tx)
    .updateTable('account')
    .set({ state: 'disabled', disabledReason: reason })
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('name', '=', name)
    .execute();
  return endSessionsOf(tx, name);
}

/** Another name or role, by the org above. */
export async function changeAccount(
  tx: AnyTx,
  name: string,
  changed: Pick<AccountTable, 'personName' | 'role'>,
): Promise<void> {
  await tablesOf<AccountTables>(tx)
    .updateTable('account')
    .set(changed)
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('name', '=', name)
    .execute();
}

/** Somebody has come in without a password of this node's asking. */
export async function noteSignIn(tx: AnyTx, name: string, at: string): Promise<void> {
  await tablesOf<AccountTables>(tx).updateTable('account').set({ lastSignInAt: at }).where('name', '=', name).execute();
}

/** All sessions of an account, but perhaps one; answers their ids. */
export async function endSessionsOf(tx: AnyTx, account: string, exceptId?: string): Promise<string[]> {
  const ended = await tablesOf<AccountTables>(tx)
    .deleteFrom('session')
    .where('account', '=', account)
    .where('id', '!=', exceptId ?? '')
    .returning('id')
    .execute();
  return ended.map(({ id }) => id);
}

/** Of a change that a system admin makes beside the account's own columns. */
export async function bumpRevision(tx: AnyTx, name: string): Promise<void> {
  await tablesOf<AccountTables>(tx)
    .updateTable('account')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('name', '=', name)
    .execute();
}
