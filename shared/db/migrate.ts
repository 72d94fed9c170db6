import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { assert } from '../assert.ts';
import type { Store } from './store.ts';
import { tablesOf } from './tables-of.ts';

/** `name` is the file's: four-digit number and a phrase (`0003-transfer`). Forward only: the way back is a restore. */
export interface Migration {
  name: string;
  up(db: Kysely<any>): Promise<void>;
}

interface MigrationTables {
  migration: { position: number; name: string };
}

/**
 * Brings the database to the end of the list. Each migration is one decision together with its row in `migration`, so
 * that a crash leaves it done or not begun. A database that has a migration which the list does not have in that place
 * is refused: it was made by newer code, or somebody changed what had already been released.
 */
export async function migrate<Db>(store: Store<Db>, migrations: readonly Migration[]): Promise<void> {
  migrations.forEach(({ name }, index) => {
    const numbered = name.startsWith(`${String(index + 1).padStart(4, '0')}-`);
    assert(numbered, `migration ${name} stands at place ${index + 1}`);
  });
  await store.decide((tx) =>
    sql`create table if not exists migration (position integer primary key, name text not null) strict`.execute(tx),
  );
  const done = await tablesOf<MigrationTables>(store.read)
    .selectFrom('migration')
    .selectAll()
    .orderBy('position')
    .execute();
  for (const { position, name } of done) {
    const known = migrations[position - 1]?.name;
    if (known === undefined) throw new Error(`the database has migration ${name}, which this version does not know`);
    if (known !== name) throw new Error(`migration ${position} is ${name} in the database and ${known} in the code`);
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < done.length) continue;
    await store.decide(async (tx) => {
      await migration.up(tx);
      await tablesOf<MigrationTables>(tx)
        .insertInto('migration')
        .values({ position: index + 1, name: migration.name })
        .execute();
    });
  }
}

/** Every table, index and trigger as SQL text, in one order: compared with the committed `schema.sql`. */
export async function dumpSchema<Db>(db: Kysely<Db>): Promise<string> {
  const { rows } = await sql<{
    sql: string;
  }>`select sql from sqlite_schema where sql is not null and name not like 'sqlite_%'
    order by case type when 'table' then 0 when 'index' then 1 else 2 end, name`.execute(db);
  return rows.map((row) => `${row.sql.replace(/\s+/g, ' ')};\n`).join('');
}

/** Whether the database answers at all: what went wrong by its code, or undefined. For `/ready`. */
export async function faultOf<Db>(db: Kysely<Db>): Promise<string | undefined> {
  try {
    await tablesOf<MigrationTables>(db).selectFrom('migration').select('position').limit(1).execute();
    return undefined;
  } catch (error) {
    return `the database does not answer (${(error as { code?: string }).code ?? 'unknown'})`;
  }
}
