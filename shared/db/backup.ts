import Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { dialect } from './sqlite.ts';

/** All that there is: between two steps another process may commit, and SQLite would begin the copy anew. */
const PAGES_A_STEP = 0x7fff_ffff;

/**
 * Copies what is committed in the database at `from`, whoever else has it open: SQLite's online backup, over a connection that
 * only reads. The copy is one file without a log beside it, so that its hash says all of it.
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const source = new Database(from, { readonly: true, fileMustExist: true });
  try {
    source.pragma('busy_timeout = 5000');
    await source.backup(to, { progress: () => PAGES_A_STEP });
  } finally {
    source.close();
  }
  const copy = new Database(to);
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

/** A copy that is only looked at: nothing is written, in it or beside it. */
export interface BackupFile<Db> {
  read: Kysely<Db>;
  /** What SQLite itself finds wrong: damaged pages, indexes that do not fit, references to nothing. */
  damages(): string[];
  close(): Promise<void>;
}

export function openBackup<Db>(file: string): BackupFile<Db> {
  const handle = new Database(file, { readonly: true, fileMustExist: true });
  const read = new Kysely<Db>({ dialect: dialect(handle, { ms: Infinity, startedAt: 0 }) });
  return {
    read,
    damages() {
      const found = handle.pragma('integrity_check(20)') as Array<{ integrity_check: string }>;
      const damaged = found.map((row) => row.integrity_check).filter((text) => text !== 'ok');
      const dangling = handle.pragma('foreign_key_check') as Array<{ table: string; rowid: number }>;
      return [...damaged, ...dangling.map(({ table, rowid }) => `row ${rowid} of ${table} refers to nothing`)];
    },
    close: () => read.destroy(),
  };
}
