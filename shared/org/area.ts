import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { Problem } from '../../contracts/core/problems.ts';
import { isWithin } from '../../contracts/orgs/org.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { pathWithinScope, withinScope } from './scope.ts';
import type { HasOrg } from './scope.ts';
import { findOrg } from './table.ts';

/** The area that a list of millions is asked for: the caller's own, or an org that they have chosen in it. */

/** The chosen org as far as the caller may look; undefined when it is elsewhere. */
export async function areaOf(db: AnyDb, caller: HasOrg, orgId: string | undefined): Promise<HasOrg | undefined> {
  if (orgId === undefined) return caller;
  const org = await findOrg(db, orgId);
  return org && isWithin(org.path, caller.org.path) ? { org } : undefined;
}

/** SQL condition on an org's id. Unless it `leads`, SQLite has no index of the column to choose. */
export function inArea(column: string, area: HasOrg, leads: boolean): RawBuilder<boolean> {
  if (leads) return withinScope(column, area);
  return sql`+${sql.ref(column)} in (select id from org where ${pathWithinScope('path', area)})`;
}

/** In a whole city or province one common surname alone selects hundreds of thousands. */
export const NAME_LENGTH_MIN = 2;

export function mustNameEnough({ org }: HasOrg, name: string | undefined): void {
  const isWide = org.level === 'province' || org.level === 'city';
  if (isWide && name && [...name].length < NAME_LENGTH_MIN)
    throw new Problem('invalid-input', '查询范围较大，姓名请至少输入两个字', {
      errors: [{ pointer: '/name', detail: '请至少输入两个字' }],
    });
}
