import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { ROWS_REACHABLE_MAX } from '../../contracts/core/page.ts';
import { listRegistrations, listWaitingRegistrations } from '../../contracts/registration.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import type { Caller } from '../../shared/http/serve.ts';
import { noted } from '../../tests/world/query-plans.ts';
import type { NotedProvince } from '../../tests/world/query-plans.ts';
import { school, secondSchool } from '../../tests/world/registration.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { matchingIds, waitingIds } from './matching.ts';

let world: World;
/** The province as the last query found it. */
let asked: NotedProvince;
beforeAll(async () => {
  world = await openWorld(['37']);
  await seed();
}, 60_000);
afterAll(() => world.stop());

const orgs = demoOrgs(demoProvinces[0]);
const callerOf = (orgId: string): Caller => {
  const org = orgs.find(({ id }) => id === orgId)!;
  const role = org.level === 'school' ? ('school-head' as const) : ('bureau-registrar' as const);
  return { account: 'x', personName: 'x', role, org, sessionId: 'x' };
};

function asking(): NotedProvince['province'] {
  asked = noted(world.province('37').context);
  return asked.province;
}

async function ids(orgId: string, conditions: object = {}): Promise<string[]> {
  const input = listRegistrations.input.parse(conditions);
  return (await matchingIds(asking(), callerOf(orgId), input)).rows.map(({ id }) => id);
}

const plans = (): Promise<string[]> => asked.plans('');

const wide = [{}, { kind: 'primary-entrant', category: 'resident' }, { sort: 'name' }, { checkState: 'passed' }];
const few = [
  { state: 'returned' },
  { state: 'in-review' },
  { checkState: 'dedup-failed' },
  { state: 'ended' },
  { category: 'none' },
  { kind: 'other-entrant', category: 'hmt-foreign', state: 'approved' },
];

test.each([...wide, ...few])(
  'P7 a province’s %j is read from one index in its order, without the forms',
  async (of) => {
    await ids('370000', of);
    const all = await plans();
    expect(all.filter((plan) => plan.includes('registration'))).not.toEqual([]);
    for (const plan of all) {
      expect(plan).not.toMatch(/TEMP B-TREE/);
      if (plan.includes('registration')) expect(plan).toMatch(/USING COVERING INDEX registration_/);
    }
  },
);

test.each([{ name: '王浩' }, { idNumber: '370102202001011234' }, { importId: 'a' }])(
  'P7 a province’s %j is searched, not scanned',
  async (of) => {
    await ids('370000', of);
    const all = (await plans()).filter((plan) => plan.includes('registration'));
    expect(all).not.toEqual([]);
    for (const plan of all) expect(plan).toMatch(/^SEARCH registration USING (COVERING )?INDEX registration_/);
  },
);

test.each([
  ['checkState', { checkState: 'verification-failed', state: 'in-review' }, 'registration_check'],
  ['category', { category: 'none', kind: 'other-entrant' }, 'registration_category'],
  ['state', { state: 'returned', kind: 'other-entrant' }, 'registration_state'],
  ['kind', { kind: 'other-entrant', checkState: 'passed' }, 'registration_kind'],
])('P7 in a province the few of a %s are read from an index of theirs alone', async (_, of, index) => {
  await ids('370000', of);
  for (const plan of (await plans()).filter((one) => one.includes('registration')))
    expect(plan).toMatch(new RegExp(`^SEARCH registration USING COVERING INDEX ${index} `));
});

test('P7 the lists of a school, a county and a city go by their schools, from the index alone', async () => {
  for (const orgId of [school.id, school.parentId!, '370100']) {
    await ids(orgId, { checkState: 'passed', kind: 'primary-entrant' });
    const all = (await plans()).filter((plan) => plan.includes('registration'));
    for (const plan of all) expect(plan).toMatch(/^SEARCH registration USING COVERING INDEX registration_school/);
  }
});

test.each([
  ['of a school', school.id, '王', 'registration_school'],
  ['in a county by one letter', school.parentId!, '王', 'registration_school'],
  ['in a county', school.parentId!, '王浩', 'registration_name'],
  ['in a city', '370100', '王浩', 'registration_name'],
])('P7 names %s are searched in one index', async (_, orgId, name, index) => {
  await ids(orgId, { name });
  for (const plan of (await plans()).filter((one) => one.includes('registration')))
    expect(plan).toMatch(new RegExp(`^SEARCH registration USING COVERING INDEX ${index} `));
});

test('P7 where more is selected than is counted, the page of an area is read in its order', async () => {
  const { context } = world.province('37');
  const at = '2026-08-01T00:00:00.000Z';
  const own = ['id', 'studentId', 'createdAt'];
  const more = (table: string, columns: string): RawBuilder<unknown> => {
    const copied = columns
      .split(' ')
      .map((name) => (own.includes(name) ? (name === 'createdAt' ? `'${at}'` : `id || serial`) : `"${name}"`));
    return sql`insert into ${sql.table(table)} (${sql.raw(
      columns
        .split(' ')
        .map((name) => `"${name}"`)
        .join(', '),
    )})
      with recursive more(serial) as (select 1 union all select serial + 1 from more where serial < ${ROWS_REACHABLE_MAX})
      select ${sql.raw(copied.join(', '))} from ${sql.table(table)}, more where id = 'r1'`;
  };
  await context.store.decide(async (tx) => {
    await more(
      'application',
      'id kind subject orgId groupKey state revision chain position turnSince createdBy createdAt',
    ).execute(tx);
    await more(
      'registration',
      'id kind category schoolId studentId name sex birthDate idType idNumberMasked stage cohort classNo checkState createdAt state',
    ).execute(tx);
  });
  const input = listRegistrations.input.parse({ pageSize: 3 });
  const page = await matchingIds(asking(), callerOf(school.parentId!), input);
  expect(page.total).toBe(ROWS_REACHABLE_MAX);
  expect(page.rows.map(({ id }) => id)).toEqual(['r3', 'r2', 'r1']);
  expect((await plans()).filter((plan) => plan.includes('registration')).at(-1)).toMatch(
    /^SCAN registration USING COVERING INDEX registration_time/,
  );
  await context.store.decide(async (tx) => {
    await tx.deleteFrom('registration').where('createdAt', '=', at).execute();
    await tx.deleteFrom('application').where('createdAt', '=', at).execute();
  });
});

test('P7 what waits is counted and paged from the inbox’s index', async () => {
  const input = listWaitingRegistrations.input.parse({ act: 'review', kind: 'primary-entrant' });
  await waitingIds(asking(), callerOf(school.parentId!), 'review', input);
  const all = (await plans()).filter((plan) => plan.includes('application'));
  expect(all).not.toEqual([]);
  for (const plan of all) expect(plan).toMatch(/USING COVERING INDEX application_turn/);
});

test.each([{ sort: 'name' }, { checkState: 'passed' }, { checkState: 'dedup-failed', sort: '-name' }])(
  'P7 what waits for a bureau, %j, is read from the index of what is under way, school by school',
  async (of) => {
    const { store } = world.province('37').context;
    const turn = { turnOrgId: school.parentId!, turnRole: 'bureau-registrar', turnAct: 'review' } as const;
    await store.decide((tx) => tx.updateTable('application').set(turn).where('state', '=', 'in-review').execute());
    const input = listWaitingRegistrations.input.parse({ act: 'review', kind: 'primary-entrant', ...of });
    const { rows, total } = await waitingIds(asking(), callerOf(school.parentId!), 'review', input);
    const expected = { passed: ['r1'], 'dedup-failed': ['r3'], all: ['r3', 'r1'] }[of.checkState ?? 'all'];
    expect({ ids: rows.map(({ id }) => id), total }).toEqual({ ids: expected, total: expected?.length });
    const all = (await plans()).filter((plan) => plan.includes('registration'));
    expect(all).not.toEqual([]);
    for (const plan of all)
      expect(plan).toMatch(
        /^SEARCH registration USING COVERING INDEX registration_under_way \(schoolId=\? AND id=\?\)/,
      );
  },
);

test('1.15 conditions select what they say, and nobody looks beyond their own area', async () => {
  expect(await ids('370000')).toEqual(['r3', 'r2', 'r1']);
  expect(await ids('370000', { sort: 'name' })).toEqual(['r2', 'r3', 'r1']);
  expect(await ids('370000', { state: 'returned' })).toEqual(['r2']);
  expect(await ids('370000', { checkState: 'dedup-failed' })).toEqual(['r3']);
  expect(await ids('370000', { checkState: 'passed', state: 'in-review' })).toEqual(['r1']);
  expect(await ids('370000', { name: '王浩' })).toEqual(['r3', 'r1']);
  expect(await ids('370000', { orgId: secondSchool.id })).toEqual(['r3']);
  expect(await ids(school.id)).toEqual(['r2', 'r1']);
  expect(await ids(school.id, { name: '王' })).toEqual(['r1']);
  expect(await ids(school.id, { orgId: secondSchool.id })).toEqual([]);
  expect(await ids(school.id, { orgId: '370000' })).toEqual([]);
  expect(await ids('370200')).toEqual([]);
  await expect(ids('370000', { name: '王' })).rejects.toMatchObject({ code: 'invalid-input' });
});

async function seed(): Promise<void> {
  const rows = [
    ['r1', school.id, '王浩然', 'in-review', 'passed'],
    ['r2', school.id, '李明', 'returned', 'passed'],
    ['r3', secondSchool.id, '王浩', 'in-review', 'dedup-failed'],
  ] as const;
  await world.province('37').context.store.decide(async (tx) => {
    for (const [id, schoolId, name, state, checkState] of rows) {
      const at = `2026-09-0${id.slice(1)}T00:00:00.000Z`;
      const application = { id, subject: id, orgId: schoolId, groupKey: 'resident', state, revision: 1, chain: '[]' };
      const turn = { position: 0, turnOrgId: null, turnRole: null, turnAct: null, turnSince: at, blocked: null };
      await tx
        .insertInto('application')
        .values({ ...application, ...turn, kind: 'primary-entrant', createdBy: 'x', createdAt: at })
        .execute();
      const pupil = { name, sex: '1', birthDate: '2020-01-01', idType: '1', idNumberMasked: '', cohort: 2026 };
      const nothing = { openFingerprint: null, idFingerprint: null, checkedAt: null, claimNo: null, holder: null };
      const place = { schoolId, stage: 'primary', classNo: '01', verification: null, studentNumber: null };
      const kinds = { kind: 'primary-entrant', category: 'resident' } as const;
      const own = { id, studentId: id, importId: null, state, checkState, createdAt: at };
      await tx
        .insertInto('registration')
        .values({ ...pupil, ...nothing, ...place, ...kinds, ...own })
        .execute();
    }
  });
}
