import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { isWithin } from '../../contracts/orgs/org.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { findOrg } from './table.ts';
import type { OrgTables } from './table.ts';

/** Whatever has an org whose subtree it may reach. */
export interface HasOrg {
  readonly org: { readonly id: string; readonly level: string; readonly path: string };
}

/** The paths of a subtree as a half-open range: `/` is followed by `0` in every collation that compares bytes. */
export interface PathRange {
  from: string;
  /** Null: no upper end (the ministry, whose path is empty). */
  before: string | null;
}

export function scopeOf(caller: HasOrg): PathRange {
  const { path } = caller.org;
  return { from: path, before: path === '' ? null : `${path.slice(0, -1)}0` };
}

/** SQL condition on a column that holds an org's path: it is the caller's own or below it. */
export function pathWithinScope(column: string, caller: HasOrg): RawBuilder<boolean> {
  const { from, before } = scopeOf(caller);
  const path = sql.ref(column);
  return before === null
    ? sql<boolean>`${path} >= ${from}`
    : sql<boolean>`(${path} >= ${from} and ${path} < ${before})`;
}

/**
 * SQL condition on a column that holds an org's id: it is in the caller's subtree. For
 * `.where(withinScope('pupil.schoolId', caller))`. A school is one equality, so that an index that begins with the
 * column also serves the sort; a bureau is a range scan of `org_path`. Every read of something that belongs to an org
 * goes through this (A30, A31): what is outside is not there.
 */
export function withinScope(column: string, caller: HasOrg): RawBuilder<boolean> {
  const id = sql.ref(column);
  if (caller.org.level === 'school') return sql<boolean>`${id} = ${caller.org.id}`;
  return sql<boolean>`${id} in (select id from org where ${pathWithinScope('path', caller)})`;
}

/**
 * SQL condition on a column that holds an org's id: it is `orgId` or below it. A choice, not a right: `withinScope`
 * always stands beside it.
 */
export function atOrBelow(column: string, orgId: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} in (
    select below.id from org top join org below
      on below.path >= top.path and below.path < substr(top.path, 1, length(top.path) - 1) || '0'
    where top.id = ${orgId})`;
}

/**
 * Throws `not-found` when the org is not in the caller's subtree: that it exists elsewhere is nobody's business (A30).
 */
export async function mustBeInScope(db: AnyDb, orgId: string, caller: HasOrg): Promise<void> {
  if (!(await isInScope(db, orgId, caller))) throw new Problem('not-found');
}

export async function isInScope(db: AnyDb, orgId: string, caller: HasOrg): Promise<boolean> {
  const org = await findOrg(tablesOf<OrgTables>(db), orgId);
  return org !== undefined && isWithin(org.path, caller.org.path);
}
