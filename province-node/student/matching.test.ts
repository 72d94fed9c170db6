import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportStudents } from '../../contracts/student.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import type { Caller } from '../../shared/http/serve.ts';
import { noted } from '../../tests/world/query-plans.ts';
import { school } from '../../tests/world/registration.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { matchingStudents } from './matching.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(['37']);
}, 60_000);
afterAll(() => world.stop());

const orgs = demoOrgs(demoProvinces[0]);
const callerOf = (orgId: string): Caller => {
  const org = orgs.find(({ id }) => id === orgId)!;
  const role = org.level === 'school' ? ('school-head' as const) : ('bureau-registrar' as const);
  return { account: 'x', personName: 'x', role, org, sessionId: 'x' };
};

/** How the count and the page are answered. */
async function plansOf(orgId: string, conditions: object, sort?: string): Promise<string[]> {
  const { province, plans } = noted(world.province('37').context);
  const input = exportStudents.input.parse(conditions);
  await matchingStudents(province, callerOf(orgId), input, { page: 1, pageSize: 20, sort });
  const all = await plans('student');
  expect(all).not.toEqual([]);
  return all;
}

const province = '370000';
const [county, city] = [school.parentId!, '370100'];

test.each([
  [{}, undefined],
  [{ stage: 'senior' }, undefined],
  [{ status: 'enrolled', custody: 'active', problem: 'no', assigned: 'yes' }, undefined],
  [{}, 'name'],
])('P7 a province’s %j by %s is read from one index in its order', async (conditions, sort) => {
  for (const plan of await plansOf(province, conditions, sort)) expect(plan).toMatch(/USING COVERING INDEX student_/);
});

test.each([
  ['custody', { custody: 'sealed', stage: 'primary' }, 'student_custody'],
  ['custody', { custody: 'moved-out', cohort: '2024' }, 'student_custody'],
  ['problem', { problem: 'yes', status: 'suspended' }, 'student_problem'],
  ['class', { assigned: 'no', status: 'enrolled' }, 'student_unassigned'],
  ['status', { status: 'suspended', cohort: '2024' }, 'student_status'],
  ['grade', { stage: 'junior', cohort: '2024' }, 'student_grade'],
  ['grade', { cohort: '1996' }, 'student_grade'],
  ['name', { name: '王浩', cohort: '2024' }, 'student_name'],
])('P7 in a province the few of a %s are read from an index of theirs alone: %j', async (_, conditions, index) => {
  for (const plan of await plansOf(province, conditions))
    if (!plan.includes('TEMP B-TREE'))
      expect(plan).toMatch(new RegExp(`^SEARCH student USING COVERING INDEX ${index} `));
});

test.each([{ studentNumber: 'G370102202001011234' }, { idNumber: '370102202001011234' }])(
  'P7 a province’s %j is searched by the number',
  async (conditions) => {
    for (const plan of await plansOf(province, conditions))
      if (!plan.includes('TEMP B-TREE'))
        expect(plan).toMatch(/^SEARCH student USING INDEX student_(number|fingerprint) /);
  },
);

test.each([
  ['a school', school.id, { cohort: '2024', stage: 'primary', classNo: '3' }],
  ['a school', school.id, { name: '王' }],
  ['a county', county, { classNo: '3' }],
  ['a county', county, { status: 'suspended' }],
  ['a city', city, { cohort: '2024' }],
])('P7 the list of %s goes by its schools, from the index alone', async (_, orgId, conditions) => {
  for (const plan of await plansOf(orgId, conditions))
    if (!plan.includes('TEMP B-TREE')) expect(plan).toMatch(/^SEARCH student USING COVERING INDEX student_school /);
});

test.each([
  ['a county', county, { custody: 'sealed' }, 'student_custody'],
  ['a city', city, { assigned: 'no' }, 'student_unassigned'],
  ['a city', city, { name: '王浩' }, 'student_name'],
])('P7 in %s the few are read from their index', async (_, orgId, conditions, index) => {
  for (const plan of await plansOf(orgId, conditions))
    if (!plan.includes('TEMP B-TREE'))
      expect(plan).toMatch(new RegExp(`^SEARCH student USING COVERING INDEX ${index} `));
});
