import { sql } from 'kysely';
import type { RawBuilder, SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import type { Page, PageInput } from '../../contracts/core/page.ts';
import { isWithin } from '../../contracts/orgs/org.ts';
import type { WaitingAct } from '../../contracts/application.ts';
import type { listRegistrations } from '../../contracts/registration.ts';
import type { Caller } from '../../shared/http/serve.ts';
import { pathWithinScope, withinScope } from '../../shared/org/scope.ts';
import type { HasOrg } from '../../shared/org/scope.ts';
import { findOrg } from '../../shared/org/table.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { fingerprintsOfNumber } from './form.ts';

type Conditions = Omit<z.output<typeof listRegistrations.input>, keyof PageInput>;

/** In a whole city or province one common surname alone selects hundreds of thousands. */
const NAME_LENGTH_MIN = 2;

const ordering = {
  sortable: { createdAt: 'registration.createdAt', name: 'registration.name' },
  defaultSort: '-createdAt',
  unique: 'registration.id',
};
const orderingOfWaiting = {
  sortable: { ...ordering.sortable, turnSince: 'application.turnSince' },
  defaultSort: 'turnSince',
  unique: 'application.id',
};

/**
 * The ids of one page of 学籍注册查询. Conditions, count and order are answered from indexes alone: a registration carries
 * its sealed form, and a province has millions.
 */
export async function matchingIds(
  province: Province,
  caller: Caller,
  { page, pageSize, sort, orgId, ...conditions }: z.output<typeof listRegistrations.input>,
): Promise<Page<{ id: string }>> {
  const area = await areaOf(province, caller, orgId);
  if (!area) return { rows: [], total: 0 };
  const query = province.store.read.selectFrom('registration').select('registration.id');
  return pageOf(where(province, query, area, conditions), { page, pageSize, sort }, ordering);
}

/** The same of what waits for the caller: counted from the inbox's index, unless conditions ask for more. */
export async function waitingIds(
  province: Province,
  { account: _account, role, org }: Caller,
  act: WaitingAct,
  { page, pageSize, sort, orgId, kind, category, name, idNumber, checkState, state, importId }: Conditions & PageInput,
): Promise<Page<{ id: string }>> {
  const ofPupil = { name, idNumber, checkState, state, importId };
  const joined = Object.values(ofPupil).some(Boolean) || /(name|createdAt)$/.test(sort ?? '');
  const query = province.store.read
    .selectFrom('application')
    .select('application.id')
    .where('application.turnOrgId', '=', org.id)
    .where('application.turnRole', '=', role)
    .where('application.kind', 'in', kind === undefined ? ['primary-entrant', 'other-entrant'] : [kind])
    .where('application.turnAct', '=', act)
    .$if(category !== undefined, (q) => q.where('application.groupKey', '=', category!));
  const area = orgId === undefined ? undefined : await areaOf(province, { org }, orgId);
  if (orgId !== undefined && !area) return { rows: [], total: 0 };
  const within = area ? query.where(withinScope('application.orgId', area)) : query;
  if (!joined) return pageOf(within, { page, pageSize, sort }, orderingOfWaiting);
  const both = within.innerJoin('registration', 'registration.id', 'application.id');
  return pageOf(where(province, both, undefined, ofPupil), { page, pageSize, sort }, orderingOfWaiting);
}

/** The chosen org as far as the caller may look; undefined when it is elsewhere. */
async function areaOf(province: Province, caller: HasOrg, orgId: string | undefined): Promise<HasOrg | undefined> {
  if (orgId === undefined) return caller;
  const org = await findOrg(province.store.read, orgId);
  return org && isWithin(org.path, caller.org.path) ? { org } : undefined;
}

/**
 * SQLite has no statistics of ours to choose an index by, so the conditions say which one leads (`+` keeps a column out
 * of the choice): an identity or a file; in a city or province the order, a name or a state that few are in; otherwise
 * the schools of the area.
 */
function where<TB extends keyof ProvinceDb>(
  province: Province,
  query: SelectQueryBuilder<ProvinceDb, TB, { id: string }>,
  area: HasOrg | undefined,
  { kind, category, name, idNumber, checkState, state, importId }: Omit<Conditions, 'orgId'>,
): SelectQueryBuilder<ProvinceDb, TB, { id: string }> {
  const isWide = area?.org.level === 'province' || area?.org.level === 'city';
  if (isWide && name && [...name].length < NAME_LENGTH_MIN)
    throw new Problem('invalid-input', '查询范围较大，姓名请至少输入两个字', {
      errors: [{ pointer: '/name', detail: '请至少输入两个字' }],
    });
  const exact = Boolean(idNumber) || importId !== undefined;
  const leads = (column: string, does: boolean): RawBuilder<unknown> =>
    does ? sql.ref(`registration.${column}`) : sql`+${sql.ref(`registration.${column}`)}`;
  const led = isWide && !exact;
  const conditions: RawBuilder<boolean>[] = [];
  if (area) conditions.push(inArea(area, !isWide && !exact));
  if (kind) conditions.push(sql`+registration.kind = ${kind}`);
  if (category) conditions.push(sql`+registration.category = ${category}`);
  if (name) conditions.push(sql`${leads('name', led)} >= ${name} and ${leads('name', led)} < ${`${name}\uffff`}`);
  // A literal lets SQLite see that the index of the few others holds what is asked for.
  if (checkState) conditions.push(sql`${leads('checkState', led)} = ${sql.lit(checkState)}`);
  if (checkState && checkState !== 'passed') conditions.push(sql`registration.checkState <> 'passed'`);
  if (state) conditions.push(sql`${leads('state', led)} = ${sql.lit(state)}`);
  if (state && state !== 'approved') conditions.push(sql`registration.state <> 'approved'`);
  if (importId) conditions.push(sql`registration.importId = ${importId}`);
  if (idNumber)
    conditions.push(sql`registration.idFingerprint in (${sql.join(fingerprintsOfNumber(province.vault, idNumber))})`);
  return conditions.reduce((narrower, condition) => narrower.where(condition), query);
}

function inArea(area: HasOrg, leads: boolean): RawBuilder<boolean> {
  if (leads) return withinScope('registration.schoolId', area);
  return sql`+registration.schoolId in (select id from org where ${pathWithinScope('path', area)})`;
}
