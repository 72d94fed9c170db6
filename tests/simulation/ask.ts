import type Database from 'better-sqlite3';

/** Compiled once a connection: the observer asks the same questions after every step. */
const compiled = new WeakMap<Database.Database, Map<string, Database.Statement>>();

export function ask(db: Database.Database, sql: string): Database.Statement {
  const known = compiled.get(db) ?? new Map<string, Database.Statement>();
  compiled.set(db, known);
  const statement = known.get(sql) ?? db.prepare(sql);
  known.set(sql, statement);
  return statement;
}

/** What the observer has read lasts until the end of `work`: one snapshot, and one look at the write-ahead log. */
export function inOneSnapshot(db: Database.Database, work: () => void): void {
  ask(db, 'begin').run();
  try {
    work();
  } finally {
    ask(db, 'commit').run();
  }
}

/**
 * Whether the rows are others than the last time with the same memory. Their text is put together and compared whole:
 * that costs a fraction of reading them, and after most steps they are the same.
 */
export function hasChanged(
  db: Database.Database,
  memory: Map<string, string>,
  table: string,
  columns: string,
): boolean {
  const sql = `select coalesce(group_concat(row, char(10)), '') from (select json_array(${columns}) as row from ${table} order by 1)`;
  const text = ask(db, sql).pluck().get() as string;
  if (memory.get(table) === text) return false;
  memory.set(table, text);
  return true;
}
