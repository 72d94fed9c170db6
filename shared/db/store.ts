import type Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import type { Transaction } from 'kysely';
import { assert } from '../assert.ts';
import { openCheckpoints, reserveWal, syncAhead } from './checkpoint.ts';
import type { Checkpoints } from './checkpoint.ts';
import { attempt, beginCommit, DecisionLost, decideWithin, flushCommit, isDeciding } from './decision.ts';
import { dialect, openHandle, SLICE_MS } from './sqlite.ts';
import type { Slice } from './sqlite.ts';

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

export interface StoreOptions {
  /** Failpoints for the simulation; production passes none. */
  failpoint?: (point: 'before-commit' | 'after-commit') => void;
  /** For metrics: what one transaction took, from its begin until it was durable, and how many decisions shared it. */
  onCommit?: (tookMs: number, decisions: number) => void;
  /** See `SLICE_MS`. The simulation gives Infinity: its turns may not depend on how fast the machine is. */
  sliceMs?: number;
  /** Page cache of the writing connection, KiB: large where decisions are short and write all over a large table. */
  writeCacheKib?: number;
  /** Commits are quick from the first one on, for 64 MB on disk: see `reserveWal`. */
  reserveWal?: boolean;
}

/** Opens (and creates) the database at `file`, with the settings the invariants stand on, each read back. */
export function openStore<Db>(file: string, options: StoreOptions = {}): Store<Db> {
  const handle = openHandle(file, false, options.writeCacheKib);
  const readHandle = openHandle(file, true);
  if (options.reserveWal) reserveWal(handle);
  const slice = { ms: options.sliceMs ?? SLICE_MS, startedAt: undefined };
  const write = new Kysely<Db>({ dialect: dialect(handle, slice) });
  const read = new Kysely<Db>({ dialect: dialect(readHandle, slice) });
  const checkpoints = openCheckpoints(handle);
  const decisionsInOrder = openDecisionQueue<Db>(
    { write, handle, slice, checkpoints },
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
      await decisionsInOrder.idle();
      await handle.backup(toFile);
    },
    async close() {
      closed = true;
      await decisionsInOrder.idle();
      await checkpoints.close();
      await read.destroy();
      await write.destroy();
    },
  };
}

interface Queued<Db> {
  work: (tx: Tx<Db>) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
  last: boolean;
}

interface WriteConnection<Db> {
  write: Kysely<Db>;
  handle: Database.Database;
  slice: Slice;
  checkpoints: Checkpoints;
}

/** Whatever waits when a transaction begins shares it, and its one wait for the disk: each in its own savepoint. */
function openDecisionQueue<Db>(
  { write, handle, slice, checkpoints }: WriteConnection<Db>,
  { failpoint, onCommit }: Required<Pick<StoreOptions, 'failpoint' | 'onCommit'>>,
): { add(one: Queued<Db>): void; idle(): Promise<void> } {
  const queue: Array<Queued<Db>> = [];
  let draining: Promise<void> | undefined;

  async function drain(): Promise<void> {
    await Promise.resolve();
    while (queue.length > 0) {
      const done: Array<() => void> = [];
      const taken: Array<Queued<Db>> = [];
      await checkpoints.pause();
      const beganAt = performance.now();
      try {
        await write.transaction().execute(async (tx) => {
          beginCommit(tx, handle, slice);
          const endAt = performance.now() + slice.ms;
          do {
            const next = queue.shift()!;
            taken.push(next);
            if (next.last) done.push(await flushCommit(tx));
            done.push(await settle(tx, next));
          } while (queue.length > 0 && !taken.at(-1)!.last && performance.now() < endAt);
          done.push(await flushCommit(tx));
          if (performance.now() > endAt) await syncAhead(handle);
          failpoint('before-commit');
        });
        onCommit(performance.now() - beganAt, taken.length);
        failpoint('after-commit');
      } catch (error) {
        for (const { reject } of taken) reject(error);
        continue;
      }
      for (const tell of done) {
        try {
          tell();
        } catch (error) {
          // Durable, but what should follow did not: whoever has not been told yet is not told that all is well.
          for (const { reject } of taken) reject(error);
        }
      }
      checkpoints.look();
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

/** Runs one decision as far as the commit; what it answers is told after it. */
async function settle<Db>(tx: Tx<Db>, { work, resolve, reject }: Queued<Db>): Promise<() => void> {
  try {
    const { value, after } = await decideWithin(tx, () => attempt(tx, () => work(tx)));
    return () => {
      try {
        after();
        resolve(value);
      } catch (error) {
        reject(error);
      }
    };
  } catch (error) {
    if (error instanceof DecisionLost) throw error;
    return () => reject(error);
  }
}
