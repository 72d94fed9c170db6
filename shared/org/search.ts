import { sql } from 'kysely';
import type { z } from 'zod';
import { ORGS_FOUND_MAX, searchOrgs, summariseOrg } from '../../contracts/org-search.ts';
import type { OrgSummary } from '../../contracts/org-search.ts';
import { must } from '../assert.ts';
import type { AccountTables } from '../account/table.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { serve } from '../http/serve.ts';
import type { Call, HttpContext, Served } from '../http/serve.ts';
import { mustBeInScope, pathWithinScope } from './scope.ts';
import type { HasOrg } from './scope.ts';
import { findOrg } from './table.ts';
import type { OrgTables } from './table.ts';
import { idsOnPath, treeNodes } from './tree.ts';

/** 组织机构: find an org of the subtree, and see what is below it. */
export const orgEndpoints: readonly Served<HttpContext>[] = [
  serve(searchOrgs, (context: HttpContext, call: Call<never>, { text }) =>
    search(context.store.read, call.caller, text),
  ),
  serve(summariseOrg, async (context: HttpContext, call: Call<never>, { id = call.caller.org.id }) => {
    await mustBeInScope(context.store.read, id, call.caller);
    return summarise(context.store.read, call.caller, id);
  }),
];

/** Bureaus before schools, then in the order of the tree. Looks through the names of the subtree: tens of thousands at most. */
async function search(db: AnyDb, caller: HasOrg, text: string): Promise<z.input<typeof searchOrgs.output>> {
  const found = await treeNodes(db)
    .select('org.path')
    .where(pathWithinScope('org.path', caller))
    .where(sql<boolean>`(instr(org.name, ${text}) > 0 or substr(org.id, 1, ${text.length}) = ${text})`)
    .orderBy(sql`org.level = 'school'`)
    .orderBy('org.path')
    .limit(ORGS_FOUND_MAX + 1)
    .execute();
  const shown = found.slice(0, ORGS_FOUND_MAX);
  const aboveIds = (path: string): string[] => idsOnPath(path.slice(caller.org.path.length)).slice(0, -1);
  const names = await tablesOf<OrgTables>(db)
    .selectFrom('org')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(shown.flatMap(({ path }) => aboveIds(path)))])
    .execute();
  const nameOf = new Map(names.map(({ id, name }) => [id, name]));
  return {
    hasMore: found.length > shown.length,
    orgs: shown.map(({ path, ...org }) => ({
      ...org,
      hasChildren: Boolean(org.hasChildren),
      above: aboveIds(path).map((id) => ({ id, name: must(nameOf.get(id), `org ${id}`) })),
    })),
  };
}

async function summarise(db: AnyDb, caller: HasOrg, id: string): Promise<OrgSummary> {
  const org = must(await findOrg(db, id), `org ${id}`);
  const parent = org.parentId !== null && id !== caller.org.id ? await findOrg(db, org.parentId) : undefined;
  const levels = await tablesOf<OrgTables>(db)
    .selectFrom('org')
    .select('level')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where(pathWithinScope('path', { org }))
    .where('id', '!=', id)
    .groupBy('level')
    .execute();
  const countOf = (level: string): number => levels.find((one) => one.level === level)?.count ?? 0;
  const { accounts } = await tablesOf<AccountTables>(db)
    .selectFrom('account')
    .select(({ fn }) => fn.countAll<number>().as('accounts'))
    .where('orgId', '=', id)
    .executeTakeFirstOrThrow();
  const { name, level, schoolCategory, stages } = org;
  const below = { city: countOf('city'), county: countOf('county'), school: countOf('school') };
  return { id, name, level, schoolCategory, stages, parentName: parent?.name ?? null, below, accounts };
}
