import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HubDb } from '../../central/schema.ts';
import type { ProvinceDb } from '../../province-node/schema.ts';
import { dumpSchema } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';
import type { AnyDb } from '../../shared/db/tables-of.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { loadHub, loadProvince } from './load.ts';
import { demoOrgs, demoProvinces } from './orgs.ts';
import { registerThoseWhoWait, registerTheOthers } from './registering.ts';

describe('the demonstration', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(['37']);
  });
  afterAll(() => world.stop());

  const orgs = demoOrgs(demoProvinces[0]);

  test('has pupils of earlier years in their classes, with claims and summaries in the file of the hub', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xueji-demo-'));
    const place = {
      demo: demoProvinces[0],
      schools: orgs.filter(({ schoolCategory }) => schoolCategory === 'special-education').slice(0, 1),
      firstClaimNo: 1,
    };
    await loadHub(join(folder, 'hub'), [place]);
    await loadProvince(join(folder, 'p-37'), place);
    const province = openStore<ProvinceDb>(join(folder, 'p-37', 'node.db'));
    const hub = openStore<HubDb>(join(folder, 'hub', 'node.db'));
    const schema = await Promise.all([hub, province].map(({ read }) => dumpSchema(read as AnyDb)));
    const students = await province.read.selectFrom('student').selectAll().orderBy('id').execute();
    const told = await hub.read
      .selectFrom('national_record')
      .select(['studentId as id', 'studentNumber', 'claimNo', 'status'])
      .orderBy('studentId')
      .execute();
    const held = await hub.read
      .selectFrom('identity_claim')
      .select(['studentId as id', 'studentNumber', 'claimNo'])
      .orderBy('studentId')
      .execute();
    await Promise.all([province.close(), hub.close()]);
    rmSync(folder, { recursive: true });
    // Five years of primary school and three of junior school; and who left it this summer.
    expect(students).toHaveLength(9 * 9);
    expect(new Set(students.map(({ stage, cohort }) => `${stage} ${cohort}`)).size).toBe(9);
    const graduates = students.filter(({ status }) => status === 'graduated');
    expect(graduates.map(({ stage, cohort }) => `${stage} ${cohort}`)).toEqual(
      Array.from({ length: 9 }, () => 'junior 2023'),
    );
    expect(told).toEqual(
      students.map(({ id, studentNumber, claimNo, status }) => ({ id, studentNumber, claimNo, status })),
    );
    expect(held).toEqual(told.map(({ status: _status, ...claim }) => claim));
    const nodes = [world.hub, world.province('37')] as const;
    expect(schema).toEqual(await Promise.all(nodes.map(({ context }) => dumpSchema(context.store.read as AnyDb))));
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
