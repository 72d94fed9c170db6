import type Database from 'better-sqlite3';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Province } from '../../province-node/context.ts';

/** A node as whoever checks it sees it: its database, whether or not it is running. */
export interface ObservedNode {
  readonly id: NodeId;
  readonly db: Database.Database;
}

/** One whose records and pictures can be opened. */
export interface ReadableNode extends ObservedNode {
  readonly running: { readonly context: Pick<Province, 'vault' | 'files'> } | undefined;
}
