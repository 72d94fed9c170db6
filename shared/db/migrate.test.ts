import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dumpSchema, migrate } from './migrate.ts';
import type { Migration } from './migrate.ts';
import { openStore } from './store.ts';
import type { Store } from './store.ts';

let folder: string;
let store: Store<object>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xueji-migrate-'));
  store = openStore(join(folder, 'node.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const table = (name: string, created: string): Migration => ({
  name,
  up: async (db) => {
    await sql.raw(`create table ${created} (id   text) strict`).execute(db);
  },
});
const first = table('0001-apples', 'apple');
const second = table('0002-pears', 'pear');
const migrationTable = 'CREATE TABLE migration (position integer primary key, name text not null) strict;\n';

test('each migration runs once, in order, also when more come later', async () => {
  await migrate(store, [first]);
  await migrate(store, [first, second]);
  await migrate(store, [first, second]);
  expect(await dumpSchema(store.read)).toBe(
    `CREATE TABLE apple (id text) strict;\n${migrationTable}CREATE TABLE pear (id text) strict;\n`,
  );
});

test('one that fails leaves nothing, and the ones before it stand', async () => {
  const broken: Migration = {
    name: '0002-pears',
    async up(db) {
      await second.up(db);
      throw new Error('half way');
    },
  };
  await expect(migrate(store, [first, broken])).rejects.toThrow('half way');
  expect(await dumpSchema(store.read)).not.toContain('pear');
  await migrate(store, [first, second]);
  expect(await dumpSchema(store.read)).toContain('pear');
});

test('a database newer than the code is refused', async () => {
  await migrate(store, [first, second]);
  await expect(migrate(store, [first])).rejects.toThrow('the database has migration 0002-pears');
});

test('a released migration that was renamed or put elsewhere is refused', async () => {
  await migrate(store, [first]);
  const renamed = table('0001-plums', 'plum');
  await expect(migrate(store, [renamed])).rejects.toThrow('migration 1 is 0001-apples in the database');
});

test('the list is numbered from 1 without a gap', async () => {
  await expect(migrate(store, [second])).rejects.toThrow('stands at place 1');
  await expect(migrate(store, [first, first])).rejects.toThrow('stands at place 2');
});
