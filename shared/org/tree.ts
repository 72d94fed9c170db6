import type { OrgNode } from '../../contracts/account.ts';
import type { Org, OrgLevel } from '../../contracts/orgs/org.ts';
import { assert, must } from '../assert.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { findOrg, orgOf } from './table.ts';
import type { OrgTables } from './table.ts';

/** The ids from the top of the tree down to the org itself. */
export function idsOnPath(path: string): string[] {
  return path.split('/').slice(0, -1);
}

/** The org itself, the one above it, and so on to the top of its path. */
export async function orgsUpward(db: AnyDb, orgId: string): Promise<Org[]> {
  const org = must(await findOrg(db, orgId), `org ${orgId}`);
  // The ministry's path is empty: it is on the path of all and names none.
  const ids = [...new Set([...idsOnPath(org.path), org.id])];
  const rows = await tablesOf<OrgTables>(db).selectFrom('org').selectAll().where('id', 'in', ids).execute();
  assert(rows.length === ids.length, `the path of ${orgId} names orgs that are not there`);
  return rows.map(orgOf).toSorted((a, b) => b.path.length - a.path.length);
}

/**
 * The org of `level` that `orgId` is or stands under; undefined when there is none (a school right under its city has
 * no county).
 */
export async function ancestorAtLevel(db: AnyDb, orgId: string, level: OrgLevel): Promise<Org | undefined> {
  return (await orgsUpward(db, orgId)).find((org) => org.level === level);
}

/** 主管教育局: the bureau, of whichever level, that the school answers to. */
export async function managingOrg(db: AnyDb, schoolId: string): Promise<Org> {
  const school = must(await findOrg(db, schoolId), `school ${schoolId}`);
  assert(school.level === 'school', `${schoolId} is a ${school.level}, not a school`);
  return must(await findOrg(db, must(school.parentId, `parent of ${schoolId}`)), `parent of ${schoolId}`);
}

/**
 * The lowest bureau that all the orgs answer to: who decides a dispute between them (domain.md §1.9: one school → its
 * managing bureau; one county → the county; two counties → the city; two cities → the province). Undefined when their
 * paths share nothing (two provinces): then it is the ministry.
 */
export async function nearestCommonSuperior(db: AnyDb, orgIds: readonly string[]): Promise<Org | undefined> {
  assert(orgIds.length > 0, 'no orgs given');
  const chains: Org[][] = [];
  for (const orgId of orgIds) chains.push((await orgsUpward(db, orgId)).filter((org) => org.level !== 'school'));
  const [first, ...others] = chains;
  return must(first, 'a chain').find((org) => others.every((chain) => chain.some(({ id }) => id === org.id)));
}

/** The orgs right under `parentId`, by id, each with whether the tree goes on below it. One index scan. */
export async function listChildren(db: AnyDb, parentId: string): Promise<OrgNode[]> {
  const rows = await treeNodes(db).where('org.parentId', '=', parentId).orderBy('org.id').execute();
  return rows.map((row) => ({ ...row, hasChildren: Boolean(row.hasChildren) }));
}

/** Orgs as the tree shows them, for conditions. `hasChildren` is 0 or 1. */
export function treeNodes(db: AnyDb) {
  return tablesOf<OrgTables>(db)
    .selectFrom('org')
    .select(['org.id', 'org.parentId', 'org.name', 'org.level'])
    .select((eb) =>
      eb
        .exists(eb.selectFrom('org as below').select('below.id').whereRef('below.parentId', '=', 'org.id'))
        .as('hasChildren'),
    );
}
