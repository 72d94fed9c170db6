import { createHash } from 'node:crypto';
import type { NodeId } from '../../contracts/core/message.ts';
import { loadDirectory, verifyLog } from '../../shared/messaging/verify-log.ts';
import { inOneSnapshot } from './ask.ts';
import { chanceOf } from './chance.ts';
import { checkAgreement, unfinished } from './check-convergence.ts';
import { checkLogs, checkPersonalData, checkTraffic } from './check-copies.ts';
import { openHubCheck } from './check-hub.ts';
import { openMessageCheck } from './check-messages.ts';
import { checkGroups } from './check-problems.ts';
import { openRegistrationCheck } from './check-registrations.ts';
import { checkHandOvers, openTransferCheck } from './check-transfers.ts';
import { openVersionCheck } from './check-versions.ts';
import { openClientModel } from './client-model.ts';
import { digestOf } from './digest.ts';
import { newFolder, removeFolder } from './disk.ts';
import { startFaults } from './faults.ts';
import { openMarks } from './marks.ts';
import { observeWith } from './observe.ts';
import { catchRejections } from './rejections.ts';
import type { SimNode } from './sim-node.ts';
import { startOperators } from './start-operators.ts';
import { drawWeather } from './swarm.ts';
import { START_MS } from './template.ts';
import type { Template } from './template.ts';
import { openTimeline } from './timeline.ts';
import { forgetVerified } from './verified.ts';
import { Crash, holds, Violation } from './violation.ts';
import { openWorld } from './world.ts';

export interface RunResult {
  seed: number;
  /** The same for the same seed, always. */
  traceHash: string;
  steps: number;
  faults: Readonly<Record<string, number>>;
  met: Readonly<Record<string, number>>;
  failure: { phase: string; invariant: string; detail: string; step: number } | undefined;
}

export interface RunOptions {
  /** Tells every step, for a replay. */
  tell?: (line: string) => void;
}

/** Time for everything to come to rest once faults are over, milliseconds: the longest retry is five minutes. */
const REST_MS_MAX = 20 * 60_000;
const REST_LOOK_MS = 5_000;
const everybody: ReadonlySet<undefined> = new Set([undefined]);
/** Promises to operators are checked at restarts, at the ends of phases and every so many steps. */
const STEPS_PER_CLIENT_CHECK = 150;

/** Who is down, or does not know yet where it stands with the others. */
async function unready(nodes: readonly SimNode[]): Promise<string[]> {
  const waiting: string[] = [];
  const ids = new Set(nodes.map(({ id }) => id));
  for (const { id, running } of nodes) {
    if (!running) waiting.push(`${id} is down`);
    for (const { peer, open } of (await running?.messaging.status())?.peers ?? [])
      if (ids.has(peer) && !open) waiting.push(`${id} and ${peer} have not agreed where they stand`);
  }
  return waiting;
}

/** One seed: operators and faults, then rest and agreement, then everything ever sent comes once more. */
export async function runSeed(template: Template, seed: number, { tell }: RunOptions = {}): Promise<RunResult> {
  const chance = chanceOf(seed);
  const weather = drawWeather(chance.fork('weather'));
  const timeline = openTimeline(START_MS + chance.between(60_000, 3_600_000));
  const marks = openMarks();
  const hubCheck = openHubCheck(marks);
  const messageCheck = openMessageCheck(marks);
  const versionCheck = openVersionCheck();
  const registrationCheck = openRegistrationCheck(marks);
  const model = openClientModel(marks, () => timeline.nowMs);
  const restored = new Set<NodeId>();
  const transferCheck = openTransferCheck(marks, restored);
  const errors: string[] = [];
  const observed = new Map<NodeId, number>();
  const trace = createHash('sha256');
  const folder = newFolder();
  let phase = 'safety';
  let steps = 0;

  const note = (line: string): void => {
    trace.update(`${line}\n`);
    tell?.(line);
  };
  observeWith({
    tried: (node, message, items) => registrationCheck.tried(node, message, items),
    recalled: (node, message, items) => registrationCheck.recalled(node, message, items),
    applied: (node, message, items) => {
      note(`  ${node} applied ${message.from} ${message.incarnation}.${message.sequence} ${message.kind}`);
      messageCheck.applied(node, message);
      versionCheck.applied(node, message, items);
      transferCheck.applied(node, message, items);
    },
  });
  const rejections = catchRejections();
  /** Empty while the world comes up. */
  let nodes: readonly SimNode[] = [];
  const world = await openWorld(template, folder, {
    timeline,
    chance,
    weather,
    marks,
    watch: {
      sent: (packet) => messageCheck.sent(packet),
      error(line, node) {
        tell?.(`  ${line.trim()}`);
        if (!node.mayFail) errors.push(line);
      },
      started: (node) => {
        look(node, true);
      },
      restored(node, backup) {
        restored.add(node.id);
        messageCheck.restored(node.id, nodes);
        versionCheck.restored(node.id);
        registrationCheck.restored(node.id);
        if (node.id === 'hub') hubCheck.restored();
        if (node.id === 'hub') transferCheck.hubRestored();
        model.forgetAfter(node.id, backup);
        observed.delete(node.id);
      },
    },
  });
  ({ nodes } = world);
  /** Everything that must hold after each step, for a node whose database has changed. */
  function look(node: SimNode, fresh = false): void {
    if (!fresh && observed.get(node.id) === node.commits) return;
    observed.set(node.id, node.commits);
    inOneSnapshot(node.db, () => {
      messageCheck.check(node);
      versionCheck.check(node);
      if (node.id === 'hub') hubCheck.check(node);
      else registrationCheck.check(node);
    });
    if (!fresh) return;
    if (!restored.has(node.id)) messageCheck.checkPromises(node, nodes);
    model.check(node);
  }

  /** `touched`: whom the step was about; nobody else can have changed. */
  function checkAll(touched: ReadonlySet<NodeId | undefined>): void {
    rejections.check();
    holds(errors.length === 0, 'no defect', () => errors.slice(0, 3).join(''));
    const thorough = steps % STEPS_PER_CLIENT_CHECK === 0;
    for (const node of world.nodes)
      if (thorough || touched.has(undefined) || touched.has(node.id)) look(node, thorough);
    transferCheck.check(world.hub, world.provinces);
  }

  async function step(): Promise<void> {
    const touched = new Set<NodeId | undefined>();
    do {
      const event = timeline.next();
      if (!event) return;
      const node = world.nodes.find(({ id }) => id === event.node);
      if (node && node.pausedUntilMs > timeline.nowMs) {
        timeline.postpone(event, node.pausedUntilMs);
        continue;
      }
      touched.add(event.node);
      note(`${timeline.nowMs - START_MS} ${event.what}`);
      try {
        event.work();
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    } while (bursts.happens(phase === 'safety' ? weather.bursts : 0));
    await world.settle();
    steps++;
    checkAll(touched);
  }

  const bursts = chance.fork('bursts');
  try {
    tell?.(JSON.stringify({ ...weather, failpoints: [...weather.failpoints] }));
    startOperators({ world, chance, weather, model, marks, areAtWork: () => phase === 'safety' });
    const faults = startFaults(world, weather, chance.fork('faults'));
    const endMs = timeline.nowMs + weather.activeMs;
    while ((timeline.peekMs() ?? Infinity) <= endMs) await step();
    faults.stop();
    phase = 'liveness';
    await liveness();
    phase = 'agreement';
    await agreement();
    phase = 'echo';
    await echo();
    return result(undefined);
  } catch (error) {
    const invariant = error instanceof Violation ? error.invariant : 'no exception';
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return result({ phase, invariant, detail, step: steps });
  } finally {
    rejections.end();
    await world.end().catch(() => undefined);
    removeFolder(folder);
    forgetVerified();
  }

  function result(failure: RunResult['failure']): RunResult {
    return { seed, steps, failure, traceHash: trace.digest('hex'), faults: marks.faults, met: marks.met };
  }

  async function liveness(): Promise<void> {
    await world.heal();
    const endMs = timeline.nowMs + REST_MS_MAX;
    for (let lookMs = 0; ;) {
      if (timeline.nowMs >= lookMs) {
        lookMs = timeline.nowMs + REST_LOOK_MS;
        const waiting = [...(await unready(world.nodes)), ...unfinished(world.hub, world.provinces)];
        if (waiting.length === 0) return;
        holds(timeline.nowMs < endMs, 'liveness', () => waiting.join('; '));
      }
      await step();
    }
  }

  async function agreement(): Promise<void> {
    for (const node of world.nodes) {
      messageCheck.checkPromises(node, nodes);
      model.check(node);
      const { context, messaging } = node.running!;
      const { refusals } = await messaging.status();
      if (refusals['bad-signature']) marks.sometimes('a corrupted or forged message was refused');
      if (refusals['old-incarnation']) marks.sometimes('a message of an older incarnation was refused');
      if (seed % 10 !== 0) continue;
      const verdict = await verifyLog(context.store.read, await loadDirectory(context.store.read));
      holds(verdict.firstBroken === null, 'I11', () => `${node.id}: ${JSON.stringify(verdict.firstBroken)}`);
    }
    checkAgreement(world.hub, world.provinces);
    checkGroups(world.hub, world.provinces, marks);
    checkLogs(world.nodes);
    checkPersonalData(world.nodes, world.provinces);
    if (restored.size === 0) checkTraffic(world.hub);
    await checkHandOvers(world.hub, world.provinces, ({ id }) => restored.has(id) || restored.has('hub'));
  }

  async function echo(): Promise<void> {
    const before = digestOf(world.nodes);
    note(before);
    const storm = chance.fork('echo');
    const quiet = new Set(['link.heartbeat', 'link.digest']);
    // Words that both ends have lost to restores are news to their author.
    if (restored.has('hub')) quiet.add('link.returned');
    const packets = world.network.arrived().filter(({ kind }) => !quiet.has(kind));
    const order = packets.map((packet) => ({ packet, at: storm.fraction() })).toSorted((a, b) => a.at - b.at);
    const known = new Set<string>();
    for (const { packet } of order) {
      const mark = Buffer.from(packet.bytes).toString('base64');
      if (known.has(mark)) continue;
      known.add(mark);
      world.network.deliver(packet);
      if (storm.happens(0.1)) await world.settle();
    }
    await world.settle();
    checkAll(everybody);
    holds(digestOf(world.nodes) === before, 'echo', () => 'what was said before changed something');
  }
}
