import { join } from 'node:path';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { DEMO_PASSWORD } from '../../deploy/demo/accounts.ts';
import { startRegistrySimulator } from '../../deploy/demo/registry.ts';
import { must } from '../../shared/assert.ts';
import { startNatsServer } from '../../shared/messaging/nats-server.ts';
import { systemRandom } from '../../shared/random.ts';
import { createNodeKeys, fingerprint, publicPart } from '../../shared/signing/node-keys.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import type { BenchNode } from './node-settings.ts';
import { signIn } from './person.ts';
import type { Person } from './person.ts';

/** Whatever can be killed: two provinces, the hub and their broker, each a process of its own. */
export const victims = ['hub', 'p-37', 'p-44', 'broker'] as const;
export type Victim = (typeof victims)[number];
export type RunningId = Exclude<Victim, 'broker'>;
export const provinceIds = ['p-37', 'p-44'] as const;

export interface Federation {
  /** kill -9. */
  kill(victim: Victim): Promise<void>;
  /** The same data, keys and port again; answers when its pages are served. */
  start(victim: Victim): Promise<void>;
  /** Somebody at the pages of a node; the session lasts through its restarts. */
  person(node: RunningId, account: string): Promise<Person>;
  /** A command of the node's process (hub-process.ts, province-process.ts). */
  ask<Answer>(node: RunningId, command: string, input?: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** Brings them up, admits the provinces and seeds the demo's orgs and accounts. Data is kept in `folder`; `execArgv` are options for node. */
export async function openFederation(folder: string, execArgv: readonly string[] = []): Promise<Federation> {
  const registry = await startRegistrySimulator(0);
  const ports = { hub: await freePort(), 'p-37': await freePort(), 'p-44': await freePort(), broker: await freePort() };
  const keys = {
    hub: createNodeKeys('hub', systemRandom),
    'p-37': createNodeKeys('p-37', systemRandom),
    'p-44': createNodeKeys('p-44', systemRandom),
  };
  const hubFingerprint = fingerprint(publicPart(keys.hub.keys[0]!));
  const natsUrl = `nats://127.0.0.1:${ports.broker}`;
  const startBroker = () => startNatsServer(['-a', '127.0.0.1', '-p', String(ports.broker)]);
  let broker = await startBroker();
  const running = new Map<RunningId, Child>();
  const people = new Map<string, Promise<Person>>();

  /** Not yet with its pages. */
  async function open(id: RunningId): Promise<Child> {
    const child = startChild(id === 'hub' ? 'hub-process' : 'province-process', execArgv);
    running.set(id, child);
    const node: BenchNode = { folder, natsUrl, keys: keys[id], port: ports[id] };
    const { url, apiKey } = registry;
    await child.ask('open', id === 'hub' ? { node, registry: { url, apiKey } } : { ...node, hubFingerprint });
    return child;
  }

  const hub = await open('hub');
  for (const id of provinceIds) {
    const child = await open(id);
    await hub.ask('admit', { node: id, key: publicPart(keys[id].keys[0]!) });
    await child.ask('listen');
  }
  await hub.ask('listen');

  return {
    async kill(victim) {
      if (victim === 'broker') await broker.stop();
      else await must(running.get(victim), victim).kill();
    },
    async start(victim) {
      if (victim === 'broker') broker = await startBroker();
      else await (await open(victim)).ask('listen');
    },
    person(node, account) {
      const key = `${node} ${account}`;
      const known = people.get(key) ?? signIn(`http://127.0.0.1:${ports[node]}`, account, DEMO_PASSWORD);
      people.set(key, known);
      known.catch(() => people.delete(key));
      return known;
    },
    ask: (node, command, input) => must(running.get(node), node).ask(command, input),
    async stop() {
      for (const child of running.values()) await child.stop();
      await registry.stop();
      await broker.stop();
    },
  };
}

export const databaseOf = (folder: string, node: RunningId): string => join(folder, node, 'node.db');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
