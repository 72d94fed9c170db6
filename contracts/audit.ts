import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';

/** 操作日志 (21.2): who did what from where, of one's own org and those below. */

export const AuditRow = z.object({
  position: z.int(),
  at: z.string(),
  /** Empty for what the node does by itself or what is done at the machine. */
  account: z.string(),
  personName: z.string().nullable(),
  orgName: z.string().nullable(),
  title: z.string(),
  subject: z.string(),
  summary: z.string(),
  ip: z.string(),
  requestId: z.string(),
});
export type AuditRow = z.infer<typeof AuditRow>;

/** An instant in the form in which instants are stored, so that it compares as text. */
const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

/** By name of the action alone, so many days are looked through at once. */
export const AUDIT_DAYS_MAX = 31;

export const listAuditEntries = endpoint({
  method: 'get',
  path: '/api/audit-entries',
  title: '操作日志',
  access: { roles: ['system-admin'], reach: 'subtree' },
  input: PageInput.extend({
    from: Instant.optional(),
    /** Included. */
    to: Instant.optional(),
    account: z.string().trim().max(64).optional(),
    /** Part of the Chinese name of the action. */
    what: z.string().trim().max(50).optional(),
    /** Id of what was acted on. */
    subject: z.string().trim().max(64).optional(),
  }),
  output: PageOf(AuditRow),
});

export const exportAuditEntries = exportOf(listAuditEntries);
