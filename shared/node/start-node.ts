import { join } from 'node:path';
import type { Hono } from 'hono';
import type { NodeId } from '../../contracts/core/message.ts';
import { accountEndpoints } from '../account/business.ts';
import { removeEndedSessions } from '../account/session.ts';
import type { Clock } from '../clock.ts';
import type { NodeSettings } from '../config.ts';
import type { NodeContext } from '../context.ts';
import { faultOf, migrate } from '../db/migrate.ts';
import type { Migration } from '../db/migrate.ts';
import { openStore } from '../db/store.ts';
import type { AnyTx } from '../db/tables-of.ts';
import type { Store, StoreOptions } from '../db/store.ts';
import type { WriteSettings } from '../db/sqlite.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { openApp } from '../http/app.ts';
import type { HttpEnv } from '../http/env.ts';
import { openEvents } from '../http/events.ts';
import type { Events } from '../http/events.ts';
import { collectProcessMetrics, openMetrics } from '../http/metrics.ts';
import type { Metrics, WhyNotReady } from '../http/metrics.ts';
import { mountEndpoints } from '../http/mount.ts';
import { listen } from '../http/server.ts';
import type { HttpContext, HttpSettings, Served } from '../http/serve.ts';
import { mountStatic } from '../http/static.ts';
import { taskEndpoints } from '../jobs/business.ts';
import { startPeriodic } from '../jobs/periodic.ts';
import type { PeriodicJob } from '../jobs/periodic.ts';
import { stopSoon } from '../jobs/soon.ts';
import { interruptTasks, stopTasks } from '../jobs/task.ts';
import type { FileStore } from '../files.ts';
import type { Log } from '../log.ts';
import type { Handler } from '../messaging/handlers.ts';
import type { FailPoint } from '../messaging/core.ts';
import type { Link } from '../messaging/link.ts';
import { openMessaging } from '../messaging/messaging.ts';
import { collectMessagingMetrics } from '../messaging/metrics.ts';
import type { Messaging } from '../messaging/messaging.ts';
import { mustBeSameSecret, takeDataFolder } from './data-folder.ts';
import { idsFrom } from '../random.ts';
import type { Random } from '../random.ts';
import type { NodeKeys } from '../signing/node-keys.ts';
import { openVault } from '../signing/vault.ts';

/** What a business declares to its node; everything else about it is in its folder. */
export interface NodeBusiness<C> {
  name: string;
  endpoints: readonly Served<C>[];
  messages?: readonly Handler<C>[];
  /** Of its own messages, what they tell when they come back after a restore. */
  recalls?: readonly Handler<C>[];
  /** The node was restored from a backup: in the decision that notices it. May be told twice. */
  restored?(context: C, tx: AnyTx): Promise<void>;
  /** This node and the peer agree where they stand: in the decision that opens the stream. */
  agreed?(context: C, tx: AnyTx, peer: NodeId): Promise<void>;
  jobs?: readonly PeriodicJob<C>[];
}

/** The outside of a node, injected: the simulation and the tests bring their own. */
export interface NodePorts {
  clock: Clock;
  random: Random;
  log: Log;
  link: Link;
  storeOptions?: StoreOptions;
  /** Files elsewhere than beside the database. */
  files?: FileStore;
  /** The simulation: may throw at a boundary. */
  failpoint?: (point: FailPoint) => void;
  /** Tests: an answer with a Problem that its endpoint does not name is a defect. */
  strictProblems?: boolean;
  /** A program of its own: `/metrics` also tells memory, event loop and garbage collection. */
  processMetrics?: boolean;
}

/** What every node's context is built on. */
export type NodeBase<Db, C> = NodeContext<Db> & { events: Events; messaging: Messaging<C> };

/** What differs between the hub and a province node. */
export interface NodePlan<Db, C extends NodeContext<Db> & HttpContext> {
  node: NodeId;
  nodeName: string;
  settings: NodeSettings;
  keys: NodeKeys;
  /** The hub's published fingerprint; at the hub its own. */
  hubFingerprint: string;
  migrations: readonly Migration[];
  businesses: readonly NodeBusiness<C>[];
  storeOptions?: WriteSettings;
  contextOf(base: NodeBase<Db, C>): C;
  /** After the tables are there and before anything is served or received. */
  prepare?(context: C): Promise<void>;
}

export interface RunningNode<C> {
  context: C;
  app: Hono<HttpEnv>;
  messaging: Messaging<C>;
  served: readonly Served<C>[];
  /** Opens the port; jobs run from then on. Answers the address. */
  listen(): Promise<string>;
  stop(): Promise<void>;
}

/** A node, top to bottom: store → context → messages → http; jobs begin with `listen`. `stop` goes the other way. */
export async function startNode<Db, C extends NodeContext<Db> & HttpContext>(
  plan: NodePlan<Db, C>,
  ports: NodePorts,
): Promise<RunningNode<C>> {
  const { settings, node } = plan;
  const { clock, random, log, link } = ports;
  const letGo = takeDataFolder(settings.dataFolder);
  const metrics = openMetrics(node);
  const storeOptions = { onCommit: metrics.committed, ...plan.storeOptions, ...ports.storeOptions };
  const store: Store<Db> = openStore<Db>(join(settings.dataFolder, 'node.db'), storeOptions);
  await migrate(store, plan.migrations);
  const events = openEvents(clock);
  const vault = openVault(Buffer.from(settings.masterSecret, 'hex'), random);
  mustBeSameSecret(settings.dataFolder, vault);
  const ids = idsFrom(clock, random);
  const own = { node, store, clock, random, ids, log };
  const messaging = openMessaging<C, Db>({
    ...own,
    ...messagesOf(plan.businesses),
    link,
    keys: plan.keys,
    name: plan.nodeName,
    hubFingerprint: plan.hubFingerprint,
    ...(ports.failpoint ? { failpoint: ports.failpoint } : {}),
  });
  const context = plan.contextOf({ ...own, vault, events, messaging, outbox: messaging.outbox });
  await interruptTasks(context);
  await plan.prepare?.(context);

  collectMessagingMetrics(metrics, messaging, clock);
  if (ports.processMetrics) collectProcessMetrics(metrics);

  let waitingFor: string | undefined = 'the node starts';
  const whyNotReady = async (): Promise<string | undefined> => waitingFor ?? (await faultOf(store.read as AnyDb));
  const { app, served } = openHttp(plan, context, ports, metrics, whyNotReady);
  await messaging.start(context);
  waitingFor = undefined;

  const closing: Array<() => Promise<void>> = [];
  return {
    context,
    app,
    messaging,
    served,
    async listen() {
      const jobs = startPeriodic(context, [...accountJobs, ...plan.businesses.flatMap((one) => one.jobs ?? [])]);
      const server = await listen(app, {
        port: settings.port,
        host: settings.host,
        clock,
      });
      closing.push(
        () => jobs.stop(),
        () => server.close(),
      );
      return `http://${settings.host}:${server.port}`;
    },
    async stop() {
      waitingFor = 'the node stops';
      events.close();
      for (const close of closing.toReversed()) await close();
      await stopTasks(context);
      await messaging.stop();
      await stopSoon(context);
      await link.close();
      await store.close();
      letGo();
    },
  };
}

/** What the businesses do with messages, together. */
function messagesOf<C>(businesses: readonly NodeBusiness<C>[]) {
  return {
    handlers: businesses.flatMap((business) => business.messages ?? []),
    recalls: businesses.flatMap((business) => business.recalls ?? []),
    async restored(context: C, tx: AnyTx) {
      for (const business of businesses) await business.restored?.(context, tx);
    },
    async agreed(context: C, tx: AnyTx, peer: NodeId) {
      for (const business of businesses) await business.agreed?.(context, tx, peer);
    },
  };
}

/** The app with every endpoint of the node, and its pages. */
function openHttp<Db, C extends NodeContext<Db> & HttpContext>(
  plan: NodePlan<Db, C>,
  context: C,
  ports: NodePorts,
  metrics: Metrics,
  whyNotReady: WhyNotReady,
): { app: Hono<HttpEnv>; served: readonly Served<C>[] } {
  const { https, origins, behindProxy, webFolder } = plan.settings;
  const settings: HttpSettings = {
    nodeName: plan.nodeName,
    https,
    origins,
    behindProxy,
    ...(ports.strictProblems ? { strictProblems: true } : {}),
  };
  const app = openApp(context, settings, metrics, whyNotReady);
  const served: Served<C>[] = [
    ...accountEndpoints(ports.clock, settings),
    ...taskEndpoints,
    ...plan.businesses.flatMap((business) => business.endpoints),
  ];
  mountEndpoints(app, context, served, settings);
  if (webFolder !== '') mountStatic(app, webFolder);
  return { app, served };
}

const accountJobs: readonly PeriodicJob<HttpContext>[] = [
  { name: 'remove-ended-sessions', everyMs: 3_600_000, run: removeEndedSessions },
];
