import type { Org, Stage } from '../../../contracts/orgs/org.ts';
import { childrenOf, regionName } from '../../../contracts/regions/regions.ts';
import { must } from '../../../shared/assert.ts';

/** Shandong with all its cities and counties. */
export const PROVINCE = '370000';
/** The county that has hundreds of schools, and its city. */
export const LARGE_COUNTY = '370102';
export const LARGE_CITY = '370100';
/** Of five thousand schools, so many are in the large county; the others share the rest evenly. */
const LARGE_COUNTY_SHARE = 0.06;

const kinds = [
  { type: '21', stages: ['primary'], name: '小学' },
  { type: '31', stages: ['primary', 'junior'], name: '九年一贯制学校' },
  { type: '34', stages: ['primary', 'junior', 'senior'], name: '实验学校' },
] as const satisfies ReadonlyArray<{ type: string; stages: readonly Stage[]; name: string }>;
/** Of ten schools six are primary schools, three go on to the ninth year, one to the twelfth. */
const kindOfTen = [0, 1, 0, 2, 0, 1, 0, 0, 1, 0] as const;

/** The orgs of a whole province, parents before children; the first school is the large one. */
export function largeProvinceOrgs(schools: number): { bureaus: Org[]; schools: Org[] } {
  const top = bureau(PROVINCE, undefined, 'province');
  const cities = childrenOf(PROVINCE).map(({ code }) => bureau(code, top, 'city'));
  const counties = cities.flatMap((city) => childrenOf(city.id).map(({ code }) => bureau(code, city, 'county')));
  const large = must(
    counties.find(({ id }) => id === LARGE_COUNTY),
    'the large county',
  );
  const others = counties.filter((county) => county !== large);
  const inLarge = Math.round(schools * LARGE_COUNTY_SHARE);
  return {
    bureaus: [top, ...cities, ...counties],
    schools: Array.from({ length: schools }, (_, index) =>
      school(index, index < inLarge ? large : must(others[index % others.length], 'a county')),
    ),
  };
}

function bureau(id: string, parent: Org | undefined, level: 'province' | 'city' | 'county'): Org {
  const name = `${regionName(id)}教育${level === 'province' ? '厅' : '局'}`;
  const path = `${parent?.path ?? ''}${id}/`;
  return { id, parentId: parent?.id ?? null, level, name, path, regionCode: id, schoolCategory: null, stages: [] };
}

function school(index: number, parent: Org): Org {
  // The large school has all stages.
  const kind = kinds[index === 0 ? 2 : kindOfTen[index % kindOfTen.length]!]!;
  const id = `${kind.type}${PROVINCE.slice(0, 2)}${String(index + 1).padStart(6, '0')}`;
  return {
    id,
    parentId: parent.id,
    level: 'school',
    name: `${regionName(parent.id)}第${index + 1}${kind.name}`,
    path: `${parent.path}${id}/`,
    regionCode: parent.regionCode,
    schoolCategory: 'regular',
    stages: [...kind.stages],
  };
}
