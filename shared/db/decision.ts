import { AsyncLocalStorage } from 'node:async_hooks';
import type Database from 'better-sqlite3';
import { assert } from '../assert.ts';
import { savepointsOf, turnWhenDue } from './sqlite.ts';
import type { Slice } from './sqlite.ts';

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

/** Set in everything that a decision calls. */
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

/** A transaction has begun that decisions will share. */
export function beginCommit(tx: object, handle: Database.Database, slice: Slice): void {
  rawHandles.set(tx, handle);
  slices.set(tx, slice);
  commits.set(tx, { beforeCommit: new Map(), collected: new Map() });
}

/** It has ended: whoever still registers something comes too late. */
export function endCommit(tx: object): void {
  commits.delete(tx);
  decisions.delete(tx);
}

/** Runs `work` as one decision of the commit; answers its value, and what it has to do after the commit. */
export async function decideWithin<T>(tx: object, work: () => Promise<T>): Promise<{ value: T; after: () => void }> {
  const decision: Decision = { afterCommit: [] };
  decisions.set(tx, decision);
  const value = await deciding.run(true, work);
  return {
    value,
    after() {
      for (const done of decision.afterCommit) done();
    },
  };
}

/** Runs what was registered to run before the commit; answers what it has to do after it. */
export async function flushCommit(tx: object): Promise<() => void> {
  const { beforeCommit: flushes } = commitOf(tx);
  const { after } = await decideWithin(tx, async () => {
    for (const flush of flushes.values()) await flush();
  });
  flushes.clear();
  return after;
}

export function isDeciding(): boolean {
  return deciding.getStore() === true;
}

const slices = new WeakMap<object, Slice>();

/** Lets the event loop turn when `tx` has worked for a while; for bulk work that does not pass through the query builder. */
export async function breathe(tx: object): Promise<void> {
  const slice = slices.get(tx);
  if (slice) await turnWhenDue(slice);
}
