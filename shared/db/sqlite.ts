import Database from 'better-sqlite3';
import { CompiledQuery, SqliteAdapter, SqliteDialect, SqliteDriver } from 'kysely';
import type { DatabaseConnection, QueryResult, SqliteDatabase, SqliteDialectConfig } from 'kysely';
import { assert } from '../assert.ts';
import { afterThisTurn, wholeTurn } from '../clock.ts';

/** Pages of WAL at which a commit itself writes them back: only when checkpoint.ts cannot keep up. Above its `LOG_PAGES_MAX`. */
const WAL_PAGES_MAX = 64_000;

/**
 * SQLite answers in this thread: a long decision would hold up every request. After this much work it lets the event
 * loop turn once, between two statements.
 */
export const SLICE_MS = 8;

const READ_CACHE_KIB = 65_536;
/**
 * With little of it, what a long decision writes goes out bit by bit, not all of it in the commit; with less, pages that went out are
 * written again, for which the commit computes checksums anew (docs/MEASUREMENTS.md).
 */
const WRITE_CACHE_KIB = 12_288;
/** As much as SQLite takes. */
const MAPPED_BYTES = 2_147_418_112;

/** What the connection that writes may be given. */
export interface WriteSettings {
  /** Page cache, KiB: large where decisions are short and write all over a large table. */
  writeCacheKib?: number;
  /**
   * It reads the first two gigabytes of the database file where the system has them, instead of copying each page: for decisions
   * whose pages are all over a large index. A disk that cannot be read then ends the process.
   */
  isMapped?: boolean;
}

/** A connection with the settings the invariants stand on, each read back. */
export function openHandle(
  file: string,
  readonly: boolean,
  { writeCacheKib = WRITE_CACHE_KIB, isMapped = false }: WriteSettings = {},
): Database.Database {
  const handle = new Database(file, { readonly });
  handle.pragma('busy_timeout = 5000');
  if (!readonly) {
    handle.pragma('journal_mode = WAL');
    handle.pragma('foreign_keys = ON');
    handle.pragma(`wal_autocheckpoint = ${WAL_PAGES_MAX}`);
  }
  // better-sqlite3 reopens WAL files at NORMAL: an acknowledged message could vanish at power loss.
  handle.pragma('synchronous = FULL');
  handle.pragma(`cache_size = -${readonly ? READ_CACHE_KIB : writeCacheKib}`);
  if (isMapped) handle.pragma(`mmap_size = ${MAPPED_BYTES}`);
  // In memory the journal of every statement is a list that is walked from its beginning: in long decisions with triggers
  // that is most of the time.
  if (readonly) handle.pragma('temp_store = MEMORY');
  assert(handle.pragma('synchronous', { simple: true }) === 2, 'synchronous is not FULL');
  assert(handle.pragma('journal_mode', { simple: true }) === 'wal', 'journal_mode is not WAL');
  if (!readonly) assert(handle.pragma('foreign_keys', { simple: true }) === 1, 'foreign_keys is off');
  return handle;
}

/** How long the work of a store has held the event loop: since when in this turn of it, if at all. */
export interface Slice {
  readonly ms: number;
  startedAt: number | undefined;
}

/** Many short decisions in a row hold the event loop as one long one does: what counts is when it last turned. */
export function beginSlice(slice: Slice): number {
  if (slice.startedAt === undefined && slice.ms !== Infinity) afterThisTurn(() => (slice.startedAt = undefined));
  return (slice.startedAt ??= performance.now());
}

export async function turnWhenDue(slice: Slice): Promise<void> {
  if (performance.now() - beginSlice(slice) < slice.ms) return;
  await wholeTurn();
  beginSlice(slice);
}

type Statements<Name extends string> = Record<Name, Database.Statement>;

/** Compiled once a store. What begins deferred, reads and then writes could fail at its commit: every write begins IMMEDIATE. */
export function transactionsOf(handle: Database.Database): Statements<'begin' | 'commit' | 'rollback'> {
  return {
    begin: handle.prepare('begin immediate'),
    commit: handle.prepare('commit'),
    rollback: handle.prepare('rollback'),
  };
}

type Savepoints = Statements<'begin' | 'release' | 'rollback'>;
const savepoints = new WeakMap<Database.Database, Savepoints>();

/** Compiled once a connection: every decision and every message received has a savepoint. */
export function savepointsOf(handle: Database.Database): Savepoints {
  const known = savepoints.get(handle);
  if (known) return known;
  const made = {
    begin: handle.prepare('savepoint attempt'),
    release: handle.prepare('release attempt'),
    rollback: handle.prepare('rollback to attempt'),
  };
  savepoints.set(handle, made);
  return made;
}

/** Lets the event loop turn between two statements. */
class SlicedDriver extends SqliteDriver {
  readonly #slice: Slice;
  #connection: SlicedConnection | undefined;

  constructor(config: SqliteDialectConfig, slice: Slice) {
    super(config);
    this.#slice = slice;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const inner = await super.acquireConnection();
    this.#connection ??= new SlicedConnection(inner, this.#slice);
    return this.#connection;
  }
}

class SlicedConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection;
  readonly #slice: Slice;

  constructor(inner: DatabaseConnection, slice: Slice) {
    this.#inner = inner;
    this.#slice = slice;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const result = await this.#inner.executeQuery<Row>(query);
    await turnWhenDue(this.#slice);
    return result;
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.#inner.streamQuery(query, chunkSize);
  }
}

/** Compiled statements kept for the query builder; beyond, the one that was not used the longest goes. */
const STATEMENTS_KEPT = 200;

/** SQLite compiles a query in as long as it takes to answer a small one: the same text is compiled once. */
function keepingStatements(database: Database.Database): SqliteDatabase {
  const kept = new Map<string, Database.Statement>();
  return {
    close: () => void database.close(),
    prepare(text) {
      const known = kept.get(text);
      // One that is read row by row cannot be begun a second time.
      const statement = known && !known.busy ? known : database.prepare(text);
      kept.delete(text);
      kept.set(text, statement);
      if (kept.size > STATEMENTS_KEPT) kept.delete(kept.keys().next().value!);
      return statement;
    },
  };
}

export function dialect(database: Database.Database, slice: Slice): SqliteDialect {
  const config: SqliteDialectConfig = { database: keepingStatements(database) };
  return new (class extends SqliteDialect {
    override createDriver(): SqliteDriver {
      return new SlicedDriver(config, slice);
    }
    override createAdapter(): SqliteAdapter {
      return new SqliteAdapter();
    }
  })(config);
}
