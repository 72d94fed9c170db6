import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import type { MessageBody } from '../../contracts/core/envelope.ts';
import { approve, eventually, fastClock, opened, openLinkNode, tapped } from '../../tests/world/link-world.ts';
import type { LinkNode } from '../../tests/world/link-world.ts';
import { bodyOf, signed } from '../../tests/world/letters.ts';
import { openLoopback } from './loopback-link.ts';
import { loadDirectory, verifyLog } from './verify-log.ts';

const running = new Set<LinkNode>();
afterEach(async () => {
  for (const node of running) await node.stop();
  running.clear();
});

/** A province whose key its enemy has too: `forge` sends whatever is signed with it. */
async function world() {
  const bus = openLoopback();
  const options = { clock: fastClock };
  const wire: Array<{ kind: string; bytes: Uint8Array }> = [];
  const hub = await openLinkNode({ id: 'hub', link: bus.join('hub'), options });
  const link = tapped(bus.join('p-37'), (to, kind, bytes, send) => {
    wire.push({ kind, bytes: Uint8Array.from(bytes) });
    send(to, kind, bytes);
  });
  const province = await openLinkNode({ id: 'p-37', link, hubKeys: hub.keys, options });
  running.add(hub).add(province);
  await approve(hub, province);
  await opened(hub, province);
  const forge = (changes: Partial<MessageBody>): void =>
    link.send('hub', changes.kind ?? 'test.note', signed(bodyOf(changes), province.keys.keys[0]!));
  return { hub, province, link, wire, forge };
}

const note = (text: string) => ({ data: { items: [{ text }] } });

/** Where the province's next message goes. */
async function lastPlace(hub: LinkNode): Promise<{ sequence: number; previous: string }> {
  const stream = await hub.store.read
    .selectFrom('stream')
    .selectAll()
    .where('direction', '=', 'received')
    .executeTakeFirstOrThrow();
  return { sequence: stream.lastSequence + 1, previous: stream.lastHash.toString('hex') };
}

const peerAt = async (hub: LinkNode) => (await hub.messaging.status()).peers[0]!;

describe('an enemy on the wire', () => {
  test('A03 replays everything ever sent, and nothing changes', async () => {
    const { hub, province, link, wire } = await world();
    for (const text of ['one', 'two']) await province.say('hub', text);
    await eventually(async () => (await hub.notes()).length === 2);
    for (const { kind, bytes } of wire.splice(0)) link.send('hub', kind, bytes);
    await province.say('hub', 'three');
    await eventually(async () => (await hub.notes()).length === 3);
    expect(await hub.notes()).toEqual(['one', 'two', 'three']);
    expect(await peerAt(hub)).toMatchObject({ open: true, incarnation: 1 });
  });

  test('A09 two messages of one number quarantine the link, and what was taken before stands', async () => {
    const { hub, province, forge } = await world();
    await province.say('hub', 'true');
    await eventually(async () => (await hub.notes()).length === 1);
    forge({ sequence: 1, ...note('other') });
    await eventually(async () => (await peerAt(hub)).quarantined !== undefined);
    await province.say('hub', 'held up');
    await eventually(async () => ((await hub.messaging.status()).refusals.quarantined ?? 0) > 0);
    expect(await hub.notes()).toEqual(['true']);
    const [alarm] = await hub.store.read.selectFrom('link_alarm').selectAll().execute();
    expect(alarm).toMatchObject({ peer: 'p-37', what: 'equivocation' });
    expect(alarm?.evidence).toBeInstanceOf(Buffer);
    await hub.store.decide((tx) => hub.messaging.liftQuarantine(tx, 'p-37'));
    await eventually(async () => (await hub.notes()).length === 2);
  });

  test('A09 two messages of one number that arrive together are noticed too', async () => {
    const { hub, forge } = await world();
    const { previous } = await lastPlace(hub);
    forge({ sequence: 1, previous, ...note('one') });
    forge({ sequence: 1, previous, ...note('other') });
    await eventually(async () => (await peerAt(hub)).quarantined !== undefined);
    expect(await hub.notes()).toEqual(['one']);
  });

  test('a message that does not continue the chain of hashes quarantines the link', async () => {
    const { hub, province, forge } = await world();
    await province.say('hub', 'true');
    await eventually(async () => (await hub.notes()).length === 1);
    forge({ sequence: 2, previous: 'ab'.repeat(32), ...note('cut in') });
    await eventually(async () => (await peerAt(hub)).quarantined !== undefined);
    expect(await hub.notes()).toEqual(['true']);
  });

  test('F02 a message said again under its id, in another place, has no second effect', async () => {
    const { hub, province, forge } = await world();
    await province.say('hub', 'once');
    await eventually(async () => (await hub.notes()).length === 1);
    const { messageId: id } = await hub.store.read
      .selectFrom('message_log')
      .select('messageId')
      .executeTakeFirstOrThrow();
    forge({ id, ...(await lastPlace(hub)), ...note('once') });
    await eventually(async () => (await peerAt(hub)).received === 2);
    expect(await hub.notes()).toEqual(['once']);
  });

  test('what is ahead of a gap waits for what is missing', async () => {
    const { hub, province, forge } = await world();
    await province.say('hub', 'one');
    await eventually(async () => (await hub.notes()).length === 1);
    forge({ sequence: 9, previous: 'ab'.repeat(32), ...note('far ahead') });
    await province.say('hub', 'two');
    await eventually(async () => (await hub.notes()).length === 2);
    expect(await hub.notes()).toEqual(['one', 'two']);
    expect(await peerAt(hub)).toMatchObject({ received: 2 });
    expect((await peerAt(hub)).quarantined).toBeUndefined();
  });

  test('a message of an incarnation that no handshake announced is not taken', async () => {
    const { hub, province, forge } = await world();
    forge({ incarnation: 7, sequence: 1, ...note('from nowhere') });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await hub.notes()).toEqual([]);
    expect((await peerAt(hub)).incarnation).toBe(1);
    expect((await province.messaging.status()).incarnation).toBe(1);
  });

  test('A17 a forged receipt for another body makes nobody forget', async () => {
    const { hub, province } = await world();
    await hub.say('p-37', 'down');
    await eventually(async () => (await province.notes()).length === 1);
    await eventually(async () => (await peerAt(hub)).unacknowledged === 0);
    const item = { incarnation: 1, after: 1, upTo: 2, hash: 'ab'.repeat(32), exceptions: [] };
    province.link.send(
      'hub',
      'link.receipt',
      signed(bodyOf({ kind: 'link.receipt', sequence: 0, data: { items: [item] } }), province.keys.keys[0]!),
    );
    await hub.say('p-37', 'second');
    await eventually(async () => (await province.notes()).length === 2);
    await eventually(async () => (await peerAt(hub)).unacknowledged === 0);
  });
});

describe('verify-log', () => {
  async function logged() {
    const { hub, province } = await world();
    for (let number = 1; number <= 6; number++) await province.say('hub', `${number}`);
    await hub.say('p-37', 'down');
    await eventually(async () => (await hub.notes()).length === 6 && (await province.notes()).length === 1);
    return hub;
  }
  const verdict = async ({ store }: LinkNode) => verifyLog(store.read, await loadDirectory(store.read));

  test('finds an untouched log whole', async () => {
    const hub = await logged();
    expect(await verdict(hub)).toMatchObject({ entries: 7, firstBroken: null });
  });

  test.each([
    [
      'a bit of the body',
      `update message_log set envelope = replace(cast(envelope as text), '"payload":"eyJ', '"payload":"eyK') where position = 4`,
      4,
    ],
    ['its hash', `update message_log set bodyHash = zeroblob(32) where position = 4`, 4],
    ['the chain', `update message_log set chainHash = zeroblob(32) where position = 4`, 4],
    ['its kind', `update message_log set kind = 'test.other' where position = 3`, 3],
    ['its place', `update message_log set incarnation = 2 where position = 5`, 5],
    ['an entry away', `delete from message_log where position = 2`, 2],
    ['the end', `delete from message_log where position = 7`, 7],
  ])('names the first broken entry after an edit of %s', async (_, edit, position) => {
    const hub = await logged();
    const change = edit
      .replace('replace(cast(envelope as text), ', 'cast(replace(cast(envelope as text), ')
      .replace(`"eyK')`, `"eyK') as blob)`);
    // In a decision: a second writer would find the database locked by one that is under way.
    await hub.store.decide((tx) => sql.raw(change).execute(tx));
    expect((await verdict(hub)).firstBroken).toMatchObject({ position, reason: expect.any(String) });
  });
});
