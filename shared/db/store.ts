import { AsyncLocalStorage } from 'node:async_hooks';
import type Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import type { Transaction } from 'kysely';
import { assert } from '../assert.ts';
import { openCheckpoints, reserveWal, syncAhead } from './checkpoint.ts';
import type { Checkpoints } from './checkpoint.ts';
import { dialect, openHandle, savepointsOf, SLICE_MS, turnWhenDue } from './sqlite.ts';
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

interface Queued<Db> {
  work: (tx: Tx<Db>) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
  last: boolean;
}

/** What belongs to one decision. */
interface Decision {
  afterCommit: Array<() => void>;
}

/** What decisions that share a commit have in common. */
interface Commit {
  /** Keyed, so that a mechanism registers its flush once per commit. */
  beforeCommit: Map<unknown, () => Promise<void>>;
  collected: Map<unknown, unknown[]>;
}

const deciding = new AsyncLocalStorage<true>();
const decisions = new WeakMap<object, Decision>();
const commits = new WeakMap<object, Commit>();
/** The raw connection under a transaction or a store, for the SQL in shared/db that Kysely is too slow for. */
const rawHandles = new WeakMap<object, Database.Database>();

/**
 * Runs `flush` as the last thing before the commit, once per `key`, for all the decisions that share it. It belongs to
 * none of them: when it throws, all have failed. So whatever may be wrong with one decision is found in that decision.
 */
export function beforeCommit(tx: object, key: unknown, flush: () => Promise<void>): void {
  const { beforeCommit: flushes } = commitOf(tx);
  if (!flushes.has(key)) flushes.set(key, flush);
}

/** Runs `work` once `tx` is durable; never when it rolls back. */
export function afterCommit(tx: object, work: () => void): void {
  const decision = decisions.get(tx);
  assert(decision, 'afterCommit outside a decision');
  decision.afterCommit.push(work);
}

/**
 * The list that a mechanism fills until the commit, one per `key`, for all the decisions that share it; a failed decision
 * or attempt takes its own entries back.
 */
export function collected<T>(tx: object, key: object): T[] {
  const commit = commitOf(tx);
  const list = commit.collected.get(key) ?? [];
  commit.collected.set(key, list);
  return list as T[];
}

function commitOf(tx: object): Commit {
  const commit = commits.get(tx);
  assert(commit, 'outside a decision');
  return commit;
}

/** The database itself gave the decision up; whoever catches it passes it on. */
export class DecisionLost extends Error {}

/**
 * Runs `work` in a savepoint. When it throws, what it wrote, collected and registered for after the commit is undone,
 * and the decision can go on; the error is passed on.
 */
export async function attempt<T>(tx: object, work: () => Promise<T>): Promise<T> {
  const decision = decisions.get(tx);
  assert(decision, 'attempt outside a decision');
  const commit = commitOf(tx);
  const handle = rawHandle(tx);
  const collectedBefore = new Map([...commit.collected].map(([key, list]) => [key, list.length]));
  const beforeCommitBefore = new Set(commit.beforeCommit.keys());
  const afterCommitBefore = decision.afterCommit.length;
  const { begin, release, rollback } = savepointsOf(handle);
  begin.run();
  try {
    const result = await work();
    release.run();
    return result;
  } catch (error) {
    // A full or failing disk has ended the whole transaction: nothing may be written after it.
    if (!handle.inTransaction) throw new DecisionLost('the database ended the transaction', { cause: error });
    rollback.run();
    release.run();
    for (const [key, list] of commit.collected) list.length = collectedBefore.get(key) ?? 0;
    for (const key of commit.beforeCommit.keys()) {
      if (!beforeCommitBefore.has(key)) commit.beforeCommit.delete(key);
    }
    decision.afterCommit.length = afterCommitBefore;
    throw error;
  }
}

/** Stands in the link, the HTTP client and the file writer: nothing leaves the node from inside a decision. */
export function assertNotDeciding(what: string): void {
  assert(!deciding.getStore(), `${what} inside a decision`);
}

/** The raw better-sqlite3 handle under `tx`. Only shared/db may call this. */
export function rawHandle(tx: object): Database.Database {
  const handle = rawHandles.get(tx);
  assert(handle, 'no raw handle: not a decision of this store');
  return handle;
}

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
      assert(!deciding.getStore(), 'a decision inside a decision');
      assert(!closed, 'the store is closed');
      return new Promise<T>((resolve, reject) => {
        const decided = (tx: Tx<Db>): Promise<T> => deciding.run(true, () => work(tx));
        decisionsInOrder.add({ work: decided, resolve: resolve as (value: unknown) => void, reject, last });
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
          rawHandles.set(tx, handle);
          slices.set(tx, slice);
          commits.set(tx, { beforeCommit: new Map(), collected: new Map() });
          const endAt = performance.now() + slice.ms;
          do {
            const next = queue.shift()!;
            taken.push(next);
            if (next.last) done.push(await flush(tx));
            done.push(await settle(tx, next));
          } while (queue.length > 0 && !taken.at(-1)!.last && performance.now() < endAt);
          done.push(await flush(tx));
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
  const decision: Decision = { afterCommit: [] };
  decisions.set(tx, decision);
  try {
    const value = await attempt(tx, () => work(tx));
    return () => {
      try {
        for (const done of decision.afterCommit) done();
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

/** Runs what was registered to run before the commit; answers what it has to do after it. */
async function flush(tx: object): Promise<() => void> {
  const decision: Decision = { afterCommit: [] };
  decisions.set(tx, decision);
  const { beforeCommit: flushes } = commitOf(tx);
  await deciding.run(true, async () => {
    for (const work of flushes.values()) await work();
  });
  flushes.clear();
  return () => {
    for (const done of decision.afterCommit) done();
  };
}

const slices = new WeakMap<object, Slice>();

/** Lets the event loop turn when `tx` has worked for a while; for bulk work that does not pass through the query builder. */
export async function breathe(tx: object): Promise<void> {
  const slice = slices.get(tx);
  if (slice) await turnWhenDue(slice);
}
