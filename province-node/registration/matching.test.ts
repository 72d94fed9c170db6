import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
import { listRegistrations, listWaitingRegistrations } from '../../contracts/registration.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import type { Caller } from '../../shared/http/serve.ts';
import { school, secondSchool } from '../../tests/world/registration.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { matchingIds, waitingIds } from './matching.ts';

let world: World;
/** The statements of one query, as `explain query plan` tells them. */
let statements: { sql: string; parameters: readonly unknown[] }[];
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

/** Province's context whose reads are noted. */
function noted() {
  const { context } = world.province('37');
  statements = [];
  const read = context.store.read.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => result,
  });
  const executor = read.getExecutor();
  const compile = executor.compileQuery.bind(executor);
  executor.compileQuery = ((...args: Parameters<typeof compile>) => {
    const compiled = compile(...args);
    statements.push({ sql: compiled.sql, parameters: compiled.parameters });
    return compiled;
  }) as typeof compile;
  return { ...context, store: { ...context.store, read } };
}

async function ids(orgId: string, conditions: object = {}): Promise<string[]> {
  const input = listRegistrations.input.parse(conditions);
  return (await matchingIds(noted(), callerOf(orgId), input)).rows.map(({ id }) => id);
}

async function plans(): Promise<string[]> {
  const { read } = world.province('37').context.store;
  const details: string[] = [];
  for (const { sql: text, parameters } of statements) {
    const parts = text.split('?');
    const bound = sql.join(
      parts.map((part, at) => (at < parameters.length ? sql`${sql.raw(part)}${parameters[at]}` : sql.raw(part))),
      sql.raw(''),
    );
    const { rows } = await sql<{ detail: string }>`explain query plan ${bound}`.execute(read);
    details.push(...rows.map((row) => row.detail));
  }
  return details;
}

const wide = [{}, { kind: 'primary-entrant', category: 'resident' }, { sort: 'name' }, { checkState: 'passed' }];
const few = [{ state: 'returned' }, { state: 'in-review' }, { checkState: 'dedup-failed' }, { state: 'ended' }];

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

test('P7 a school’s and a county’s lists go by their schools', async () => {
  for (const orgId of [school.id, school.parentId!]) {
    await ids(orgId, { name: '王', checkState: 'passed' });
    const all = (await plans()).filter((plan) => plan.includes('registration'));
    for (const plan of all) expect(plan).toMatch(/^SEARCH registration USING (COVERING )?INDEX registration_school/);
  }
});

test('P7 what waits is counted and paged from the inbox’s index', async () => {
  const input = listWaitingRegistrations.input.parse({ act: 'review', kind: 'primary-entrant' });
  await waitingIds(noted(), callerOf(school.parentId!), 'review', input);
  const all = (await plans()).filter((plan) => plan.includes('application'));
  expect(all).not.toEqual([]);
  for (const plan of all) expect(plan).toMatch(/USING COVERING INDEX application_turn/);
});

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
