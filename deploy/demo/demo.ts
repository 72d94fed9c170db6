import { randomBytes } from 'node:crypto';
import {
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { startHub } from '../../central/start.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { startProvince } from '../../province-node/start.ts';
import { systemClock } from '../../shared/clock.ts';
import { openLog } from '../../shared/log.ts';
import type { RunningNode } from '../../shared/node/start-node.ts';
import { systemRandom } from '../../shared/random.ts';
import { createNodeKeys, fingerprint, loadNodeKeys, publicPart, saveNodeKeys } from '../../shared/signing/node-keys.ts';
import type { NodeKeys } from '../../shared/signing/node-keys.ts';
import { bringToLife } from './life.ts';
import type { LivingProvince } from './life.ts';
import { demoProvinces } from './orgs.ts';
import { seedPreschoolRecords } from './preschool.ts';
import { openDemoLinks } from './links.ts';
import { loadEarlierPupils } from './load.ts';
import { admitProvince, seedHub, seedProvince } from './seed.ts';
import { startRegistrySimulator } from './registry.ts';

export interface DemoOptions {
  dataFolder: string;
  /** Folder with the built pages `province/` and `hub/`; empty: none. */
  webFolder: string;
  /** The hub's port; province 37 listens on firstPort + 37 and so on, the simulator on firstPort + 99. 0: any free ones. */
  firstPort: number;
  logLevel: string;
  /** Files with the pupils of earlier years, made beforehand (load.ts); they are made at the first start when there is none. */
  earlierPupils?: string;
  /** Nothing but orgs, accounts and what other systems know: for tests that count what they made. */
  empty?: boolean;
  natsUrl: string | undefined;
}

export interface Demo {
  urls: Partial<Record<NodeId, string>>;
  linkDescription: string;
  /** Resolves when this autumn's registrations are there, which are made beside the service; true when they were not before. */
  alive: Promise<boolean>;
  stop(): Promise<void>;
}

/** Everything on one machine, in one process but for the population registry and the broker, which are their own programs. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  if (!options.empty && isNew(options.dataFolder)) await bringEarlierPupils(options);
  mkdirSync(options.dataFolder, { recursive: true });
  const provinceIds = demoProvinces.map(({ code }): NodeId => `p-${code}`);
  const registry = await startRegistrySimulator(options.firstPort === 0 ? 0 : options.firstPort + 99);
  const linkLog = openLog('demo', options.logLevel);
  const links = await openDemoLinks(options.dataFolder, ['hub', ...provinceIds], options.natsUrl, linkLog);
  const running: RunningNode<never>[] = [];
  const provinces: LivingProvince[] = [];
  const urls: Partial<Record<NodeId, string>> = {};

  const hubKeys = keysOf(options.dataFolder, 'hub');
  const hubFingerprint = fingerprint(publicPart(hubKeys.keys[0]!));
  const hub = await startHub(
    { ...settingsOf(options, 'hub', 0), populationRegistryUrl: registry.url, populationRegistryKey: registry.apiKey },
    hubKeys,
    { clock: systemClock, random: systemRandom, log: openLog('hub', options.logLevel), link: await links.open('hub') },
  );
  running.push(hub as never);
  await seedHub(hub.context);
  urls.hub = await hub.listen();
  // Cookies know no ports: under another name the hub's session stands beside the province's.
  const hubUrl = urls.hub.replace('127.0.0.1', 'localhost');

  for (const province of demoProvinces) {
    const node: NodeId = `p-${province.code}`;
    const keys = keysOf(options.dataFolder, node);
    const started = await startProvince(
      { ...settingsOf(options, node, Number(province.code)), province: province.code, hubFingerprint, hubUrl },
      keys,
      { clock: systemClock, random: systemRandom, log: openLog(node, options.logLevel), link: await links.open(node) },
    );
    running.push(started as never);
    provinces.push({ node: started, demo: province });
    await admitProvince(hub, node, publicPart(keys.keys[0]!));
    await seedProvince(started.context, province);
    await seedPreschoolRecords(started.context, province);
    urls[node] = await started.listen();
  }
  let isStopped = false;
  const alive = options.empty ? Promise.resolve(false) : bringToLife(provinces, () => isStopped);

  return {
    urls,
    linkDescription: links.description,
    alive,
    async stop() {
      isStopped = true;
      await alive.catch(() => undefined);
      for (const node of running.toReversed()) await node.stop();
      await links.close();
      await registry.stop();
    },
  };
}

function isNew(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0;
}

/** All of it or nothing: a start that is cut off begins anew. */
async function bringEarlierPupils({ dataFolder, earlierPupils }: DemoOptions): Promise<void> {
  if (!earlierPupils || !existsSync(earlierPupils)) return loadEarlierPupils(dataFolder);
  const part = `${dataFolder}.part`;
  rmSync(part, { recursive: true, force: true });
  await cp(earlierPupils, part, { recursive: true, mode: constants.COPYFILE_FICLONE });
  rmSync(dataFolder, { recursive: true, force: true });
  renameSync(part, dataFolder);
}

/** A node's secrets are made once and stay with its data. */
function settingsOf(options: DemoOptions, node: NodeId, portOffset: number) {
  const dataFolder = join(options.dataFolder, node);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const secretFile = join(dataFolder, 'master-secret');
  if (!existsSync(secretFile)) writeFileSync(secretFile, randomBytes(32).toString('hex'), { mode: 0o600 });
  const app = node === 'hub' ? 'hub' : 'province';
  return {
    dataFolder,
    webFolder: options.webFolder === '' ? '' : join(options.webFolder, app),
    host: '127.0.0.1',
    port: options.firstPort === 0 ? 0 : options.firstPort + portOffset,
    https: false,
    origins: [],
    behindProxy: false,
    logLevel: 'info' as const,
    natsUrl: '',
    natsUser: '',
    natsPassword: '',
    masterSecret: readFileSync(secretFile, 'utf8'),
  };
}

function keysOf(dataFolder: string, node: NodeId): NodeKeys {
  mkdirSync(join(dataFolder, node), { recursive: true, mode: 0o700 });
  const file = join(dataFolder, node, 'keys.json');
  if (!existsSync(file)) saveNodeKeys(file, createNodeKeys(node, systemRandom));
  return loadNodeKeys(file);
}
