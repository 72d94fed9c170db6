import { join } from 'node:path';
import type { Hub } from '../../central/context.ts';
import { businesses as hubBusinesses } from '../../central/businesses.ts';
import { recountWithout } from '../../central/claim/recount.ts';
import { listAwaited } from '../../central/claim/recount-table.ts';
import type { Province } from '../../province-node/context.ts';
import { businesses as provinceBusinesses } from '../../province-node/businesses.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { AnyContext } from '../../shared/context.ts';
import { startPeriodic } from '../../shared/jobs/periodic.ts';
import type { NodeBusiness, NodePorts, RunningNode } from '../../shared/node/start-node.ts';
import type { Chance } from './chance.ts';
import type { Marks } from './marks.ts';
import { ask } from './ask.ts';
import { bodyOf, openNetwork } from './network.ts';
import type { Network, Packet } from './network.ts';
import { openSimulatedRegistry } from './registry.ts';
import type { RegistryWeather } from './registry.ts';
import { openSimNode } from './sim-node.ts';
import type { Backup, Boot, NodeSetup, SimNode } from './sim-node.ts';
import type { Weather } from './swarm.ts';
import { bootHub, bootProvince, provinceCodes, quietTurn } from './template.ts';
import type { Template } from './template.ts';
import type { Timeline } from './timeline.ts';

/** The hub and its provinces, with everything around them simulated. */
export interface World {
  hub: SimNode<Hub>;
  provinces: ReadonlyArray<SimNode<Province>>;
  nodes: readonly SimNode[];
  timeline: Timeline;
  network: Network;
  registry: RegistryWeather;
  marks: Marks;
  /** Work that the current step waits for. */
  during(work: Promise<unknown>): void;
  /** Work that goes on over many steps. */
  meanwhile(work: Promise<unknown>): void;
  startLater(node: SimNode, delayMs: number): void;
  /** A silent restore is only noticed by what others have of the node: what nobody has yet is lost with it. */
  restore(node: SimNode, backup: Backup, silent: boolean): Promise<void>;
  /** An operator of the hub suspends provinces that it waits for and that are not of this world. */
  suspendSilent(): Promise<void>;
  /** The end of the step: waits until every node is quiet; those that crashed in it are brought down. */
  settle(): Promise<void>;
  /** Faults are over: everything runs, and everything is connected. */
  heal(): Promise<void>;
  end(): Promise<void>;
}

export interface WorldWatch {
  sent(packet: Packet): void;
  error(line: string, node: SimNode): void;
  /** A node is up again, after whatever. */
  started(node: SimNode): void;
  /** It now knows only what it knew at the backup. */
  restored(node: SimNode, backup: Backup): void;
}

/** Periods of the jobs, as a multiple of the ministry's: the same jobs on the same clock, but fewer idle rounds. */
const JOB_PERIOD = {
  'verify-identities': 16,
  'end-failed-registrations': 0.02,
  publish: 8,
  'tell-loaded-records': 16,
} as Readonly<Record<string, number>>;

/** Real time. Whatever a step waits for needs nothing but the machine. */
const HANGS_AFTER_MS = 60_000;

export async function openWorld(
  template: Template,
  folder: string,
  ports: { timeline: Timeline; chance: Chance; weather: Weather; marks: Marks; watch: WorldWatch },
): Promise<World> {
  const { timeline, chance, weather, marks, watch } = ports;
  const network = openNetwork(timeline, chance.fork('network'), weather.network, marks);
  const registry: RegistryWeather = { down: false, errors: chance.pick([0, 0.2]), answerMs: chance.pick([20, 2_000]) };
  const crashChance = chance.fork('crashes');
  let healed = false;
  const underWay = new Set<Promise<unknown>>();
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
  };

  function newNode<Context extends AnyContext>(id: NodeId, boot: Boot<Context>): SimNode<Context> {
    const own = join(folder, id);
    template.copyTo(own, id);
    const setup: NodeSetup<Context> = {
      id,
      boot,
      folder: own,
      timeline,
      network,
      marks,
      chance: chance.fork(id),
      crashesAt: (point) => !healed && weather.failpoints.has(point) && crashChance.happens(weather.failpointShare),
      onSend: (packet) => watch.sent(packet),
      onError: (line) => watch.error(line, node),
    };
    const node = openSimNode(setup);
    return node;
  }

  const registryChance = chance.fork('registry');
  const hub = newNode<Hub>('hub', async (own, nodePorts) => {
    const populationRegistry = openSimulatedRegistry(nodePorts.clock, registryChance, registry, marks);
    return withPort(await bootHub(own, nodePorts, populationRegistry), hubBusinesses);
  });
  const provinces = provinceCodes
    .slice(0, weather.provinces)
    .map((code) =>
      newNode<Province>(`p-${code}`, async (own: string, nodePorts: NodePorts) =>
        withPort(await bootProvince(code, own, nodePorts), provinceBusinesses),
      ),
    );
  const nodes: readonly SimNode[] = [hub, ...provinces];

  const starting = new Set<SimNode>();
  const restoring = new Set<SimNode>();
  /** Restored without a new incarnation, or perhaps to the same one again: the hub from its second restore on. */
  const mayRepeat = new Set<SimNode>();
  let hubRestores = 0;
  const isKnown = (from: SimNode, packet: Packet): boolean => {
    const to = nodes.find(({ id }) => id === packet.to);
    return isInLog(from, packet, 'sent') || (to !== undefined && isInLog(to, packet, 'received'));
  };
  async function start(node: SimNode): Promise<void> {
    // A burst may hold two starts of one node: after its crash, and after the restore that followed.
    if (node.running || starting.has(node)) return;
    if (node.stopping || node.crashed || restoring.has(node)) return world.startLater(node, 1_000);
    starting.add(node);
    await node.start().finally(() => starting.delete(node));
    if (node.running) watch.started(node);
    else world.startLater(node, 1_000);
  }

  const world: World = {
    hub,
    provinces,
    nodes,
    timeline,
    network,
    registry,
    marks,
    during(work) {
      const tracked = work.catch(fail).finally(() => underWay.delete(tracked));
      underWay.add(tracked);
    },
    meanwhile: (work) => void work.catch(fail),
    startLater(node, delayMs) {
      timeline.after(delayMs, `${node.id} starts`, undefined, () => world.during(start(node)));
    },
    async restore(node, backup, silent) {
      // A burst may hold its start as well: nothing starts on the file that is being replaced.
      restoring.add(node);
      await node.crash('before a restore').finally(() => restoring.delete(node));
      node.restore(backup, silent);
      if (silent || (node === hub && ++hubRestores > 1)) mayRepeat.add(node);
      // What a node said, and neither it nor the other end knows of any more, would come as another's number.
      for (const one of mayRepeat) network.loseUnknown(one.id, (packet) => isKnown(one, packet));
      watch.restored(node, backup);
    },
    async suspendSilent() {
      const { running } = hub;
      if (!running) return;
      const { context, messaging } = running;
      const silent = (await listAwaited(context.store.read)).filter(
        (row) => !provinces.some(({ id }) => id === row.province),
      );
      for (const { province } of silent)
        await context.store
          .decide(async (tx) => {
            await messaging.nodes.suspend(tx, province);
            await recountWithout(context, tx, province);
          })
          .catch((error: unknown) => {
            // The hub crashed in the midst of it: the operator has to do it again.
            if (!hub.crashed) throw error;
          });
    },
    async settle() {
      // Files are removed in threads of their own: waiting for them turn by turn would keep a core busy with nothing.
      for (await quietTurn(); underWay.size > 0; await quietTurn()) await withinTime(Promise.all(underWay));
      if (failure !== undefined) throw failure;
      for (const node of nodes) {
        if (!node.crashed) continue;
        await node.crash('at a failpoint');
        world.startLater(node, chance.waiting(weather.downMs));
      }
    },
    async heal() {
      healed = true;
      registry.down = false;
      registry.errors = 0;
      for (const node of nodes) {
        node.pausedUntilMs = 0;
        if (node.crashed) await node.crash('at a failpoint');
        if (node.mayFail && !node.stopping) await node.crash('its disk was full');
        node.mayFail = false;
        await start(node);
      }
      network.heal();
      await world.suspendSilent();
      await world.settle();
    },
    async end() {
      for (const node of nodes) await node.end();
    },
  };
  for (const node of nodes) await start(node);
  return world;
}

async function withinTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('a request hangs')), HANGS_AFTER_MS);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function isInLog({ db }: SimNode, packet: Packet, direction: 'sent' | 'received'): boolean {
  const found = ask(db, 'select 1 from message_log where "messageId" = ? and direction = ?');
  return found.get(bodyOf(packet).id, direction) !== undefined;
}

/** What comes with the port in production, which a simulated node has not: the jobs, and a stop that waits for requests. */
function withPort<Context extends AnyContext>(
  running: RunningNode<Context>,
  businesses: ReadonlyArray<NodeBusiness<Context>>,
): RunningNode<Context> {
  const jobs = businesses
    .flatMap((business) => business.jobs ?? [])
    .map((job) => ({ ...job, everyMs: job.everyMs * (JOB_PERIOD[job.name] ?? 1) }));
  const periodic = startPeriodic(running.context, jobs);
  const { app } = running;
  const requests = new Set<Promise<unknown>>();
  const request = app.request;
  app.request = (...given) => {
    const answer = Promise.resolve(request(...given));
    const ended = answer.catch(() => undefined).finally(() => requests.delete(ended));
    requests.add(ended);
    return answer;
  };
  return {
    ...running,
    async stop() {
      await periodic.stop();
      await Promise.all(requests);
      await running.stop();
    },
  };
}
