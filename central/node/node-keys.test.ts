import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeHealth } from '../../contracts/node.ts';
import { systemRandom } from '../../shared/random.ts';
import { fingerprint, withNextKey } from '../../shared/signing/node-keys.ts';
import type { NodeKeys } from '../../shared/signing/node-keys.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { Note, openLinkNode } from '../../tests/world/link-world.ts';
import type { LinkNode } from '../../tests/world/link-world.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

let world: World;
let province: LinkNode;
let page: Browser;
beforeAll(async () => {
  world = await openWorld([]);
  page = await world.signIn('jyb001');
  province = await join();
  await approve();
  await say('one');
}, 60_000);
afterAll(async () => {
  await province.stop();
  await world.stop();
});

/** The province, or the province again with one key more. */
async function join(keys?: NodeKeys): Promise<LinkNode> {
  const link = world.loopback.join('p-99');
  const again = keys ? { keys, file: province.file } : {};
  return openLinkNode({ id: 'p-99', link, hubKeys: world.hubKeys, ...again });
}

async function rollOver(): Promise<void> {
  await province.stop();
  province = await join(withNextKey(province.keys, systemRandom));
}

async function approve(): Promise<void> {
  const mark = fingerprint(province.keys.keys.at(-1)!);
  await eventually(
    () => page.post('/api/nodes/approve', { node: 'p-99', fingerprint: mark }),
    ({ ok }) => ok,
  );
  // Until the directory is there, the province signs with the key that it had.
  const { directoryVersion } = await world.hub.messaging.status();
  await eventually(
    () => province.messaging.status(),
    (status) => status.directoryVersion === directoryVersion,
  );
}

/** Said by the province, and received. */
async function say(text: string): Promise<void> {
  const before = (await node()).received;
  await province.say('hub', text, Note);
  await eventually(node, ({ received }) => received > before);
}

async function node(): Promise<NodeHealth> {
  const { nodes } = (await (await page.get('/api/nodes')).json()) as { nodes: NodeHealth[] };
  return nodes.find((one) => one.node === 'p-99')!;
}

const keyStates = async () => (await node()).keys.map(({ keyId, state }) => `${keyId} ${state}`);
const act = (what: 'end' | 'revoke', keyId: string) =>
  page.post(`/api/nodes/${what}-key`, { keyId, reason: '年度轮换' });

describe('the keys of a node (H.4)', () => {
  test('the only one cannot be ended', async () => {
    expect(await keyStates()).toEqual(['p-99/1 current']);
    expect((await act('end', 'p-99/1')).status).toBe(409);
    expect((await act('end', 'p-99/9')).status).toBe(404);
    expect((await act('end', 'hub/1')).status).toBe(409);
  });

  test('after a rollover the old one ends, once, with an audit entry', async () => {
    await rollOver();
    await approve();
    await say('two');
    expect(await keyStates()).toEqual(['p-99/2 current', 'p-99/1 older']);
    expect((await act('end', 'p-99/1')).status).toBe(200);
    expect(await keyStates()).toEqual(['p-99/2 current', 'p-99/1 ended']);
    expect((await act('end', 'p-99/1')).status).toBe(409);
    await say('three');
    const audit = world.hub.context.store.read.selectFrom('audit_entry').select(['account', 'subject', 'summary']);
    expect(await audit.where('action', '=', '/api/nodes/end-key').execute()).toEqual([
      { account: 'jyb001', subject: 'p-99/1', summary: '停用密钥，原因：年度轮换' },
    ]);
  });

  test('one is revoked once: a second time would let it count for more', async () => {
    expect((await act('revoke', 'p-99/1')).status).toBe(200);
    expect((await act('revoke', 'p-99/1')).status).toBe(409);
    expect(await node()).toMatchObject({ state: 'active' });
    await say('four');
  });

  test('the last one is revoked with its node, which comes back with a new key only', async () => {
    expect((await act('revoke', 'p-99/2')).status).toBe(200);
    expect(await node()).toMatchObject({ state: 'suspended' });
    expect(await keyStates()).toEqual(['p-99/2 revoked', 'p-99/1 revoked']);
    const revoked = fingerprint(province.keys.keys.at(-1)!);
    expect((await page.post('/api/nodes/approve', { node: 'p-99', fingerprint: revoked })).status).toBe(409);
    await rollOver();
    await approve();
    await say('five');
    expect(await keyStates()).toEqual(['p-99/3 current', 'p-99/2 revoked', 'p-99/1 revoked']);
    expect(await node()).toMatchObject({ state: 'active' });
  });
});
