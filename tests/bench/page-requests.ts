import { LARGE_CITY, LARGE_COUNTY, PROVINCE } from './large-province/orgs.ts';

/** A list as a page asks for it; `query` is made anew for every request, so that not one answer serves them all. */
export interface ListRequest {
  /** The figure that it counts for. */
  figure: 'home' | 'review' | 'search' | 'query' | 'audit';
  who: string;
  account: string;
  what: string;
  path: string;
  query: (index: number) => Record<string, string | number>;
}

/** What of the data the requests need to know. */
export interface Known {
  largeSchool: { id: string };
  /** Schools of the large county. */
  countySchools: ReadonlyArray<{ id: string }>;
  /** Whole id numbers, some of each area. */
  idNumbers: readonly string[];
  /** Account names and subjects that are in the audit log. */
  acted: ReadonlyArray<{ account: string; subject: string }>;
  /** 31 days of the log. */
  from: string;
  to: string;
}

const PAGE_SIZE = 20;
const names = ['王', '李浩', '张欣怡', '刘', '陈子', '杨梓', '赵宇', '黄', '周雨', '欧阳'];
const longNames = names.map((name) => (name.length > 1 ? name : `${name}子`));
const at = <Item>(items: readonly Item[], index: number): Item => items[index % items.length]!;

/** The lists of the roles that work on registrations, and the audit log of system admins. */
export function listRequests(known: Known): ListRequest[] {
  const { largeSchool, countySchools } = known;
  const offices = [
    { who: 'county', id: LARGE_COUNTY },
    { who: 'city', id: LARGE_CITY },
    { who: 'province', id: PROVINCE },
  ];
  const school = { who: 'school registrar', account: `xj${largeSchool.id}` };
  const head = { who: 'school head', account: `ld${largeSchool.id}` };
  return [
    ...inbox(school),
    ...inbox(head),
    ...waiting(school, 'report', undefined),
    ...waiting(head, 'review', undefined),
    ...waiting(school, 'mend', undefined),
    ...search(school, names, known),
    ...registrations(school),
    ...offices.flatMap(({ who, id }) => {
      const bureau = { who, account: `xj${id}` };
      return [
        ...inbox(bureau),
        ...waiting(bureau, 'review', countySchools),
        ...search(bureau, longNames, known),
        ...registrations(bureau),
        ...ofOneSchool(bureau, countySchools),
        ...audit({ who: `${who} admin`, account: `gl${id}` }, known),
      ];
    }),
  ];
}

type Person = Pick<ListRequest, 'who' | 'account'>;

function inbox(person: Person): ListRequest[] {
  const path = '/api/applications/inbox';
  return [
    { ...person, figure: 'home', what: 'what waits (待办)', path, query: () => ({}) },
    {
      ...person,
      figure: 'review',
      what: 'review list by school',
      path,
      query: () => ({ kind: 'primary-entrant', act: 'review' }),
    },
  ];
}

function waiting(person: Person, act: string, schools: ReadonlyArray<{ id: string }> | undefined): ListRequest[] {
  const list = { ...person, figure: 'review' as const, path: '/api/registrations/waiting' };
  const kind = { kind: 'primary-entrant', act, pageSize: PAGE_SIZE };
  return [
    { ...list, what: `pupils to ${act}`, query: (index) => ({ ...kind, page: 1 + (index % 5) }) },
    {
      ...list,
      what: `pupils to ${act}, by name`,
      query: (index) => ({ ...kind, sort: 'name', page: 1 + (index % 5) }),
    },
    { ...list, what: `pupils to ${act}, checks passed`, query: () => ({ ...kind, checkState: 'passed' }) },
    ...(schools
      ? [
          {
            ...list,
            what: `pupils to ${act} of a school`,
            query: (index: number) => ({ ...kind, orgId: at(schools, index).id }),
          },
        ]
      : []),
  ];
}

function search(person: Person, typed: readonly string[], { idNumbers }: Known): ListRequest[] {
  const list = { ...person, figure: 'search' as const, path: '/api/registrations' };
  return [
    { ...list, what: 'by name', query: (index) => ({ name: at(typed, index), pageSize: PAGE_SIZE }) },
    { ...list, what: 'by id number', query: (index) => ({ idNumber: at(idNumbers, index), pageSize: PAGE_SIZE }) },
  ];
}

function registrations(person: Person): ListRequest[] {
  const list = { ...person, figure: 'query' as const, path: '/api/registrations' };
  const conditions: ReadonlyArray<readonly [string, Record<string, string>]> = [
    ['all', {}],
    ['all, by name', { sort: 'name' }],
    ['one kind', { kind: 'other-entrant' }],
    ['one category', { category: 'none' }],
    ['one category of a kind', { kind: 'other-entrant', category: 'hmt-foreign' }],
    ['under way', { state: 'in-review' }],
    ['returned', { state: 'returned' }],
    ['approved', { state: 'approved' }],
    ['verification failed', { checkState: 'verification-failed' }],
    ['checks passed', { checkState: 'passed' }],
  ];
  return [
    ...conditions.map(([what, query]) => ({ ...list, what, query: () => ({ ...query, pageSize: PAGE_SIZE }) })),
    { ...list, what: 'all, deep page', query: (index) => ({ page: 40 + (index % 10), pageSize: PAGE_SIZE }) },
    { ...list, what: 'all, last page that is reached', query: () => ({ page: 500, pageSize: PAGE_SIZE }) },
  ];
}

function ofOneSchool(person: Person, schools: ReadonlyArray<{ id: string }>): ListRequest[] {
  const query = (index: number) => ({ orgId: at(schools, index).id, pageSize: PAGE_SIZE });
  return [{ ...person, figure: 'query', what: 'of one school', path: '/api/registrations', query }];
}

function audit(person: Person, { acted, from, to }: Known): ListRequest[] {
  const list = { ...person, figure: 'audit' as const, path: '/api/audit-entries' };
  const days = { from, to, pageSize: PAGE_SIZE };
  return [
    { ...list, what: 'all', query: () => ({ pageSize: PAGE_SIZE }) },
    { ...list, what: 'all, deep page', query: (index) => ({ page: 40 + (index % 10), pageSize: PAGE_SIZE }) },
    { ...list, what: 'by action, 31 days', query: () => ({ ...days, what: '审核' }) },
    { ...list, what: 'by rare action, 31 days', query: () => ({ ...days, what: '提交学籍注册' }) },
    { ...list, what: 'by account', query: (index) => ({ account: at(acted, index).account, pageSize: PAGE_SIZE }) },
    { ...list, what: 'by subject', query: (index) => ({ subject: at(acted, index).subject, pageSize: PAGE_SIZE }) },
  ];
}
