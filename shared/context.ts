import type { NodeId } from '../contracts/core/message.ts';
import type { Store } from './db/store.ts';
import type { Clock } from './clock.ts';
import type { Ids, Random } from './random.ts';
import type { Log } from './log.ts';
import type { Outbox } from './messaging/outbox.ts';
import type { Vault } from './signing/vault.ts';

/** What every part of a node works with. A node's own context extends it with its configuration. */
export interface NodeContext<Db> {
  node: NodeId;
  store: Store<Db>;
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  /** Messages to other nodes: queued in the decision, sent once it is durable. */
  outbox: Outbox;
  /** Encryption at rest and keyed fingerprints of id numbers and phones. */
  vault: Vault;
}

/** The context of whatever node, for mechanisms that serve both. */
// oxlint-disable-next-line typescript/no-explicit-any -- the tables of whatever node
export type AnyContext = NodeContext<any>;
