import { afterEach, describe, expect, test } from 'vitest';
import type { MessageBody } from '../../contracts/core/envelope.ts';
import { approve, backupOf, eventually, fastClock, opened, openLinkNode } from '../../tests/world/link-world.ts';
import { restored, tapped } from '../../tests/world/link-world.ts';
import type { LinkNode } from '../../tests/world/link-world.ts';
import type { Link } from './link.ts';
import { openLoopback } from './loopback-link.ts';

/** What is under way when a node is restored: words that are not back yet, greetings that are lost, messages that are held. */

const running = new Set<LinkNode>();
afterEach(async () => {
  for (const node of running) await node.stop();
  running.clear();
});

const options = { clock: fastClock };
type Tap = Parameters<typeof tapped>[1];
const through: Tap = (to, kind, bytes, send) => send(to, kind, bytes);

/** The hub and one province; what each sends goes through a tap that the test may change. */
async function world() {
  const bus = openLoopback();
  const taps = { hub: through, province: through };
  const join = (node: 'hub' | 'p-37'): Link =>
    tapped(bus.join(node), (...sent) => (node === 'hub' ? taps.hub : taps.province)(...sent));
  const hub = await openLinkNode({ id: 'hub', link: join('hub'), options });
  running.add(hub);
  const start = async (file?: string, keys?: LinkNode['keys']): Promise<LinkNode> => {
    const known = { ...(file ? { file } : {}), ...(keys ? { keys } : {}) };
    const node = await openLinkNode({ id: 'p-37', link: join('p-37'), hubKeys: hub.keys, options, ...known });
    running.add(node);
    return node;
  };
  const province = await start();
  await approve(hub, province);
  await opened(hub, province);
  let living = province;
  const restore = async (backup: string): Promise<LinkNode> => {
    await living.stop();
    running.delete(living);
    living = await start(restored(backup), province.keys);
    return living;
  };
  return { hub, province, taps, restore };
}

function bodyOf(bytes: Uint8Array): MessageBody {
  const { payload } = JSON.parse(Buffer.from(bytes).toString()) as { payload: string };
  return JSON.parse(Buffer.from(payload, 'base64').toString()) as MessageBody;
}

/** What has been sent has had its effect, if it has any. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}

async function quiet(...nodes: LinkNode[]): Promise<void> {
  await eventually(async () => {
    const states = await Promise.all(nodes.map((node) => node.messaging.status()));
    return states.every(({ peers }) => peers.every((peer) => peer.open && peer.unacknowledged + peer.waiting === 0));
  });
}

describe('a restored province', () => {
  test('takes nothing that follows from its own words before they are back', async () => {
    const { hub, province, taps, restore } = await world();
    const backup = await backupOf(province);
    await province.say('hub', 'a word of its own');
    await hub.say('p-37', 'what follows from it');
    await quiet(hub, province);
    let mayReturn = false;
    let again = 0;
    taps.hub = (to, kind, bytes, send) => {
      if (kind === 'test.note') again++;
      if (kind !== 'link.returned' || mayReturn) send(to, kind, bytes);
    };

    const restoredOne = await restore(backup);
    await hub.say('p-37', 'more');
    await eventually(() => again > 1);
    await settled();
    expect(await restoredOne.notes()).toEqual([]);
    mayReturn = true;
    await eventually(async () => (await restoredOne.notes()).length === 2);
    expect(await restoredOne.notes()).toEqual(['what follows from it', 'more']);
  });

  test('opens only when its words of every incarnation are back', async () => {
    const { hub, province, taps, restore } = await world();
    const backup = await backupOf(province);
    await province.say('hub', 'first');
    await quiet(hub, province);
    const second = await restore(backup);
    await second.say('hub', 'second');
    await quiet(hub, second);
    await hub.say('p-37', 'what follows from it');
    await quiet(hub, second);
    let lost = 0;
    let mayReturn = false;
    taps.hub = (to, kind, bytes, send) => {
      const isLost = !mayReturn && kind === 'link.returned' && bodyOf(bytes).incarnation === 2;
      if (isLost) lost++;
      else send(to, kind, bytes);
    };

    const third = await restore(backup);
    await eventually(() => lost > 0);
    await settled();
    expect(await third.notes()).toEqual([]);
    expect((await third.messaging.status()).peers[0]).toMatchObject({ open: false });
    mayReturn = true;
    await quiet(hub, third);
    expect(await third.notes()).toEqual(['what follows from it']);
    const words = third.store.read.selectFrom('message_log').select('incarnation').where('direction', '=', 'sent');
    expect((await words.orderBy('position').execute()).map(({ incarnation }) => incarnation)).toEqual([1, 2]);
  });

  test('says nothing in a new incarnation before the hub has noted it: another restore would give its numbers again', async () => {
    const { hub, province, taps, restore } = await world();
    const backup = await backupOf(province);
    await province.say('hub', 'forgotten');
    await quiet(hub, province);
    let greetings = 0;
    let isLost = true;
    const said: number[] = [];
    taps.province = (to, kind, bytes, send) => {
      const { incarnation, data } = bodyOf(bytes);
      const answers = kind === 'link.hello' && JSON.stringify(data).includes('"echo"');
      if (kind === 'test.note') said.push(incarnation);
      if (incarnation === 2 && kind === 'link.hello' && !answers) greetings++;
      if (!(isLost && incarnation === 2 && answers)) send(to, kind, bytes);
    };

    const restoredOne = await restore(backup);
    await restoredOne.say('hub', 'new');
    await eventually(() => greetings > 0);
    await settled();
    expect(said).toEqual([]);
    isLost = false;
    await eventually(async () => (await hub.notes()).includes('new'));
    expect(await hub.notes()).toEqual(['forgotten', 'new']);
  });

  test('gets again what it had receipted and forgot, also when the hub never heard its greeting', async () => {
    const { hub, province, taps, restore } = await world();
    const backup = await backupOf(province);
    await hub.say('p-37', 'receipted and forgotten');
    await quiet(hub, province);
    let answers = 0;
    taps.province = (to, kind, bytes, send) => {
      const isAnswer = kind === 'link.hello' && JSON.stringify(bodyOf(bytes).data).includes('"echo"');
      if (!isAnswer || ++answers > 1) send(to, kind, bytes);
    };

    const restoredOne = await restore(backup);
    await eventually(() => answers > 0);
    await hub.say('p-37', 'new');
    await eventually(async () => (await restoredOne.notes()).length === 2);
    expect(await restoredOne.notes()).toEqual(['receipted and forgotten', 'new']);
  });

  test('is not taken for a liar when the hub still holds what it said, and forgot', async () => {
    const { hub, province, taps, restore } = await world();
    const backup = await backupOf(province);
    let heldAtHub = 0;
    taps.province = (to, kind, bytes, send) => {
      // The first is lost on the way, so that the hub can only hold the second.
      if (kind === 'test.note' && bodyOf(bytes).sequence === 1) return;
      if (kind === 'test.note') heldAtHub++;
      send(to, kind, bytes);
    };
    await province.say('hub', 'lost');
    await province.say('hub', 'held');
    await eventually(() => heldAtHub > 0);
    taps.province = through;

    const restoredOne = await restore(backup);
    await restoredOne.say('hub', 'one');
    await restoredOne.say('hub', 'two');
    await eventually(async () => (await hub.notes()).length === 2);
    await quiet(hub, restoredOne);
    expect(await hub.notes()).toEqual(['one', 'two']);
    expect((await hub.messaging.status()).peers[0]?.quarantined).toBeUndefined();
  });
});
