import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHub } from '../../central/start.ts';
import type { Hub } from '../../central/context.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { DEMO_PASSWORD } from '../../deploy/demo/accounts.ts';
import { demoProvinces } from '../../deploy/demo/orgs.ts';
import { admitProvince, seedHub, seedProvince } from '../../deploy/demo/seed.ts';
import { startSimulator } from '../../deploy/population-registry-simulator/server.ts';
import type { Simulator } from '../../deploy/population-registry-simulator/server.ts';
import type { Province } from '../../province-node/context.ts';
import { publish } from '../../province-node/publication/business.ts';
import { startProvince } from '../../province-node/start.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import { openStore } from '../../shared/db/store.ts';
import { silentLog } from '../../shared/log.ts';
import { openLoopback } from '../../shared/messaging/loopback-link.ts';
import type { Loopback } from '../../shared/messaging/loopback-link.ts';
import type { MessagingTables } from '../../shared/messaging/tables.ts';
import type { RunningNode } from '../../shared/node/start-node.ts';
import { systemRandom } from '../../shared/random.ts';
import { createNodeKeys, fingerprint, publicPart } from '../../shared/signing/node-keys.ts';
import type { NodeKeys } from '../../shared/signing/node-keys.ts';
import { browser } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';

/** The hub, demo provinces and the population registry in one process: production code, real files, the loopback link. */
export interface World {
  hub: RunningNode<Hub>;
  province(code: string): RunningNode<Province>;
  loopback: Loopback;
  dataFolder(node: NodeId): string;
  /** For a node of the test's own that joins. */
  hubKeys: NodeKeys;
  keysOf(code: string): NodeKeys;
  /** Where people find it: the hub under another name than the provinces, because cookies know no ports. */
  addressOf(node: NodeId): string;
  stopProvince(code: string): Promise<void>;
  /** Again, with the data that it had, at another address. */
  startProvince(code: string): Promise<void>;
  /** By the procedure (docs/OPERATIONS.md): stopped, the backup of its database put back and told so, started again. */
  restore(node: NodeId, backup: string): Promise<void>;
  registry: Simulator;
  /** Signed in with a demo account at the hub (`jyb001`) or at the province that its org is in. */
  signIn(account: string): Promise<Browser>;
  stop(): Promise<void>;
}

export const apiKey = 'world-registry-key';

/** `pages` is the folder of the built pages, for who comes with a browser. */
export async function openWorld(
  codes: readonly string[] = ['37', '44'],
  clock: Clock = systemClock,
  pages?: string,
): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'xueji-world-'));
  const trials = { latencyMs: 0, errorRate: 0, unavailable: false };
  const registry = await startSimulator({ port: 0, apiKey, seed: 1, citizens: new Map(), trials, clock });
  const loopback = openLoopback();
  const ports = (node: NodeId) => ({
    clock,
    random: systemRandom,
    log: silentLog,
    link: loopback.join(node),
    strictProblems: true,
  });
  const settings = (node: NodeId) => ({
    dataFolder: join(folder, node),
    webFolder: pages ? join(pages, node === 'hub' ? 'hub' : 'province') : '',
    host: '127.0.0.1',
    port: 0,
    https: false,
    origins: [],
    behindProxy: false,
    logLevel: 'silent' as const,
    natsUrl: '',
    natsUser: '',
    natsPassword: '',
    masterSecret: Buffer.alloc(32, node).toString('hex'),
  });
  const hubKeys = createNodeKeys('hub', systemRandom);
  const hubFingerprint = fingerprint(publicPart(hubKeys.keys[0]!));
  const registrySettings = { populationRegistryUrl: registry.url, populationRegistryKey: apiKey };
  const openHub = () => startHub({ ...settings('hub'), ...registrySettings }, hubKeys, ports('hub'));
  let hub = await openHub();
  await seedHub(hub.context);
  const addresses = new Map<NodeId, string>([['hub', (await hub.listen()).replace('127.0.0.1', 'localhost')]]);
  const hubUrl = addresses.get('hub')!;
  const provinces = new Map<string, RunningNode<Province>>();
  const provinceKeys = new Map<string, NodeKeys>();
  const openProvince = (code: string): Promise<RunningNode<Province>> => {
    const node: NodeId = `p-${code}`;
    const keys = provinceKeys.get(code) ?? createNodeKeys(node, systemRandom);
    provinceKeys.set(code, keys);
    return startProvince({ ...settings(node), province: code, hubFingerprint, hubUrl }, keys, ports(node));
  };
  for (const demo of demoProvinces.filter(({ code }) => codes.includes(code))) {
    const node: NodeId = `p-${demo.code}`;
    const province = await openProvince(demo.code);
    await admitProvince(hub, node, publicPart(provinceKeys.get(demo.code)!.keys[0]!));
    await seedProvince(province.context, demo);
    addresses.set(node, await province.listen());
    provinces.set(demo.code, province);
  }
  const province = (code: string): RunningNode<Province> => provinces.get(code)!;
  for (const node of provinces.values()) await allTold(node);
  return {
    get hub() {
      return hub;
    },
    province,
    async restore(node, backup) {
      const before = node === 'hub' ? hub : province(node.slice(2));
      await before.stop();
      const file = join(folder, node, 'node.db');
      for (const one of [file, `${file}-wal`, `${file}-shm`]) rmSync(one, { force: true });
      copyFileSync(backup, file);
      const store = openStore<MessagingTables>(file);
      await store.decide((tx) => tx.updateTable('link_state').set({ incarnationDue: 1 }).execute());
      await store.close();
      if (node === 'hub') await (hub = await openHub()).listen();
      else {
        const again = await openProvince(node.slice(2));
        provinces.set(node.slice(2), again);
        await again.listen();
      }
    },
    loopback,
    dataFolder: (node) => join(folder, node),
    hubKeys,
    keysOf: (code) => provinceKeys.get(code)!,
    addressOf: (node) => addresses.get(node)!,
    async startProvince(code) {
      const again = await openProvince(code);
      provinces.set(code, again);
      addresses.set(`p-${code}`, await again.listen());
    },
    async stopProvince(code) {
      await province(code).stop();
      provinces.delete(code);
    },
    registry,
    async signIn(account) {
      const code = account.startsWith('jyb') ? 'hub' : codeOf(account);
      const page = browser(code === 'hub' ? hub.app : province(code).app);
      const answer = await page.signIn(account, DEMO_PASSWORD);
      if (!answer.ok) throw new Error(`${account} cannot sign in: ${await answer.text()}`);
      return page;
    },
    async stop() {
      for (const node of provinces.values()) await node.stop();
      await hub.stop();
      await registry.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The hub knows the province's people, and nothing is under way: a test begins in quiet. */
async function allTold({ context, messaging }: RunningNode<Province>): Promise<void> {
  await eventually(
    async () => messaging.hasAgreed('hub'),
    (agreed) => agreed,
  );
  await publish(context);
  await allReceipted(messaging);
}

/** Nothing that this node has said is under way any more. */
export async function allReceipted(messaging: RunningNode<unknown>['messaging']): Promise<void> {
  await eventually(
    () => messaging.status(),
    ({ peers }) => peers.every(({ unacknowledged, waiting }) => unacknowledged + waiting === 0),
  );
}

/** `xj2137000003` and `xj370102` are both of province 37. */
function codeOf(account: string): string {
  const org = account.slice(2);
  return org.length === 10 ? org.slice(2, 4) : org.slice(0, 2);
}

/** Asks again until `isSo`; the messages between the nodes take their time. */
export async function eventually<T>(ask: () => Promise<T>, isSo: (value: T) => boolean, withinMs = 10_000): Promise<T> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    if (performance.now() > endMs) throw new Error(`still ${JSON.stringify(value)?.slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
