import type { NodeId } from '../../contracts/core/message.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { must } from '../assert.ts';
import type { NodeContext } from '../context.ts';
import { afterCommit } from '../db/decision.ts';
import type { Store, Tx } from '../db/store.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import type { NodeKeys } from '../signing/node-keys.ts';
import { openAdmission } from './admission.ts';
import type { Admission } from './admission.ts';
import { openApply } from './apply.ts';
import type { Apply } from './apply.ts';
import { openConfidential } from './confidential.ts';
import { openControls } from './control.ts';
import type { Controls } from './control.ts';
import { peersOf } from './core.ts';
import type { Core, FailPoint } from './core.ts';
import { openCourier } from './courier.ts';
import { HUB, openDirectory, storedDirectory } from './directory.ts';
import type { Handler } from './handlers.ts';
import { openEndToEnd } from './end-to-end.ts';
import type { EndToEnd } from './end-to-end.ts';
import { openHandshake } from './handshake.ts';
import type { Handshake } from './handshake.ts';
import type { Link } from './link.ts';
import { openNodeRegister } from './node-register.ts';
import type { NodeRegister } from './node-register.ts';
import { openOutbox } from './outbox.ts';
import type { Outbox } from './outbox.ts';
import { openRecall } from './recall.ts';
import type { Recall } from './recall.ts';
import { openReceiver } from './receive.ts';
import type { Receiver } from './receive.ts';
import { dropDead, replay, replayAt } from './replay.ts';
import type { Place, Replayed } from './replay.ts';
import { statusOf } from './status.ts';
import type { MessagingStatus } from './status.ts';
import type { MessagingTables } from './tables.ts';

export type MessagingOptions<Context extends NodeContext<Db>, Db> = Omit<NodeContext<Db>, 'outbox' | 'vault'> & {
  keys: NodeKeys;
  link: Link;
  handlers: ReadonlyArray<Handler<Context>>;
  /** What businesses do with their own words that come back after a restore. */
  recalls?: ReadonlyArray<Handler<Context>>;
  /** It was noticed that this node was restored: in the decision that notices it, and at starts until that is dealt with. */
  restored?: (context: Context, tx: Tx<Db>) => Promise<void>;
  /** In the decision from which on the stream to the peer is open. */
  agreed?: (context: Context, tx: Tx<Db>, peer: NodeId) => Promise<void>;
  /** Chinese name of the node, for the operator who approves it. */
  name: string;
  /** On a province: `fingerprint` of the hub's key, from the configuration. */
  hubFingerprint?: string;
  /** For the simulation: may throw at a boundary. */
  failpoint?: (point: FailPoint) => void;
};

/** Messages between nodes, durable on both ends (docs/PROTOCOL.md). One per node. */
export interface Messaging<Context> {
  readonly outbox: Outbox;
  /** Encryption between provinces, for what the hub passes on. */
  readonly endToEnd: EndToEnd;
  /** At the hub: what operators decide about nodes. */
  readonly nodes: NodeRegister;
  /** Greets the peers and begins to receive. Before, and while a peer is away, messages wait. */
  start(context: Context): Promise<void>;
  stop(): Promise<void>;
  /**
   * Whether this node has agreed with the peer where they stand, at some time since it started: until then it may have been
   * restored and not know what it has forgotten.
   */
  hasAgreed(peer: NodeId): boolean;
  status(): Promise<MessagingStatus>;
  /** After an upgrade (done at every start) or a repair: how many were settled. */
  replay(outcome: 'parked' | 'dead'): Promise<number>;
  /** The same for one message, by an operator. Throws `illegal-move` when it is neither parked nor dead. */
  replayAt(tx: AnyTx, place: Place): Promise<Replayed>;
  /** An operator gives a dead message up. Throws `illegal-move`. */
  dropDead(tx: AnyTx, place: Place, reason: string): Promise<void>;
  /** An operator has looked at an equivocation and lets the stream go on. Throws `illegal-move` when nothing holds it up. */
  liftQuarantine(tx: AnyTx, peer: NodeId): Promise<void>;
}

const HEARTBEAT_MS = 20_000;
const DIGEST_MS = 300_000;

export function openMessaging<Context extends NodeContext<Db>, Db>(
  options: MessagingOptions<Context, Db>,
): Messaging<Context> {
  const core = openCore(options);
  const courier = openCourier(core);
  const outbox = openOutbox(core, courier, (tx, peer) => agreed(tx, peer));
  const handshake: Handshake = openHandshake(core, courier, outbox, {
    ask: () => admission.ask(),
    recall: (...words) => must(recall, 'messaging was started')(...words),
    restored: (tx) => restored(tx),
    greeted: (peer) => receiver?.greeted(peer),
    opened: () => receiver?.opened(),
  });
  const hubFingerprint = options.hubFingerprint ?? '';
  const admission: Admission = openAdmission(core, handshake, { name: options.name, hubFingerprint });
  const controls = openControls(core, courier, handshake, admission);
  const nodes = openNodeRegister(core, handshake);
  let apply: Apply | undefined;
  let recall: Recall | undefined;
  let restored: (tx: AnyTx) => Promise<void> = async () => undefined;
  let agreed: (tx: AnyTx, peer: NodeId) => Promise<void> = async () => undefined;
  let receiver: Receiver | undefined;

  return {
    outbox,
    endToEnd: openEndToEnd(core),
    nodes,
    async start(context) {
      await load(core);
      if (core.node === HUB) await core.store.decide((tx) => nodes.publishOwnKeys(tx));
      apply = openApply(core, options.handlers, context);
      recall = openRecall(core, options.recalls ?? [], context);
      restored = async (tx) => options.restored?.(context, tx as Tx<Db>);
      agreed = async (tx, peer) => options.agreed?.(context, tx as Tx<Db>, peer);
      if (core.incarnationDue) await core.store.decide(restored);
      await replay(core, apply, 'parked');
      receiver = openReceiver(core, apply, controls, handshake);
      core.link.onReceive(receiver.accept);
      core.link.onReconnect(() => greet(core, handshake, controls, () => courier.hurry()));
      greet(core, handshake, controls, () => undefined);
      every(core, HEARTBEAT_MS, () => {
        admission.ask();
        for (const peer of peersOf(core)) controls.heartbeat(peer);
      });
      every(core, DIGEST_MS, () => peersOf(core).forEach((peer) => controls.digest(peer)));
    },
    async stop() {
      core.stopped = true;
      courier.stop();
      await receiver?.settled();
    },
    hasAgreed: (peer) => core.agreed.has(peer),
    status: () => statusOf(core),
    replay: (outcome) => replay(core, must(apply, 'messaging was started'), outcome),
    replayAt: (tx, place) => replayAt(core, must(apply, 'messaging was started'), tx, place),
    dropDead: (tx, place, reason) => dropDead(core, tx, place, reason),
    async liftQuarantine(tx, peer) {
      const held = tablesOf<MessagingTables>(tx).updateTable('stream').where('peer', '=', peer);
      const lifted = await held
        .where('quarantined', 'is not', null)
        .set({ quarantined: null })
        .executeTakeFirstOrThrow();
      if (lifted.numUpdatedRows === 0n) throw new Problem('illegal-move', '该链路没有被隔离');
      // The peer need not wait for its next try: it hears at once how far this node is.
      afterCommit(tx, () => controls.digest(peer));
    },
  };
}

function openCore<Db>(
  options: Omit<MessagingOptions<NodeContext<Db>, Db>, 'handlers' | 'recalls' | 'restored' | 'agreed'>,
): Core {
  const { node, clock, random, ids, log, keys, link, failpoint } = options;
  const ports = { node, clock, random, ids, keys, link, log: log.child({ part: 'messaging' }) };
  return {
    ...ports,
    store: storeOf(options.store),
    confidential: openConfidential(random),
    failpoint: failpoint ?? (() => undefined),
    directory: openDirectory(undefined),
    incarnation: 1,
    incarnationDue: false,
    hubIncarnation: 0,
    open: new Set(),
    agreed: new Set(),
    refusals: new Map(),
    stopped: false,
  };
}

/** The node's store, seen through the tables of messaging. */
function storeOf<Db>(store: Store<Db>): Store<MessagingTables> {
  return {
    read: tablesOf<MessagingTables>(store.read as AnyDb),
    decide: (work, decideOptions) => store.decide((tx) => work(tx as AnyTx), decideOptions),
    backup: (toFile) => store.backup(toFile),
    close: () => store.close(),
  };
}

/** Who this node was when it stopped. */
async function load(core: Core): Promise<void> {
  const found = await core.store.read.selectFrom('link_state').selectAll().executeTakeFirst();
  const state = found ?? { id: 1, incarnation: 1, incarnationDue: 0 };
  if (!found) await core.store.decide((tx) => tx.insertInto('link_state').values(state).execute());
  core.incarnation = state.incarnation;
  core.incarnationDue = state.incarnationDue === 1;
  const directories = core.store.read
    .selectFrom('node_directory')
    .select('envelope')
    .orderBy('version', 'desc')
    .limit(1);
  const directory = await directories.executeTakeFirst();
  if (directory) core.directory = openDirectory(storedDirectory(directory.envelope));
  const fromHub = core.store.read.selectFrom('stream').select('incarnation').where('direction', '=', 'received');
  const newest = await fromHub.where('peer', '=', HUB).orderBy('incarnation', 'desc').limit(1).executeTakeFirst();
  core.hubIncarnation = core.node === HUB ? core.incarnation : (newest?.incarnation ?? 0);
}

/** At the start and whenever the connection is back: agree with who is not open, catch up with who is. */
function greet(core: Core, handshake: Handshake, controls: Controls, hurry: () => void): void {
  if (core.stopped) return;
  hurry();
  for (const peer of peersOf(core)) {
    if (core.open.has(peer)) controls.digest(peer);
    else handshake.begin(peer);
  }
}

function every(core: Core, periodMs: number, work: () => void): void {
  core.clock.after(periodMs, () => {
    if (core.stopped) return;
    work();
    every(core, periodMs, work);
  });
}
