import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ProvinceDb } from '../../../province-node/schema.ts';
import { verifyAudit } from '../../../shared/audit/audit.ts';
import { openStore } from '../../../shared/db/store.ts';
import { largeProvince, sizesOf } from './database.ts';
import { LARGE_COUNTY } from './orgs.ts';

const sizes = sizesOf(20_000);
let folder: string;
let file: string;
let db: Database.Database;
const rows = <Row>(sql: string): Row[] => db.prepare<[], Row>(sql).all();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xueji-large-province-'));
  vi.stubEnv('TMPDIR', folder);
  ({ file } = await largeProvince(sizes, '5a'.repeat(32), false));
  db = new Database(file, { readonly: true });
}, 120_000);
afterAll(() => {
  vi.unstubAllEnvs();
  db.close();
  rmSync(folder, { recursive: true });
});

test('the data have the size that was asked for, in every state', () => {
  const count = (table: string): number => rows<{ total: number }>(`select count(*) as total from ${table}`)[0]!.total;
  expect(count('org') - sizes.schools).toBeGreaterThan(100);
  expect(count('registration')).toBe(sizes.underWay + sizes.registered);
  expect(count('audit_entry')).toBe(sizes.auditEntries);
  expect(Math.abs(count('student') - sizes.pupils)).toBeLessThan(sizes.pupils / 100);
  const states = rows<{ state: string }>(`select distinct state from registration order by state`);
  expect(states.map(({ state }) => state)).toEqual(['approved', 'ended', 'in-review', 'returned']);
  const waiting = rows<{ total: number }>(
    `select count(*) as total from application where "turnOrgId" = '${LARGE_COUNTY}' and "groupKey" = 'resident'
     and kind = 'primary-entrant'`,
  );
  expect(waiting[0]!.total).toBe(sizes.waitingForLargeCounty);
});

test('they are what the node itself would have written', async () => {
  expect(rows('pragma foreign_key_check')).toEqual([]);
  expect(rows('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const apart = `select r.id from registration r join application a on a.id = r.id
    where r.state <> a.state or (r."openFingerprint" is not null and r.state <> 'in-review')
      or (r.state = 'approved') <> (r."studentNumber" is not null)
      or a.revision <> (select max(ordinal) from application_step where "applicationId" = a.id)`;
  expect(rows(apart)).toEqual([]);
  const store = openStore<ProvinceDb>(file);
  expect(await verifyAudit(store.read)).toMatchObject({ entries: sizes.auditEntries, firstBroken: null });
  await store.close();
});
