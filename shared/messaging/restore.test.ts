import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Link } from './link.ts';
import {
  approve,
  backupOf,
  eventually,
  fastClock,
  opened,
  openLinkNode,
  restored,
  Secret,
  tapped,
} from '../../tests/world/link-world.ts';
import type { LinkNode } from '../../tests/world/link-world.ts';
import { openLoopback } from './loopback-link.ts';
import { loadDirectory, verifyLog } from './verify-log.ts';

const running = new Set<LinkNode>();
afterEach(async () => {
  for (const node of running) await node.stop();
  running.clear();
});

const options = { clock: fastClock };

async function world(provinces: readonly NodeId[]) {
  const bus = openLoopback();
  const hub = await openLinkNode({ id: 'hub', link: bus.join('hub'), options });
  running.add(hub);
  const nodes: LinkNode[] = [];
  for (const id of provinces) {
    const node = await openLinkNode({ id, link: bus.join(id), hubKeys: hub.keys, options });
    running.add(node);
    nodes.push(node);
    await approve(hub, node);
  }
  await opened(hub, ...nodes);
  return { bus, hub, nodes };
}

async function stop(node: LinkNode): Promise<void> {
  await node.stop();
  running.delete(node);
}

async function startAgain(node: LinkNode, file: string, link: Link, hub?: LinkNode): Promise<LinkNode> {
  const trust = hub ? { hubKeys: hub.keys } : {};
  const again = await openLinkNode({ id: node.id, link, file, keys: node.keys, options, ...trust });
  running.add(again);
  return again;
}

async function quiet(...nodes: LinkNode[]): Promise<void> {
  await opened(...nodes);
  await eventually(async () => {
    const states = await Promise.all(nodes.map((node) => node.messaging.status()));
    return states.every((state) => state.peers.every((peer) => peer.unacknowledged === 0 && peer.waiting === 0));
  });
}

async function logHolds(...nodes: LinkNode[]): Promise<void> {
  for (const { store } of nodes) {
    const verdict = await verifyLog(store.read, await loadDirectory(store.read));
    expect(verdict.firstBroken).toBeNull();
  }
}

describe('a province restored from a backup', () => {
  test('gets back what it had said, takes a new incarnation, and reissues no number', async () => {
    const { bus, hub, nodes } = await world(['p-37']);
    const province = nodes[0]!;
    await province.say('hub', 'kept');
    await quiet(hub, province);
    const backup = await backupOf(province);
    for (let number = 0; number < 100; number++) await province.say('hub', `forgotten ${number}`, Secret);
    await hub.say('p-37', 'also forgotten');
    await quiet(hub, province);
    await stop(province);

    const again = await startAgain(province, restored(backup), bus.join('p-37'), hub);
    await again.say('hub', 'new');
    await eventually(async () => (await hub.notes()).includes('new'));
    await quiet(hub, again);
    expect(await hub.notes()).toHaveLength(102);
    expect(await again.notes()).toEqual(['also forgotten']);
    expect(await again.messaging.status()).toMatchObject({ incarnation: 2, peers: [{ open: true, sent: 102 }] });
    expect(await hub.messaging.status()).toMatchObject({ peers: [{ incarnation: 2, received: 102 }] });
    await logHolds(hub, again);
  });

  test('that forgot only what it had received is noticed by its own receipt', async () => {
    const { bus, hub, nodes } = await world(['p-37']);
    const province = nodes[0]!;
    const backup = await backupOf(province);
    for (const text of ['one', 'two']) await hub.say('p-37', text);
    await quiet(hub, province);
    await stop(province);

    const again = await startAgain(province, restored(backup), bus.join('p-37'), hub);
    await eventually(async () => (await again.messaging.status()).incarnation === 2);
    await quiet(hub, again);
    expect(await again.notes()).toEqual(['one', 'two']);
    await logHolds(hub, again);
  });

  test('says again what was under way, without a second effect', async () => {
    const { bus, hub, nodes } = await world(['p-37']);
    const province = nodes[0]!;
    bus.cut('p-37');
    await province.say('hub', 'under way');
    const backup = await backupOf(province);
    bus.mend('p-37');
    await eventually(async () => (await hub.notes()).length === 1);
    await province.say('hub', 'forgotten');
    await quiet(hub, province);
    await stop(province);

    const again = await startAgain(province, restored(backup), bus.join('p-37'), hub);
    await eventually(async () => (await again.messaging.status()).incarnation === 2);
    await again.say('hub', 'new');
    await quiet(hub, again);
    await eventually(async () => (await hub.notes()).length === 3);
    expect(await hub.notes()).toEqual(['under way', 'forgotten', 'new']);
    await logHolds(hub, again);
  });

  test('hears again also what an older incarnation of the hub had told it', async () => {
    const { bus, hub, nodes } = await world(['p-37']);
    const [province] = nodes as [LinkNode];
    const backup = await backupOf(province);
    await hub.say('p-37', 'told in the first incarnation');
    await quiet(hub, province);
    await hub.store.decide((tx) => sql`update link_state set "incarnationDue" = 1`.execute(tx));
    await stop(hub);
    const hubAgain = await startAgain(hub, hub.file, bus.join('hub'));
    await hubAgain.say('p-37', 'told in the second');
    await quiet(hubAgain, province);
    expect((await hubAgain.messaging.status()).incarnation).toBe(2);

    await stop(province);
    const provinceAgain = await startAgain(province, restored(backup), bus.join('p-37'), hub);
    await eventually(async () => (await provinceAgain.notes()).length === 2);
    // The older words are said again in the new incarnation, behind what was said in it.
    expect((await provinceAgain.notes()).toSorted()).toEqual(['told in the first incarnation', 'told in the second']);
  });

  test('an ordinary restart takes no new incarnation', async () => {
    const { bus, hub, nodes } = await world(['p-37']);
    const province = nodes[0]!;
    await province.say('hub', 'kept');
    await quiet(hub, province);
    await stop(province);
    const again = await startAgain(province, province.file, bus.join('p-37'), hub);
    await quiet(hub, again);
    expect((await again.messaging.status()).incarnation).toBe(1);
    expect((await hub.messaging.status()).incarnation).toBe(1);
  });
});

describe('a hub restored from a backup', () => {
  test('gets its own words back from every province and takes an incarnation above all', async () => {
    const { bus, hub, nodes } = await world(['p-37', 'p-44']);
    const [shandong, guangdong] = nodes as [LinkNode, LinkNode];
    await hub.say('p-37', 'kept');
    await quiet(hub, ...nodes);
    const backup = await backupOf(hub);
    await hub.say('p-37', 'forgotten down');
    await hub.say('p-44', 'forgotten down');
    await shandong.say('hub', 'forgotten up');
    await quiet(hub, ...nodes);
    await stop(hub);

    const again = await startAgain(hub, restored(backup), bus.join('hub'));
    await eventually(async () => (await again.messaging.status()).incarnation >= 2);
    await quiet(again, shandong, guangdong);
    await again.say('p-37', 'new');
    await again.say('p-44', 'new');
    await guangdong.say('hub', 'new');
    await eventually(async () => (await again.notes()).length === 2);
    await quiet(again, shandong, guangdong);
    expect((await again.notes()).sort()).toEqual(['forgotten up', 'new']);
    expect(await shandong.notes()).toEqual(['kept', 'forgotten down', 'new']);
    expect(await guangdong.notes()).toEqual(['forgotten down', 'new']);
    const { incarnation } = await again.messaging.status();
    expect((await shandong.messaging.status()).hubIncarnation).toBe(incarnation);
    await logHolds(again, shandong, guangdong);
  });

  test('F04 an order of the hub from before its restore is refused afterwards', async () => {
    const bus = openLoopback();
    const orders: Array<() => void> = [];
    let hold = false;
    const link = tapped(bus.join('hub'), (to, kind, bytes, send) => {
      if (hold && kind === 'test.note') orders.push(() => send(to, kind, bytes));
      else send(to, kind, bytes);
    });
    const hub = await openLinkNode({ id: 'hub', link, options });
    const province = await openLinkNode({ id: 'p-37', link: bus.join('p-37'), hubKeys: hub.keys, options });
    running.add(hub).add(province);
    await approve(hub, province);
    await opened(hub, province);
    const backup = await backupOf(hub);
    await province.say('hub', 'proof of a later life');
    await quiet(hub, province);
    hold = true;
    await hub.say('p-37', 'late order');
    await eventually(() => orders.length > 0);
    await stop(hub);

    const again = await startAgain(hub, restored(backup), bus.join('hub'));
    await eventually(async () => (await province.messaging.status()).hubIncarnation >= 2);
    await quiet(again, province);
    for (const order of orders) order();
    await again.say('p-37', 'new');
    await eventually(async () => (await province.notes()).length > 0);
    expect(await province.notes()).toEqual(['new']);
    expect((await province.messaging.status()).peers[0]?.quarantined).toBeUndefined();
  });

  test('both restored at once agree again, with nothing twice', async () => {
    const { bus, hub, nodes } = await world(['p-37']);
    const province = nodes[0]!;
    await province.say('hub', 'kept');
    await quiet(hub, province);
    const provinceBackup = await backupOf(province);
    await province.say('hub', 'middle');
    await quiet(hub, province);
    const hubBackup = await backupOf(hub);
    await province.say('hub', 'late');
    await quiet(hub, province);
    await stop(hub);
    await stop(province);

    const hubAgain = await startAgain(hub, restored(hubBackup), bus.join('hub'));
    const again = await startAgain(province, restored(provinceBackup), bus.join('p-37'), hub);
    await again.say('hub', 'new');
    await eventually(async () => (await hubAgain.notes()).includes('new'));
    await quiet(hubAgain, again);
    // What only the two lost days knew is lost; what either remembers is there once.
    expect(await hubAgain.notes()).toEqual(['kept', 'middle', 'new']);
    await logHolds(hubAgain, again);
  });
});
