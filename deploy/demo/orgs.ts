import type { Org, Stage } from '../../contracts/orgs/org.ts';
import { regionName } from '../../contracts/regions/regions.ts';

/** The three provinces of the demonstration, each with two cities of two counties. */
export const demoProvinces = [
  { code: '37', name: '山东省', counties: ['370102', '370103', '370202', '370211'] },
  { code: '44', name: '广东省', counties: ['440104', '440106', '440402', '440403'] },
  { code: '46', name: '海南省', counties: ['460106', '460108', '460202', '460203'] },
] as const;
export type DemoProvince = (typeof demoProvinces)[number];

/** School types (first two digits of the school code) with their stages and categories. */
const regular = { schoolCategory: 'regular' as const };
const kinds = {
  primary: { type: '21', stages: ['primary'], ...regular },
  nineYear: { type: '31', stages: ['primary', 'junior'], ...regular },
  senior: { type: '34', stages: ['senior'], ...regular },
  complete: { type: '34', stages: ['primary', 'junior', 'senior'], ...regular },
  special: { type: '51', stages: ['primary', 'junior'], schoolCategory: 'special-education' as const },
};

/** The org tree of one demo province: parents before children. Schools hang under county, city and province alike. */
export function demoOrgs(province: DemoProvince): Org[] {
  const orgs: Org[] = [];
  let serial = 0;
  const add = (
    id: string,
    parent: Org | undefined,
    level: Org['level'],
    name: string,
    more: Partial<Org> = {},
  ): Org => {
    const org: Org = {
      id,
      parentId: parent?.id ?? null,
      level,
      name,
      path: `${parent?.path ?? ''}${id}/`,
      regionCode: parent?.regionCode ?? id,
      schoolCategory: null,
      stages: [],
      ...more,
    };
    orgs.push(org);
    return org;
  };
  const school = (parent: Org, kind: keyof typeof kinds, name: string): Org => {
    const { type, stages, schoolCategory } = kinds[kind];
    const id = `${type}${province.code}${String(++serial).padStart(6, '0')}`;
    // A school right under a city or province lies in the first county below it: its pupils' numbers begin with a county.
    const regionCode = parent.level === 'county' ? parent.id : firstCounty(province, parent.id);
    return add(id, parent, 'school', name, { regionCode, schoolCategory, stages: stages as Stage[] });
  };
  const top = add(`${province.code}0000`, undefined, 'province', `${province.name}教育厅`);
  for (const county of province.counties) {
    const cityId = `${county.slice(0, 4)}00`;
    const cityName = regionName(cityId)!;
    let city = orgs.find((org) => org.id === cityId);
    if (!city) {
      city = add(cityId, top, 'city', `${cityName}教育局`, { regionCode: cityId });
      school(city, 'senior', `${cityName}第一中学`);
      school(city, 'special', `${cityName}特殊教育学校`);
    }
    const countyName = regionName(county)!;
    const bureau = add(county, city, 'county', `${countyName}教育局`, { regionCode: county });
    school(bureau, 'primary', `${countyName}实验小学`);
    school(bureau, 'primary', `${countyName}第二小学`);
    school(bureau, 'nineYear', `${countyName}育英学校`);
  }
  school(top, 'complete', `${province.name}实验学校`);
  return orgs;
}

function firstCounty(province: DemoProvince, parentId: string): string {
  const prefix = parentId.replace(/0+$/, '');
  return province.counties.find((county) => county.startsWith(prefix))!;
}
