import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';
import { insertOrgs } from '../../shared/org/table.ts';
import { migrations } from '../migrations/index.ts';
import type { ProvinceDb } from '../schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'xueji-problems-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a problem record of before becomes a group of one, under its own id, that the hub is still to be told of', async () => {
  const store = openStore<ProvinceDb>(join(folder, 'node.db'));
  const before = migrations.findIndex(({ name }) => name.endsWith('-problem-records'));
  await migrate(store, migrations.slice(0, before));
  const orgs = demoOrgs(demoProvinces[0]);
  const school = orgs.find(({ level }) => level === 'school')!.id;
  await store.decide(async (tx) => {
    await insertOrgs(tx, orgs);
    for (const [id, state] of [
      ['one', 'open'],
      ['two', 'closed'],
    ]) {
      await sql`insert into student ("id", "studentNumber", "name", "sex", "birthDate", "idType", "idCategory",
        "idNumberMasked", "schoolId", "stage", "cohort", "classNo", "status", "problem", "claimNo", "version", "createdAt",
        "changedAt") values (${id}, ${id}, '张三', '1', '2015-01-01', '1', 'resident', '', ${school}, 'primary', 2022, '01',
        'enrolled', 1, 7, 1, '2022-09-01T00:00:00.000Z', '2022-09-01T00:00:00.000Z')`.execute(tx);
      await sql`insert into problem_record values (${`p-${id}`}, ${id}, ${school}, 'name-mismatch', 'new', ${state},
        '2026-09-01T00:00:00.000Z')`.execute(tx);
    }
  });
  await migrate(store, migrations);
  const groups = await store.read.selectFrom('problem_group').selectAll().orderBy('id').execute();
  expect(groups).toMatchObject([
    { id: 'p-one', owner: 'p-37', state: 'open', turnRecordId: 'p-one', turnSchoolId: school, toldRevision: 0 },
    { id: 'p-two', owner: 'p-37', state: 'closed', turnRecordId: null, closedAt: '2026-09-01T00:00:00.000Z' },
  ]);
  const records = await store.read.selectFrom('problem_record').selectAll().orderBy('id').execute();
  expect(records).toMatchObject([
    { id: 'p-one', groupId: 'p-one', studentId: 'one', province: 'p-37', claimNo: 7, state: 'waiting' },
    { id: 'p-two', state: 'cleared' },
  ]);
  await store.close();
});
