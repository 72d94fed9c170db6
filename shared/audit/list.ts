import { PageInput } from '../../contracts/core/page.ts';
import type { Page } from '../../contracts/core/page.ts';
import { z } from 'zod';
import { isoTime } from '../clock.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { pathWithinScope } from '../org/scope.ts';
import type { HasOrg } from '../org/scope.ts';
import { pageOf } from '../query/page-of.ts';
import type { AuditEntryTable, AuditTables } from './table.ts';

/** An instant in the form in which instants are stored, so that it compares as text. */
const Instant = z.iso.datetime().transform((text) => isoTime(Date.parse(text)));

/** Conditions of the audit page; `before` is not included. */
export const AuditQuery = PageInput.extend({
  account: z.string().max(64).optional(),
  action: z.string().max(200).optional(),
  subject: z.string().max(64).optional(),
  from: Instant.optional(),
  before: Instant.optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

export type AuditRow = Omit<AuditEntryTable, 'previousHash' | 'hash'>;

/** The audit log of the caller's subtree (by where the org stood when it happened), newest first. */
export async function listAudit(db: AnyDb, caller: HasOrg, input: AuditQuery): Promise<Page<AuditRow>> {
  const { account, action, subject, from, before } = input;
  let query = tablesOf<AuditTables>(db)
    .selectFrom('audit_entry')
    .select([
      'position',
      'at',
      'account',
      'orgId',
      'orgPath',
      'action',
      'title',
      'subject',
      'summary',
      'requestId',
      'ip',
    ])
    .where(pathWithinScope('orgPath', caller));
  if (account !== undefined) query = query.where('account', '=', account);
  if (action !== undefined) query = query.where('action', '=', action);
  if (subject !== undefined) query = query.where('subject', '=', subject);
  if (from !== undefined) query = query.where('at', '>=', from);
  if (before !== undefined) query = query.where('at', '<', before);
  return pageOf(query, input, { sortable: { at: 'position' }, defaultSort: '-at', unique: 'position' });
}
