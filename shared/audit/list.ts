import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { z } from 'zod';
import { AUDIT_DAYS_MAX, exportAuditEntries, listAuditEntries } from '../../contracts/audit.ts';
import type { AuditRow } from '../../contracts/audit.ts';
import type { Page } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { AccountTables } from '../account/table.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import type { Served } from '../http/serve.ts';
import { pathWithinScope } from '../org/scope.ts';
import type { HasOrg } from '../org/scope.ts';
import type { OrgTables } from '../org/table.ts';
import { serveList } from '../query/exported-list.ts';
import type { ListContext } from '../query/exported-list.ts';
import { pageOf } from '../query/page-of.ts';
import { auditSheet } from './sheet.ts';
import { BUREAU_PATH_LENGTHS } from './table.ts';
import type { AuditTables } from './table.ts';

export type AuditQuery = z.output<typeof listAuditEntries.input>;

export const auditEndpoints: readonly Served<ListContext>[] = serveList(listAuditEntries, exportAuditEntries, {
  find: ({ store }: ListContext, { caller }, input) => listAudit(store.read, caller, input),
  sheet: auditSheet,
});

/**
 * The audit log of the caller's subtree (by where the org stood when it happened), newest first. Throws `invalid-input` for
 * the name of an action over too long a time: no index finds a part of a name.
 */
export async function listAudit(db: AnyDb, caller: HasOrg, input: AuditQuery): Promise<Page<AuditRow>> {
  const { account, what, subject, from, to } = input;
  if (what && !account && !subject) mustBeShort(from, to);
  let query = tablesOf<AuditTables & AccountTables & OrgTables>(db)
    .selectFrom('audit_entry as entry')
    .select(['entry.position', 'entry.at', 'entry.account', 'entry.title', 'entry.subject', 'entry.summary'])
    .select(['entry.requestId', 'entry.ip'])
    .select(({ selectFrom }) => [
      selectFrom('account').select('personName').whereRef('account.name', '=', 'entry.account').as('personName'),
      selectFrom('org').select('name').whereRef('org.id', '=', 'entry.orgId').as('orgName'),
    ]);
  if (account) query = query.where('entry.account', '=', account);
  if (subject) query = query.where('entry.subject', '=', subject);
  if (from) query = query.where('entry.at', '>=', from);
  if (to) query = query.where('entry.at', '<=', to);
  const ordering = { sortable: { at: 'entry.at' }, defaultSort: '-at', unique: 'entry.position' };
  const ofArea = query
    .where(account || subject ? pathWithinScope('entry.orgPath', caller) : inSubtree(caller))
    .$if(Boolean(what), (q) => q.where(sql<boolean>`instr(entry.title, ${what}) > 0`));
  if (!what || account || subject || caller.org.level !== 'province') return pageOf(ofArea, input, ordering);
  // In a whole province a month is hundreds of thousands of entries, of which few may be of the action.
  const titles = await titlesWith(db, what);
  if (titles.length === 0) return { rows: [], total: 0 };
  const ofTitles = query.where(pathWithinScope('entry.orgPath', caller)).where('entry.title', 'in', titles);
  return pageOf(ofTitles, input, ordering, ofArea);
}

/** The names of actions in the log with `what` in them: one step in the index a name, however long the log. */
async function titlesWith(db: AnyDb, what: string): Promise<string[]> {
  const { rows } = await sql<{ title: string }>`
    with recursive known(title) as (
      select min(title) from audit_entry
      union all
      select (select min(title) from audit_entry where title > known.title) from known where known.title is not null)
    select title from known where instr(title, ${what}) > 0`.execute(db);
  return rows.map(({ title }) => title);
}

/** The same as `pathWithinScope`, as the equality that the index of the caller's level answers. */
function inSubtree(caller: HasOrg): RawBuilder<boolean> {
  // Everything: without a condition on the path, in the order of `audit_entry_time`.
  if (caller.org.path === '') return sql<boolean>`true`;
  const length = Object.values(BUREAU_PATH_LENGTHS).find((one) => one === caller.org.path.length);
  return length === undefined
    ? pathWithinScope('entry.orgPath', caller)
    : sql<boolean>`substr(entry.orgPath, 1, ${sql.lit(length)}) = ${caller.org.path}`;
}

const DAY_MS = 24 * 3_600_000;

function mustBeShort(from: string | undefined, to: string | undefined): void {
  if (from && to && Date.parse(to) - Date.parse(from) <= AUDIT_DAYS_MAX * DAY_MS) return;
  const detail = `按操作名称查询时，请同时选择不超过 ${AUDIT_DAYS_MAX} 天的操作时间，或填写账号、操作对象`;
  throw new Problem('invalid-input', detail, { errors: [{ pointer: '/from', detail }] });
}
