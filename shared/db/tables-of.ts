import type { Kysely, Transaction } from 'kysely';

/**
 * A node's database has more tables than any one mechanism knows, and Kysely's types cannot say "at least these".
 * Mechanisms take a database of any tables and look at it through their own (`tablesOf`).
 */
// oxlint-disable-next-line typescript/no-explicit-any -- the one place that says "whatever tables the node has"
type AnyTables = any;
export type AnyDb = Kysely<AnyTables>;
export type AnyTx = Transaction<AnyTables>;

/** The same connection, seen through the tables that a mechanism owns. */
export function tablesOf<Tables>(db: AnyDb): Kysely<Tables> {
  return db as Kysely<Tables>;
}
