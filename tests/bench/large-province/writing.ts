import type Database from 'better-sqlite3';
import type { BulkValue } from '../../../shared/db/bulk.ts';
import type { ProvinceDb } from '../../../province-node/schema.ts';

/** One prepared insert, row after row, past the query builder: millions of rows in a minute. */
export function inserter<Table extends keyof ProvinceDb, Column extends keyof ProvinceDb[Table] & string>(
  db: Database.Database,
  table: Table,
  columns: readonly Column[],
): (row: Record<Column, BulkValue>) => void {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const statement = db.prepare(`insert into "${table}" (${names}) values (${columns.map(() => '?').join(', ')})`);
  return (row) => void statement.run(columns.map((column) => row[column]));
}

/** Ids in the form of the node's own, each after the one before, so that every index on them is written at its end. */
export function risingIds(): () => string {
  let made = FIRST_MS * IDS_PER_MS;
  return () => {
    made++;
    const time = Math.floor(made / IDS_PER_MS)
      .toString(16)
      .padStart(12, '0');
    const counter = (made % IDS_PER_MS).toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-8000-000000000000`;
  };
}

const FIRST_MS = Date.UTC(2015, 8, 1);
const IDS_PER_MS = 4_096;
