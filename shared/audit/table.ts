import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * Who did what from where, one row an act, each sealed with the hash of the one before (GB/T 22239 level 3: audit
 * records are protected against deletion and change).
 */
export interface AuditEntryTable {
  /** 1, 2, 3 … without a gap. */
  position: number;
  at: string;
  /** Empty for what the node does by itself. */
  account: string;
  orgId: string;
  /** The org's path when it happened: the log is read by subtree, also after an org has moved. */
  orgPath: string;
  /** The endpoint's path, or the name of a job. */
  action: string;
  /** Chinese title of the action. */
  title: string;
  /** Id of what was acted on. */
  subject: string;
  /** Chinese, without id numbers. */
  summary: string;
  requestId: string;
  ip: string;
  previousHash: string;
  hash: string;
}

export interface AuditTables {
  audit_entry: AuditEntryTable;
}

export async function createAuditTables(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('audit_entry')
    .addColumn('position', 'integer', (c) => c.primaryKey())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('account', 'text', (c) => c.notNull())
    .addColumn('orgId', 'text', (c) => c.notNull())
    .addColumn('orgPath', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('summary', 'text', (c) => c.notNull())
    .addColumn('requestId', 'text', (c) => c.notNull())
    .addColumn('ip', 'text', (c) => c.notNull())
    .addColumn('previousHash', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // The audit page of a bureau: its subtree, newest first.
  await db.schema.createIndex('audit_entry_org').on('audit_entry').columns(['orgPath', 'position']).execute();
  // The history of one thing.
  await db.schema.createIndex('audit_entry_subject').on('audit_entry').columns(['subject', 'position']).execute();
  // A mistake in our own code must not rewrite the log; a person with the file is caught by the hashes.
  for (const change of ['update', 'delete']) {
    await sql`create trigger ${sql.ref(`audit_entry_no_${change}`)} before ${sql.raw(change)} on audit_entry
      begin select raise(abort, 'the audit log is append-only'); end`.execute(db);
  }
}

/** How long the path of a bureau is: six digits and a slash a level (contracts/orgs/org.ts). */
export const BUREAU_PATH_LENGTHS = { province: 7, city: 14, county: 21 } as const;

/**
 * 操作日志 of a bureau. Its subtree is one equality on the beginning of the path, so that the newest entries are read in
 * order and counted from the index alone, however long the log is; the range over whole paths sorted all of them. The title
 * stands in the index for the condition on it, the position for the order among equal times.
 */
export async function indexAuditBySubtree(db: Kysely<any>): Promise<void> {
  await db.schema.dropIndex('audit_entry_org').execute();
  for (const [level, length] of Object.entries(BUREAU_PATH_LENGTHS))
    await sql`create index ${sql.ref(`audit_entry_${level}`)}
      on audit_entry (substr(orgPath, 1, ${sql.lit(length)}), at, position, title)`.execute(db);
  // What one account did.
  await db.schema.createIndex('audit_entry_account').on('audit_entry').columns(['account', 'at', 'position']).execute();
}

/** 操作日志 of a province by the name of the action: its entries in order of time, with where the org stood. */
export async function indexAuditByTitle(db: Kysely<any>): Promise<void> {
  await db.schema
    .createIndex('audit_entry_title')
    .on('audit_entry')
    .columns(['title', 'at', 'position', 'orgPath'])
    .execute();
}

/** 操作日志 at the hub, whose only org reads all of it: newest first, counted from the index; and what one account did. */
export async function indexAuditByTime(db: Kysely<any>): Promise<void> {
  await db.schema.dropIndex('audit_entry_org').execute();
  await db.schema.createIndex('audit_entry_time').on('audit_entry').columns(['at', 'position', 'title']).execute();
  await db.schema.createIndex('audit_entry_account').on('audit_entry').columns(['account', 'at', 'position']).execute();
}
