import { mkdtempSync, rmSync } from 'node:fs';
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
import { startProvince } from '../../province-node/start.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import { silentLog } from '../../shared/log.ts';
import { openLoopback } from '../../shared/messaging/loopback-link.ts';
import type { Loopback } from '../../shared/messaging/loopback-link.ts';
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
  registry: Simulator;
  /** Signed in with a demo account at the hub (`jyb001`) or at the province that its org is in. */
  signIn(account: string): Promise<Browser>;
  stop(): Promise<void>;
}

export const apiKey = 'world-registry-key';

export async function openWorld(codes: readonly string[] = ['37', '44'], clock: Clock = systemClock): Promise<World> {
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
    webFolder: '',
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
  const hub = await startHub({ ...settings('hub'), ...registrySettings }, hubKeys, ports('hub'));
  await seedHub(hub.context);
  const provinces = new Map<string, RunningNode<Province>>();
  for (const demo of demoProvinces.filter(({ code }) => codes.includes(code))) {
    const node: NodeId = `p-${demo.code}`;
    const keys = createNodeKeys(node, systemRandom);
    const province = await startProvince({ ...settings(node), province: demo.code, hubFingerprint }, keys, ports(node));
    await admitProvince(hub, node, publicPart(keys.keys[0]!));
    await seedProvince(province.context, demo);
    await province.listen();
    provinces.set(demo.code, province);
  }
  await hub.listen();
  const province = (code: string): RunningNode<Province> => provinces.get(code)!;
  return {
    hub,
    province,
    loopback,
    dataFolder: (node) => join(folder, node),
    hubKeys,
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
