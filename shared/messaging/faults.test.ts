import { afterEach, describe, expect, test } from 'vitest';
import type { NodeId } from '../../contracts/core/message.ts';
import { approve, eventually, fastClock, opened, openLinkNode, Secret, tapped } from '../../tests/world/link-world.ts';
import type { LinkNode } from '../../tests/world/link-world.ts';
import { seededRandom } from '../random.ts';
import type { Random } from '../random.ts';
import { openLoopback } from './loopback-link.ts';
import type { Loopback } from './loopback-link.ts';

const running = new Set<LinkNode>();
afterEach(async () => {
  for (const node of running) await node.stop();
  running.clear();
});

interface Network {
  bus: Loopback;
  recorded: Array<() => void>;
  faults: { loss: number; copies: number; delayMs: number };
}

/** A link that loses, doubles and delays as the seed says, and remembers everything for an echo. */
function badLink({ bus, recorded, faults }: Network, node: NodeId, random: Random) {
  return tapped(bus.join(node), (to, kind, bytes, send) => {
    const copy = Uint8Array.from(bytes);
    const deliver = (): void => send(to, kind, copy);
    recorded.push(deliver);
    if (random.fraction() < faults.loss) return;
    for (let times = random.fraction() < faults.copies ? 2 : 1; times > 0; times--) {
      fastClock.after(random.fraction() * faults.delayMs * 50, deliver);
    }
  });
}

async function pair(seed: number) {
  const network: Network = { bus: openLoopback(), recorded: [], faults: { loss: 0, copies: 0, delayMs: 0 } };
  const random = seededRandom(seed);
  const options = { clock: fastClock };
  const hub = await openLinkNode({ id: 'hub', link: badLink(network, 'hub', random), options });
  const province = await openLinkNode({
    id: 'p-37',
    link: badLink(network, 'p-37', random),
    hubKeys: hub.keys,
    options,
  });
  running.add(hub).add(province);
  await approve(hub, province);
  await opened(hub, province);
  return { network, hub, province };
}

const texts = (what: string, count: number): string[] =>
  Array.from({ length: count }, (_, number) => `${what} ${number}`);

describe('over a network that loses, doubles and reorders', () => {
  test.each([1, 2, 3])('F01 F02 F03 every message is applied once and in order (seed %i)', async (seed) => {
    const { network, hub, province } = await pair(seed);
    network.faults = { loss: 0.3, copies: 0.3, delayMs: 4 };
    for (const text of texts('up', 30)) await province.say('hub', text, Secret);
    for (const text of texts('down', 30)) await hub.say('p-37', text);
    await eventually(async () => (await hub.notes()).length >= 30 && (await province.notes()).length >= 30, 20_000);
    network.faults = { loss: 0, copies: 0, delayMs: 0 };
    // Echo storm: everything that was ever sent comes again.
    for (const deliver of network.recorded.splice(0)) deliver();
    await eventually(async () => (await hub.messaging.status()).peers[0]?.unacknowledged === 0);
    await eventually(async () => (await province.messaging.status()).peers[0]?.unacknowledged === 0);
    expect(await hub.notes()).toEqual(texts('up', 30));
    expect(await province.notes()).toEqual(texts('down', 30));
  });

  test('F08 what was said while cut off goes out at once when the connection is back', async () => {
    const { network, hub, province } = await pair(4);
    network.bus.cut('p-37');
    for (const text of texts('up', 30)) await province.say('hub', text);
    expect(await hub.notes()).toEqual([]);
    network.bus.mend('p-37');
    await eventually(async () => (await hub.notes()).length === 30, 2_000);
    expect(await hub.notes()).toEqual(texts('up', 30));
  });
});

describe('a node that stops', () => {
  test('F16 sends after the restart what was committed before it', async () => {
    const { network, hub, province } = await pair(5);
    network.bus.cut('p-37');
    await province.say('hub', 'before');
    await province.stop();
    running.delete(province);
    network.bus.mend('p-37');
    const { file, keys } = province;
    const again = await openLinkNode({ id: 'p-37', link: network.bus.join('p-37'), hubKeys: hub.keys, file, keys });
    running.add(again);
    await again.say('hub', 'after');
    await eventually(async () => (await hub.notes()).length === 2);
    expect(await hub.notes()).toEqual(['before', 'after']);
  });

  test('works on while it cannot greet the hub, and nothing it queues is readable in its database', async () => {
    const { network, hub, province } = await pair(6);
    await province.stop();
    running.delete(province);
    network.bus.cut('p-37');
    const { file, keys } = province;
    const link = network.bus.join('p-37');
    const again = await openLinkNode({
      id: 'p-37',
      link,
      hubKeys: hub.keys,
      file,
      keys,
      options: { clock: fastClock },
    });
    running.add(again);
    await again.say('hub', '王小明', Secret);
    await again.say('hub', 'then');
    const rows = await again.store.read.selectFrom('outbox_waiting').selectAll().execute();
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain('王小明');
    network.bus.mend('p-37');
    await eventually(async () => (await hub.notes()).length === 2);
    expect(await hub.notes()).toEqual(['王小明', 'then']);
  });

  test.each([
    'receive.before-commit',
    'receive.after-commit-before-receipt',
    'courier.before-send',
    'receipt.before-commit',
  ] as const)('F17 F18 F19 a fault at %s costs nothing and doubles nothing', async (point) => {
    const network: Network = { bus: openLoopback(), recorded: [], faults: { loss: 0, copies: 0, delayMs: 0 } };
    let faults = 0;
    let armed = false;
    const failpoint = (at: string): void => {
      if (armed && at === point && faults < 3) {
        faults++;
        throw new Error(`planted at ${at}`);
      }
    };
    const options = { clock: fastClock, failpoint };
    const hub = await openLinkNode({ id: 'hub', link: network.bus.join('hub'), options });
    running.add(hub);
    const link = network.bus.join('p-37');
    const province = await openLinkNode({ id: 'p-37', link, hubKeys: hub.keys, options });
    running.add(province);
    await approve(hub, province);
    await opened(hub, province);
    armed = true;
    for (const text of texts('up', 10)) await province.say('hub', text).catch(() => undefined);
    await eventually(async () => (await hub.notes()).length === 10);
    await eventually(async () => (await province.messaging.status()).peers[0]?.unacknowledged === 0);
    expect(faults).toBe(3);
    expect(await hub.notes()).toEqual(texts('up', 10));
  });
});
