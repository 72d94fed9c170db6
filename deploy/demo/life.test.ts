import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { enrolEarlierYears } from './enrolled.ts';
import { demoOrgs, demoProvinces } from './orgs.ts';
import { registerThoseWhoWait, registerTheOthers } from './registering.ts';

describe('the demonstration', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(['37']);
  });
  afterAll(() => world.stop());

  const orgs = demoOrgs(demoProvinces[0]);

  test('has pupils of earlier years in their classes, with claims and summaries at the hub; a second time makes nothing', async () => {
    const school = orgs.find(({ schoolCategory }) => schoolCategory === 'special-education')!;
    const { hub } = world;
    const { context: province } = world.province('37');
    await enrolEarlierYears(hub.context, province, school, new Set());
    await enrolEarlierYears(hub.context, province, school, new Set());
    const students = await province.store.read.selectFrom('student').selectAll().orderBy('id').execute();
    // Five years of primary school and three of junior school.
    expect(students).toHaveLength(8 * 9);
    expect(new Set(students.map(({ stage, cohort }) => `${stage} ${cohort}`)).size).toBe(8);
    const told = await hub.context.store.read
      .selectFrom('national_record')
      .select(['studentId as id', 'studentNumber', 'claimNo'])
      .orderBy('studentId')
      .execute();
    expect(told).toEqual(students.map(({ id, studentNumber, claimNo }) => ({ id, studentNumber, claimNo })));
    const held = await hub.context.store.read
      .selectFrom('identity_claim')
      .select(['studentId as id', 'studentNumber', 'claimNo'])
      .orderBy('studentId')
      .execute();
    expect(held).toEqual(told);
  });

  test('has registrations in every state that its people leave them in', async () => {
    const node = world.province('37');
    const place = { node, county: demoProvinces[0].counties[0], schools: orgs };
    await Promise.all([registerThoseWhoWait(place, []), registerTheOthers(place)]);
    const states = await node.context.store.read
      .selectFrom('registration')
      .innerJoin('application', 'application.id', 'registration.id')
      .select(['application.state', 'turnAct', ({ fn }) => fn.countAll<number>().as('count')])
      .groupBy(['application.state', 'turnAct'])
      .orderBy('application.state')
      .execute();
    expect(states.map(({ state }) => state)).toEqual(expect.arrayContaining(['approved', 'in-review', 'returned']));
    const imports = await node.context.store.read
      .selectFrom('registration_import')
      .select('state')
      .distinct()
      .execute();
    expect(imports.map(({ state }) => state).toSorted()).toEqual(['has-errors', 'ready', 'submitted']);
  }, 150_000);
});
