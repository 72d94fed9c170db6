import { sql } from 'kysely';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Chance } from './chance.ts';
import type { World } from './world.ts';
import type { Weather } from './swarm.ts';
import type { SimNode } from './sim-node.ts';

/** Lets faults happen until `stop`; whatever they broke then is mended by `World.heal`. */
export function startFaults(world: World, weather: Weather, chance: Chance): { stop(): void } {
  let stopped = false;
  const { timeline, nodes, network, marks } = world;

  /** Again and again at random intervals; `what` may take several steps of its own. */
  function every(meanMs: number, name: string, what: () => void): void {
    if (meanMs === Infinity) return;
    timeline.after(chance.waiting(meanMs), name, undefined, () => {
      if (stopped) return;
      what();
      every(meanMs, name, what);
    });
  }

  function later(delayMs: number, name: string, work: () => void): void {
    timeline.after(delayMs, name, undefined, () => void (stopped || work()));
  }

  const living = (): SimNode[] => nodes.filter(({ running }) => running !== undefined);
  const victim = (): SimNode | undefined => (living().length > 0 ? chance.pick(living()) : undefined);

  every(weather.crashEveryMs, 'a crash', () => {
    const node = victim();
    if (!node) return;
    const power = chance.happens(0.3);
    if (power) marks.sometimes('the power failed');
    world.during(node.crash('at rest', power));
    world.startLater(node, chance.waiting(weather.downMs));
  });
  every(weather.restartEveryMs, 'a restart', () => {
    const node = victim();
    if (!node) return;
    marks.fault('restarted');
    world.meanwhile(node.stop());
    world.startLater(node, chance.waiting(weather.downMs));
  });
  every(weather.partitionEveryMs, 'a partition', () => {
    const [from, to]: NodeId[] = chance.happens(0.5)
      ? ['hub', chance.pick(provinceIds())]
      : [chance.pick(provinceIds()), 'hub'];
    const both = chance.happens(0.5);
    marks.fault(both ? 'partition' : 'one-way partition');
    network.cut(from!, to!);
    if (both) network.cut(to!, from!);
    later(chance.waiting(10_000), 'the partition ends', () => {
      network.mend(from!, to!);
      network.mend(to!, from!);
    });
  });
  const provinceIds = (): NodeId[] => world.provinces.map(({ id }) => id);

  const restorable: SimNode[] = [
    ...(weather.restored.provinces ? world.provinces : []),
    ...(weather.restored.hub ? [world.hub] : []),
  ];
  every(weather.backupEveryMs, 'a backup', () => {
    const node = chance.pick(restorable);
    marks.fault('backup');
    world.during(node.backup());
  });
  every(weather.restoreEveryMs, 'a restore', () => {
    const node = chance.pick(restorable);
    if (node.backups.length === 0 || node.stopping || node.crashed) return;
    const silent = chance.happens(0.4) && node.id !== 'hub';
    if (node.id === 'hub') marks.fault('hub restored from backup');
    else marks.fault(silent ? 'restored without telling it' : 'restored from backup');
    if (node.id === 'hub')
      later(15_000, 'an operator suspends who is silent', () => world.during(world.suspendSilent()));
    world.during(world.restore(node, chance.pick(node.backups), silent));
    world.startLater(node, chance.waiting(weather.downMs));
  });
  every(weather.pauseEveryMs, 'a pause', () => {
    const node = chance.pick(nodes);
    marks.fault('paused');
    node.pausedUntilMs = timeline.nowMs + Math.round(chance.waiting(10_000));
  });
  every(weather.clockStepEveryMs, 'a clock is set', () => {
    const node = chance.pick(nodes);
    marks.fault('clock set');
    // The hub's clock paces the population registry: a day ahead and back again would hold that up for a day.
    const steps = node.id === 'hub' ? [0, -300_000, 300_000] : [0, -3_600_000, 2 * 3_600_000, 24 * 3_600_000];
    node.offsetMs = chance.pick(steps);
  });
  every(weather.registryOutageEveryMs, 'a registry outage', () => {
    marks.fault('registry outage');
    world.registry.down = true;
    later(chance.waiting(15_000), 'the registry is back', () => {
      world.registry.down = false;
    });
  });
  every(weather.diskFullEveryMs, 'a full disk', () => {
    const node = victim();
    const store = node?.running?.context.store;
    if (!node || !store) return;
    marks.fault('disk full');
    node.mayFail = true;
    const limit = (pages: string) => store.decide((tx) => sql.raw(`pragma max_page_count = ${pages}`).execute(tx));
    const full = async (): Promise<void> => {
      const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.read);
      await limit(String((rows[0]?.page_count ?? 0) + chance.between(0, 3)));
    };
    world.during(full().catch(() => undefined));
    later(chance.waiting(4_000), 'the disk has room again', () => {
      if (node.running?.context.store === store) world.during(limit('1073741823').catch(() => undefined));
    });
  });
  return {
    stop() {
      stopped = true;
    },
  };
}
