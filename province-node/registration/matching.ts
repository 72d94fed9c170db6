import { sql } from 'kysely';
import type { RawBuilder, SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import type { Page, PageInput } from '../../contracts/core/page.ts';
import type { WaitingAct } from '../../contracts/application.ts';
import type { listRegistrations } from '../../contracts/registration.ts';
import type { Caller } from '../../shared/http/serve.ts';
import { areaOf, inArea, mustNameEnough, NAME_LENGTH_MIN } from '../../shared/org/area.ts';
import { withinScope } from '../../shared/org/scope.ts';
import type { HasOrg } from '../../shared/org/scope.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { fingerprintsOfNumber } from './form.ts';
import type { RegistrationTable } from './table.ts';

type Conditions = Omit<z.output<typeof listRegistrations.input>, keyof PageInput>;
type OfRegistration = Omit<Conditions, 'orgId'>;

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
  const area = await areaOf(province.store.read, caller, orgId);
  if (!area) return { rows: [], total: 0 };
  mustNameEnough(area, conditions.name);
  const lead = leadOf(area, conditions);
  const ledBy = (leading: Lead) =>
    where(
      province,
      province.store.read.selectFrom('registration').select('registration.id'),
      area,
      conditions,
      leading,
    );
  const isOrdered = lead === 'order' || lead === 'exact' || area.org.level === 'school';
  return pageOf(ledBy(lead), { page, pageSize, sort }, ordering, isOrdered ? undefined : ledBy('order'));
}

/** The same of what waits for the caller: counted from the inbox's index, unless conditions ask for more. */
export async function waitingIds(
  province: Province,
  { account: _account, role, org }: Caller,
  act: WaitingAct,
  { page, pageSize, sort, orgId, kind, category, name, idNumber, checkState, state, importId }: Conditions & PageInput,
): Promise<Page<{ id: string }>> {
  const ofPupil = { name, idNumber, checkState, state, importId };
  const isPlain = !Object.values(ofPupil).some(Boolean);
  const query = province.store.read
    .selectFrom('application')
    .select('application.id')
    .where('application.turnOrgId', '=', org.id)
    .where('application.turnRole', '=', role)
    .where('application.kind', 'in', kind === undefined ? ['primary-entrant', 'other-entrant'] : [kind])
    .where('application.turnAct', '=', act)
    .$if(category !== undefined, (q) => q.where('application.groupKey', '=', category!));
  const area = orgId === undefined ? undefined : await areaOf(province.store.read, { org }, orgId);
  if (orgId !== undefined && !area) return { rows: [], total: 0 };
  const within = area ? query.where(withinScope('application.orgId', area)) : query;
  const asked = { page, pageSize, sort };
  if (isPlain && !/(name|createdAt)$/.test(sort ?? '')) return pageOf(within, asked, orderingOfWaiting);
  // What was returned is the school's alone, and few.
  if (act === 'mend' || name || idNumber || state || importId !== undefined) {
    const both = within.innerJoin('registration', 'registration.id', 'application.id');
    const narrowed = where(province, both, undefined, ofPupil, idNumber ? 'exact' : 'order');
    return pageOf(narrowed, asked, orderingOfWaiting);
  }
  const both = within.innerJoin(pupilsUnderWay.as('registration'), (join) =>
    join.onRef('registration.schoolId', '=', 'application.orgId').onRef('registration.id', '=', 'application.id'),
  );
  const narrowed = both.$if(checkState !== undefined, (q) => q.where('registration.checkState', '=', checkState!));
  // Without a condition of the pupil's the inbox's own index counts.
  return pageOf(narrowed, asked, orderingOfWaiting, narrowed, isPlain ? within : narrowed);
}

/**
 * Name and 查重认证状态 of the pupils under way, from an index of theirs alone. It goes by schools as the inbox's does: thousands
 * that wait for one bureau are read from a few pages of it, where each would be two lookups in the whole table. By itself SQLite
 * takes the primary key.
 */
const pupilsUnderWay = sql<Pick<RegistrationTable, 'id' | 'schoolId' | 'name' | 'checkState' | 'createdAt'>>`(
  select id, schoolId, name, checkState, createdAt from registration indexed by registration_under_way
  where state = 'in-review')`;

/**
 * Which condition a query is answered from: an identity or a file; the schools of the area; a beginning of a name; in a
 * whole province a value that few have, by an index of theirs alone; otherwise the order of the page.
 */
type Lead = 'exact' | 'schools' | 'name' | 'checkState' | 'category' | 'state' | 'kind' | 'order';

function leadOf(
  { org }: HasOrg,
  { kind, category, name, idNumber, checkState, state, importId }: OfRegistration,
): Lead {
  if (idNumber || importId !== undefined) return 'exact';
  if (org.level === 'school') return 'schools';
  if (name && [...name].length >= NAME_LENGTH_MIN) return 'name';
  if (org.level !== 'province') return 'schools';
  if (checkState && checkState !== MANY.checkState) return 'checkState';
  if (category && category !== MANY.category) return 'category';
  if (state && state !== MANY.state) return 'state';
  return kind && kind !== MANY.kind ? 'kind' : 'order';
}

/** What most registrations have in the long run: the indexes of the others leave them out. */
const MANY = { checkState: 'passed', category: 'resident', state: 'approved', kind: 'primary-entrant' } as const;

/** SQLite has no statistics of ours to choose an index by: `+` keeps every column but the leading one out of the choice. */
function where<TB extends keyof ProvinceDb>(
  province: Province,
  query: SelectQueryBuilder<ProvinceDb, TB, { id: string }>,
  area: HasOrg | undefined,
  { kind, category, name, idNumber, checkState, state, importId }: OfRegistration,
  lead: Lead,
): SelectQueryBuilder<ProvinceDb, TB, { id: string }> {
  const column = (of: keyof RegistrationTable, leading: Lead): RawBuilder<unknown> =>
    lead === leading ? sql.ref(`registration.${of}`) : sql`+${sql.ref(`registration.${of}`)}`;
  const conditions: RawBuilder<boolean>[] = [];
  if (area) conditions.push(inArea('registration.schoolId', area, lead === 'schools'));
  if (name)
    conditions.push(sql`${column('name', 'name')} >= ${name} and ${column('name', 'name')} < ${`${name}\uffff`}`);
  for (const [of, value] of Object.entries({ checkState, category, state, kind }) as Array<
    [keyof typeof MANY, string]
  >) {
    if (!value) continue;
    // A literal lets SQLite see that the index of the few holds what is asked for.
    conditions.push(sql`${column(of, of)} = ${sql.lit(value)}`);
    if (lead === of) conditions.push(sql`${column(of, of)} <> ${sql.lit(MANY[of])}`);
  }
  if (importId) conditions.push(sql`registration.importId = ${importId}`);
  if (idNumber)
    conditions.push(sql`registration.idFingerprint in (${sql.join(fingerprintsOfNumber(province.vault, idNumber))})`);
  return conditions.reduce((narrower, condition) => narrower.where(condition), query);
}
