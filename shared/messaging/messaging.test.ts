import { afterEach, describe, expect, test } from 'vitest';
import type { LinkNode } from '../../tests/world/link-world.ts';
import { eventually, openLinkWorld, Secret } from '../../tests/world/link-world.ts';
import { openLoopback } from './loopback-link.ts';

const running: LinkNode[] = [];
afterEach(async () => {
  for (const node of running.splice(0)) await node.stop();
});

async function pair(suite?: 'ed25519' | 'sm2-sm3') {
  const bus = openLoopback();
  const world = await openLinkWorld((id) => bus.join(id), ['p-37'], suite);
  running.push(world.hub, ...world.provinces);
  return { bus, hub: world.hub, province: world.provinces[0]! };
}

describe('messages between a province and the hub', () => {
  test.each(['ed25519', 'sm2-sm3'] as const)('arrive once and in order, both ways, signed with %s', async (suite) => {
    const { hub, province } = await pair(suite);
    for (let number = 0; number < 20; number++)
      await province.say('hub', `up ${number}`, number % 2 ? Secret : undefined);
    for (let number = 0; number < 5; number++) await hub.say('p-37', `down ${number}`);
    await eventually(async () => (await hub.notes()).length === 20 && (await province.notes()).length === 5);
    expect(await hub.notes()).toEqual(Array.from({ length: 20 }, (_, number) => `up ${number}`));
    expect(await province.notes()).toEqual(Array.from({ length: 5 }, (_, number) => `down ${number}`));
    await eventually(async () => (await province.messaging.status()).peers[0]?.unacknowledged === 0);
  });
});
