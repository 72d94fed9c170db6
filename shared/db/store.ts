import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import type { Transaction } from 'kysely';
import { assert } from '../assert.ts';
import { openCheckpoints, openSyncAhead, reserveWal } from './checkpoint.ts';
import type { Checkpoints, SyncAhead } from './checkpoint.ts';
import { attempt, beginCommit, DecisionLost, decideWithin, endCommit, flushCommit, isDeciding } from './decision.ts';
import { beginSlice, dialect, openHandle, SLICE_MS, transactionsOf, turnWhenDue } from './sqlite.ts';
import type { Slice, WriteSettings } from './sqlite.ts';

/** The one way to a node's database (docs/ARCHITECTURE.md, "Store"). */
export interface Store<Db> {
  /** A second, read-only connection; sees what is committed. */
  readonly read: Kysely<Db>;
  /**
   * One decision, one after the other, durable (BEGIN IMMEDIATE … COMMIT at synchronous=FULL) when the promise resolves.
   * Decisions that wait at the same time share a commit, each in its own savepoint: where the disk takes milliseconds, a
   * hundred people saving at once wait for it together. Inside, nothing but `tx` is awaited; it refuses to nest. What
   * `beforeCommit` registered runs last before the commit, what `afterCommit` registered once it is durable. When it
   * throws, nothing has happened.
   */
  decide<T>(work: (tx: Tx<Db>) => Promise<T>, options?: DecideOptions): Promise<T>;
  /** A consistent copy of the committed database, for backups. */
  backup(toFile: string): Promise<void>;
  close(): Promise<void>;
}

export interface DecideOptions {
  /**
   * No other decision follows in the same commit: what `afterCommit` changes is true before the next one begins. What
   * those before it registered with `beforeCommit` has run when it begins.
   */
  last?: boolean;
}

/** A transaction that writes. Functions that write take `Tx`; functions that read take `Kysely`. */
export type Tx<Db> = Transaction<Db>;

export interface StoreOptions extends WriteSettings {
  /** Failpoints for the simulation; production passes none. */
  failpoint?: (point: 'before-commit' | 'after-commit') => void;
  /** For metrics: what one transaction took, from its begin until it was durable, and how many decisions shared it. */
  onCommit?: (tookMs: number, decisions: number) => void;
  /** See `SLICE_MS`. The simulation gives Infinity: its turns may not depend on how fast the machine is. */
  sliceMs?: number;
  /** Commits are quick from the first one on, for 64 MB on disk: see `reserveWal`. */
  reserveWal?: boolean;
}

/** Opens (and creates) the database at `file`, with the settings the invariants stand on, each read back. */
export function openStore<Db>(file: string, options: StoreOptions = {}): Store<Db> {
  const handle = openHandle(file, false, options);
  const readHandle = openHandle(file, true);
  if (options.reserveWal) reserveWal(handle);
  const slice = { ms: options.sliceMs ?? SLICE_MS, startedAt: undefined };
  const write = holdConnection(new Kysely<Db>({ dialect: dialect(handle, slice) }));
  const read = new Kysely<Db>({ dialect: dialect(readHandle, slice) });
  const checkpoints = openCheckpoints(handle);
  const ahead = openSyncAhead(handle);
  const decisionsInOrder = openDecisionQueue<Db>(
    { write, handle, slice, checkpoints, ahead },
    { failpoint: () => undefined, onCommit: () => undefined, ...options },
  );
  let closed = false;

  return {
    read,
    decide<T>(work: (tx: Tx<Db>) => Promise<T>, { last = false } = {}) {
      assert(!isDeciding(), 'a decision inside a decision');
      assert(!closed, 'the store is closed');
      return new Promise<T>((resolve, reject) => {
        decisionsInOrder.add({ work, resolve: resolve as (value: unknown) => void, reject, last });
      });
    },
    async backup(toFile) {
      // While it is written to, the source passes for one without pages: nothing is copied, and no file is left.
      do {
        await decisionsInOrder.idle();
        await handle.backup(toFile);
      } while (!existsSync(toFile));
    },
    async close() {
      closed = true;
      await decisionsInOrder.idle();
      await checkpoints.close();
      ahead.close();
      await read.destroy();
      await write.release();
    },
  };
}

interface Queued<Db> {
  work: (tx: Tx<Db>) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
  last: boolean;
}

/**
 * The one connection that writes, held for as long as the store is open: what begins and ends its transactions are
 * statements of the decision queue, which cost a hundredth of what the query builder's own transactions do.
 */
function holdConnection<Db>(write: Kysely<Db>): { connection: Promise<Tx<Db>>; release(): Promise<void> } {
  let letGo = (): void => undefined;
  let held: Promise<void> | undefined;
  const connection = new Promise<Tx<Db>>((resolve, reject) => {
    held = write.connection().execute(async (db) => {
      resolve(db as Tx<Db>);
      await new Promise<void>((free) => (letGo = free));
    });
    held.catch(reject);
  });
  return {
    connection,
    async release() {
      await connection;
      letGo();
      await held;
      await write.destroy();
    },
  };
}

interface WriteConnection<Db> {
  write: { connection: Promise<Tx<Db>> };
  handle: Database.Database;
  slice: Slice;
  checkpoints: Checkpoints;
  ahead: SyncAhead;
}

/** Whatever waits when a transaction begins shares it, and its one wait for the disk: each in its own savepoint. */
function openDecisionQueue<Db>(
  { write, handle, slice, checkpoints, ahead }: WriteConnection<Db>,
  { failpoint, onCommit }: Required<Pick<StoreOptions, 'failpoint' | 'onCommit'>>,
): { add(one: Queued<Db>): void; idle(): Promise<void> } {
  const queue: Array<Queued<Db>> = [];
  let draining: Promise<void> | undefined;
  const { begin, commit, rollback } = transactionsOf(handle);

  /** One transaction, for what waits; answers what its decisions are told. */
  async function decideTogether(tx: Tx<Db>, taken: Array<Queued<Db>>): Promise<Array<() => void>> {
    const done: Array<() => void> = [];
    const beganAt = performance.now();
    const endAt = beganAt + slice.ms;
    beginSlice(slice);
    taken.push(queue.shift()!);
    begin.run();
    try {
      beginCommit(tx, handle, slice);
      for (let next: Queued<Db> | undefined = taken[0]; next;) {
        if (next.last) done.push(await flushCommit(tx));
        done.push(await settle(tx, next, next.last && taken.length === 1));
        next = next.last || performance.now() > endAt ? undefined : queue.shift();
        if (next) taken.push(next);
      }
      done.push(await flushCommit(tx));
      if (performance.now() > endAt) await ahead.sync();
      // The commit cannot be divided: it gets a turn of its own.
      await turnWhenDue(slice);
      failpoint('before-commit');
      commit.run();
    } catch (error) {
      if (handle.inTransaction) rollback.run();
      throw error;
    } finally {
      endCommit(tx);
    }
    onCommit(performance.now() - beganAt, taken.length);
    failpoint('after-commit');
    return done;
  }

  async function drain(): Promise<void> {
    const tx = await write.connection;
    while (queue.length > 0) {
      const taken: Array<Queued<Db>> = [];
      await checkpoints.pause();
      let done: Array<() => void>;
      try {
        done = await decideTogether(tx, taken);
      } catch (error) {
        for (const { reject } of taken) reject(error);
        continue;
      }
      // A long commit has held the event loop; what follows from it, such as megabytes to be sent, can wait for a turn.
      await turnWhenDue(slice);
      for (const tell of done) {
        try {
          tell();
        } catch (error) {
          // Durable, but what should follow did not: whoever has not been told yet is not told that all is well.
          for (const { reject } of taken) reject(error);
        }
      }
      checkpoints.look();
      await turnWhenDue(slice);
    }
    draining = undefined;
  }

  return {
    add(one) {
      queue.push(one);
      draining ??= drain();
    },
    idle: async () => draining,
  };
}

/**
 * Runs one decision as far as the commit; what it answers is told after it. One that is alone in its transaction needs no
 * savepoint, for which SQLite copies every page before it is changed: when it throws, so does this.
 */
async function settle<Db>(tx: Tx<Db>, { work, resolve, reject }: Queued<Db>, isAlone: boolean): Promise<() => void> {
  try {
    const { value, after } = await decideWithin(tx, () => (isAlone ? work(tx) : attempt(tx, () => work(tx))));
    return () => {
      try {
        after();
        resolve(value);
      } catch (error) {
        reject(error);
      }
    };
  } catch (error) {
    if (isAlone || error instanceof DecisionLost) throw error;
    return () => reject(error);
  }
}
