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

/** Rises with every commit of another connection. */
export function dataVersion(db: Database.Database): number {
  return (ask(db, 'pragma data_version').get() as { data_version: number }).data_version;
}
