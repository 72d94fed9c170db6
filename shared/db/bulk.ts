import type Database from 'better-sqlite3';
import { breathe, rawHandle } from './decision.ts';
import type { Tx } from './store.ts';

/**
 * Thousands of rows in one decision, at the cost of the B-tree alone: one prepared statement run row by row, which
 * SQLite in the same process answers in about a microsecond, where a query builder takes thirty. When that has taken a
 * while, the event loop turns between two rows. Table and column names come from the code, never from a message. Rows
 * that arrive sorted by their key are the fastest.
 */
export type BulkValue = string | number | bigint | Uint8Array | null;

/** Statements live as long as their connection; SQLite compiles each once. */
const prepared = new WeakMap<Database.Database, Map<string, Database.Statement>>();

/** Inserts every row; a conflict is an error and rolls the decision back. */
export async function insertRows<Db, Table extends keyof Db & string>(
  tx: Tx<Db>,
  table: Table,
  columns: ReadonlyArray<keyof Db[Table] & string>,
  rows: ReadonlyArray<readonly BulkValue[]>,
): Promise<void> {
  const statement = statementOf(tx, insertInto(table, columns));
  await runEach(tx, statement, rows);
}

/**
 * Inserts the rows whose `unique` column is not taken yet, by the table or by an earlier row, and answers for each
 * whether it was inserted. The unique index decides; any other broken constraint is an error.
 */
export async function insertIgnoring<Db, Table extends keyof Db & string>(
  tx: Tx<Db>,
  table: Table,
  unique: keyof Db[Table] & string,
  columns: ReadonlyArray<keyof Db[Table] & string>,
  rows: ReadonlyArray<readonly BulkValue[]>,
): Promise<boolean[]> {
  return runEach(tx, statementOf(tx, `${insertInto(table, columns)} on conflict ("${unique}") do nothing`), rows);
}

/**
 * Inserts each row, or overwrites the one with the same `key` when the new one's `version` is higher; answers for each
 * whether it was written.
 */
export async function upsertNewer<Db, Table extends keyof Db & string>(
  tx: Tx<Db>,
  table: Table,
  by: { key: keyof Db[Table] & string; version: keyof Db[Table] & string },
  columns: ReadonlyArray<keyof Db[Table] & string>,
  rows: ReadonlyArray<readonly BulkValue[]>,
): Promise<boolean[]> {
  const { key, version } = by;
  return upsert(tx, table, key, columns, rows, `excluded."${version}" > "${table}"."${version}"`);
}

/** Inserts each row, or overwrites the one with the same `key` unless its `owner` is another; answers for each whether it was written. */
export async function upsertOwn<Db, Table extends keyof Db & string>(
  tx: Tx<Db>,
  table: Table,
  by: { key: keyof Db[Table] & string; owner: keyof Db[Table] & string },
  columns: ReadonlyArray<keyof Db[Table] & string>,
  rows: ReadonlyArray<readonly BulkValue[]>,
): Promise<boolean[]> {
  const { key, owner } = by;
  return upsert(tx, table, key, columns, rows, `excluded."${owner}" = "${table}"."${owner}"`);
}

async function upsert(
  tx: object,
  table: string,
  key: string,
  columns: readonly string[],
  rows: ReadonlyArray<readonly BulkValue[]>,
  condition: string,
): Promise<boolean[]> {
  const sets = columns.filter((column) => column !== key).map((column) => `"${column}" = excluded."${column}"`);
  const insert = insertInto(table, columns);
  const sql = `${insert} on conflict ("${key}") do update set ${sets.join(', ')} where ${condition}`;
  return runEach(tx, statementOf(tx, sql), rows);
}

/** Sets `columns` of the row whose `key` is the last value of each given row. */
export async function updateRows<Db, Table extends keyof Db & string>(
  tx: Tx<Db>,
  table: Table,
  key: keyof Db[Table] & string,
  columns: ReadonlyArray<keyof Db[Table] & string>,
  rows: ReadonlyArray<readonly BulkValue[]>,
): Promise<void> {
  const sets = columns.map((column) => `"${column}" = ?`);
  const statement = statementOf(tx, `update "${table}" set ${sets.join(', ')} where "${key}" = ?`);
  await runEach(tx, statement, rows);
}

/**
 * One statement of a hot path, with the rows it answers: where building the query anew for every message takes longer
 * than running it. Standard SQL with `?`, its text from the code.
 */
export async function runSql<Row>(tx: object, sql: string, values: readonly BulkValue[]): Promise<Row[]> {
  const statement = statementOf(tx, sql);
  if (statement.reader) return statement.all(...values) as Row[];
  statement.run(...values);
  return [];
}

/** Rows between two looks at the clock. */
const ROWS_PER_LOOK = 32;

/** Runs the statement for each row; answers for each whether it changed anything. */
async function runEach(
  tx: object,
  statement: Database.Statement,
  rows: ReadonlyArray<readonly BulkValue[]>,
): Promise<boolean[]> {
  const changed: boolean[] = [];
  for (const row of rows) {
    changed.push(statement.run(...row).changes === 1);
    if (changed.length % ROWS_PER_LOOK === 0) await breathe(tx);
  }
  return changed;
}

function insertInto(table: string, columns: readonly string[]): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  return `insert into "${table}" (${names}) values (${columns.map(() => '?').join(', ')})`;
}

/** The statement `sql`, compiled once per connection. For the hot paths in shared; answers in microseconds. */
export function statementOf(tx: object, sql: string): Database.Statement {
  const handle = rawHandle(tx);
  const known = prepared.get(handle) ?? new Map<string, Database.Statement>();
  prepared.set(handle, known);
  const statement = known.get(sql) ?? handle.prepare(sql);
  known.set(sql, statement);
  return statement;
}
