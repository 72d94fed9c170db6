import { afterEach, describe, expect, test } from 'vitest';
import { Problem } from '../../contracts/core/problems.ts';
import type { DirectoryDocument, DirectoryKey } from '../../contracts/link.ts';
import { approve, eventually, fastClock, opened, openLinkNode } from '../../tests/world/link-world.ts';
import type { LinkNode } from '../../tests/world/link-world.ts';
import { systemRandom } from '../random.ts';
import { createNodeKeys, fingerprint, publicPart, withNextKey } from '../signing/node-keys.ts';
import type { NodeKeys } from '../signing/node-keys.ts';
import { openSigner } from '../signing/signer.ts';
import { BadDirectory, openDirectory, readDirectory, signDirectory } from './directory.ts';
import { openLoopback } from './loopback-link.ts';
import { loadDirectory, verifyLog } from './verify-log.ts';

const running = new Set<LinkNode>();
afterEach(async () => {
  for (const node of running) await node.stop();
  running.clear();
});

const options = { clock: fastClock };

async function pair() {
  const bus = openLoopback();
  const hub = await openLinkNode({ id: 'hub', link: bus.join('hub'), options });
  const province = await openLinkNode({ id: 'p-37', link: bus.join('p-37'), hubKeys: hub.keys, options });
  running.add(hub).add(province);
  return { bus, hub, province };
}

async function restart(node: LinkNode, link: LinkNode['link'], keys: NodeKeys, hub: LinkNode): Promise<LinkNode> {
  await node.stop();
  running.delete(node);
  const again = await openLinkNode({ id: node.id, link, hubKeys: hub.keys, file: node.file, keys, options });
  running.add(again);
  return again;
}

const decideAs = (hub: LinkNode) => ({
  approve: (fingerprintText: string) =>
    hub.store.decide((tx) => hub.messaging.nodes.approve(tx, 'p-37', fingerprintText)),
});

describe('a node is admitted', () => {
  test('by the fingerprint of its key, and by no other', async () => {
    const { hub, province } = await pair();
    await province.say('hub', 'too early');
    await eventually(async () => (await hub.store.read.selectFrom('enrolment').selectAll().execute()).length === 1);
    const wrong = fingerprint(createNodeKeys('p-37', systemRandom).keys[0]!);
    await expect(decideAs(hub).approve(wrong)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await hub.notes()).toEqual([]);
    await decideAs(hub).approve(fingerprint(province.keys.keys[0]!));
    await eventually(async () => (await hub.notes()).length === 1);
  });

  test('once; who asked nothing cannot be approved', async () => {
    const { hub } = await pair();
    await expect(hub.store.decide((tx) => hub.messaging.nodes.approve(tx, 'p-44', 'x'))).rejects.toThrow(Problem);
  });

  test('and heard no longer once suspended, until resumed', async () => {
    const { hub, province } = await pair();
    await approve(hub, province);
    await opened(hub, province);
    await hub.store.decide((tx) => hub.messaging.nodes.suspend(tx, 'p-37'));
    await province.say('hub', 'unheard');
    await eventually(async () => ((await hub.messaging.status()).refusals['node-suspended'] ?? 0) > 0);
    expect(await hub.notes()).toEqual([]);
    await hub.store.decide((tx) => hub.messaging.nodes.resume(tx, 'p-37'));
    await eventually(async () => (await hub.notes()).length === 1);
  });
});

describe('a suspended node', () => {
  test('that asks with a new key is resumed by the approval of that key, in one decision', async () => {
    const { bus, hub, province } = await pair();
    await approve(hub, province);
    await opened(hub, province);
    await hub.store.decide((tx) => hub.messaging.nodes.suspend(tx, 'p-37'));
    const link = await leave(province, bus);
    const again = await restart(province, link, withNextKey(province.keys, systemRandom), hub);
    await again.say('hub', 'heard again');
    await approve(hub, again);
    await eventually(async () => (await hub.notes()).length === 1);
  });

  test('gets the directory that says so, and nothing is taken from it', async () => {
    const { hub, province } = await pair();
    await approve(hub, province);
    await opened(hub, province);
    await hub.store.decide((tx) => hub.messaging.nodes.suspend(tx, 'p-37'));
    await eventually(async () => (await loadDirectory(province.store.read)).node('p-37')?.state === 'suspended');
    await province.say('hub', 'unheard');
    await eventually(async () => ((await hub.messaging.status()).refusals['node-suspended'] ?? 0) > 0);
    expect(await hub.notes()).toEqual([]);
  });
});

describe('a key', () => {
  test('F58 rolls over with an overlap: what is under way keeps the old one, what follows has the new one', async () => {
    const { bus, hub, province } = await pair();
    await approve(hub, province);
    await opened(hub, province);
    await province.say('hub', 'first');
    await eventually(async () => (await hub.notes()).length === 1);
    bus.cut('p-37');
    await province.say('hub', 'under way');
    const next = withNextKey(province.keys, systemRandom);
    const link = await leave(province, bus);
    bus.mend('p-37');
    const again = await restart(province, link, next, hub);
    await approve(hub, again);
    await eventually(async () => (await again.messaging.status()).directoryVersion === 3);
    await again.say('hub', 'with the next key');
    await eventually(async () => (await hub.notes()).length === 3);
    await hub.store.decide((tx) => hub.messaging.nodes.endKey(tx, 'p-37/1'));
    await again.say('hub', 'after the old one ended');
    await eventually(async () => (await hub.notes()).length === 4);
    expect(await hub.notes()).toEqual(['first', 'under way', 'with the next key', 'after the old one ended']);
    expect((await verifyLog(hub.store.read, await loadDirectory(hub.store.read))).firstBroken).toBeNull();
  });

  test('does not end while its node still signs with it', async () => {
    const { hub, province } = await pair();
    await approve(hub, province);
    await province.say('hub', 'first');
    await eventually(async () => (await hub.notes()).length === 1);
    const ending = hub.store.decide((tx) => hub.messaging.nodes.endKey(tx, 'p-37/1'));
    await expect(ending).rejects.toMatchObject({ code: 'illegal-move' });
  });

  test('F59 that was revoked counts up to what was received; what its node had under way is said again with the next', async () => {
    const { bus, hub, province } = await pair();
    await approve(hub, province);
    await opened(hub, province);
    await province.say('hub', 'before');
    await eventually(async () => (await hub.notes()).length === 1);
    const link = await leave(province, bus);
    const again = await restart(province, link, withNextKey(province.keys, systemRandom), hub);
    bus.cut('p-37');
    await again.say('hub', 'under way');
    bus.mend('p-37');
    await approve(hub, again);
    await hub.store.decide((tx) => hub.messaging.nodes.revokeKey(tx, 'p-37/1'));
    await eventually(async () => (await hub.notes()).length === 2);
    await again.say('hub', 'after');
    await eventually(async () => (await hub.notes()).length === 3);
    expect(await hub.notes()).toEqual(['before', 'under way', 'after']);
    expect((await verifyLog(hub.store.read, await loadDirectory(hub.store.read))).firstBroken).toBeNull();
  });

  test('that was revoked with messages under way leaves its node with a log that holds, until it signs once more', async () => {
    const { bus, hub, province } = await pair();
    await approve(hub, province);
    await opened(hub, province);
    const next = withNextKey(province.keys, systemRandom);
    const again = await restart(province, await leave(province, bus), next, hub);
    await eventually(async () => (await hub.store.read.selectFrom('enrolment').selectAll().execute()).length === 1);
    await opened(hub, again);
    bus.cut('p-37');
    await again.say('hub', 'under way');
    await approve(hub, again);
    await hub.store.decide((tx) => hub.messaging.nodes.revokeKey(tx, 'p-37/1'));
    bus.mend('p-37');
    await eventually(async () => (await hub.notes()).length === 1);
    const directory = await loadDirectory(again.store.read);
    expect(await verifyLog(again.store.read, directory)).toMatchObject({ entries: 2, firstBroken: null });
    // The directory of a node whose second key was the one before: the first came back after its revocation.
    const turned = structuredClone(directory.document!);
    const [first, second] = turned.nodes.find(({ id }) => id === 'p-37')!.keys as [DirectoryKey, DirectoryKey];
    delete first.revokedAfter;
    second.revokedAfter = { incarnation: 0, sequence: 0 };
    turned.nodes.find(({ id }) => id === 'p-37')!.keys = [second, first];
    const broken = { position: 2, reason: '签名的密钥在此处无效' };
    expect((await verifyLog(again.store.read, openDirectory(turned))).firstBroken).toEqual(broken);
  });

  test('of the hub is neither revoked nor ended: everything that it signed would be lost', async () => {
    const { hub } = await pair();
    const { endKey, revokeKey } = hub.messaging.nodes;
    for (const end of [endKey, revokeKey]) {
      const ending = hub.store.decide((tx) => end(tx, 'hub/1'));
      await expect(ending).rejects.toMatchObject({ code: 'illegal-move', detail: expect.stringContaining('中央节点') });
    }
  });

  test('of the hub rolls over also for a province that was away, and missed several directories', async () => {
    const { bus, hub, province } = await pair();
    await approve(hub, province);
    await opened(hub, province);
    bus.cut('p-37');
    const link = await leave(hub, bus);
    const again = await restart(hub, link, withNextKey(hub.keys, systemRandom), hub);
    await again.store.decide((tx) => again.messaging.nodes.suspend(tx, 'p-37'));
    await again.store.decide((tx) => again.messaging.nodes.resume(tx, 'p-37'));
    bus.mend('p-37');
    await again.say('p-37', 'with the next key');
    await province.say('hub', 'back again');
    await eventually(async () => (await province.notes()).length === 1);
    await eventually(async () => (await again.notes()).length === 1);
    expect((await province.messaging.status()).directoryVersion).toBe(5);
  });

  test('counts from its first place to its last, in both parts of the place', () => {
    const key = publicPart(createNodeKeys('p-37', systemRandom).keys[0]!);
    const range = { validFrom: { incarnation: 1, sequence: 5 }, validTo: { incarnation: 2, sequence: 3 } };
    const known = openDirectory(documentOf(1, [{ ...key, ...range }])).key('p-37/1')!;
    const at = (incarnation: number, sequence: number): boolean => known.covers({ incarnation, sequence });
    expect([at(1, 4), at(1, 5), at(1, 900), at(2, 1), at(2, 3), at(2, 4), at(3, 1), at(1, 0)]).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('a directory', () => {
  const hubKeys = createNodeKeys('hub', systemRandom);
  const hubKey = hubKeys.keys[0]!;
  const always = { incarnation: 0, sequence: 0 };
  const signed = (document: DirectoryDocument, keys = hubKey): Buffer =>
    signDirectory(document, keys.keyId, openSigner(keys.suite, keys.privateKey));
  const document = documentOf(1, [{ ...publicPart(hubKey), validFrom: always }], 'hub');

  test('is believed when the configured key of the hub signed it', () => {
    expect(readDirectory(signed(document), openDirectory(undefined), fingerprint(hubKey))).toEqual(document);
  });

  test.each([
    ['another fingerprint is configured', () => readDirectory(signed(document), openDirectory(undefined), 'other')],
    [
      'another key calls itself the hub',
      () => {
        const other = createNodeKeys('hub', systemRandom).keys[0]!;
        const forged = documentOf(2, [{ ...publicPart(other), validFrom: always }], 'hub');
        return readDirectory(signed(forged, other), openDirectory(document), fingerprint(hubKey));
      },
    ],
    [
      'a province signed it',
      () => {
        const province = createNodeKeys('p-37', systemRandom).keys[0]!;
        const inForce = openDirectory({
          version: 1,
          nodes: [...document.nodes, ...documentOf(1, [{ ...publicPart(province), validFrom: always }]).nodes],
        });
        return readDirectory(signed({ ...document, version: 2 }, province), inForce, fingerprint(hubKey));
      },
    ],
  ])('is not believed when %s', (_, read) => {
    expect(read).toThrow(BadDirectory);
  });

  test('F60 that is older than the one in force changes nothing', async () => {
    const { hub, province } = await pair();
    await approve(hub, province);
    await opened(hub, province);
    const first = await hub.store.read
      .selectFrom('node_directory')
      .selectAll()
      .orderBy('version')
      .executeTakeFirstOrThrow();
    hub.link.send('p-37', 'link.directory', first.envelope);
    await hub.say('p-37', 'after');
    await eventually(async () => (await province.notes()).length === 1);
    expect((await province.messaging.status()).directoryVersion).toBe(2);
  });
});

function documentOf(version: number, keys: DirectoryDocument['nodes'][number]['keys'], id = 'p-37'): DirectoryDocument {
  return { version, nodes: [{ id, name: '山东', state: 'active', keys }] };
}

/** The node's place on the bus for its next start. */
async function leave(node: LinkNode, bus: ReturnType<typeof openLoopback>) {
  await node.link.close();
  return bus.join(node.id);
}
