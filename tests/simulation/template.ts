import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startHub } from '../../central/start.ts';
import type { Hub } from '../../central/context.ts';
import type { PopulationRegistry } from '../../central/population-registry/population-registry-client.ts';
import { publish } from '../../province-node/publication/business.ts';
import { startProvince } from '../../province-node/start.ts';
import type { Province } from '../../province-node/context.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { demoAccounts, ministryAccounts, ministryOrg } from '../../deploy/demo/accounts.ts';
import type { DemoAccount } from '../../deploy/demo/accounts.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { createAccount } from '../../shared/account/table.ts';
import { isoTime } from '../../shared/clock.ts';
import type { AnyContext } from '../../shared/context.ts';
import { silentLog } from '../../shared/log.ts';
import type { NodePorts, RunningNode } from '../../shared/node/start-node.ts';
import { insertOrgs } from '../../shared/org/table.ts';
import { seededRandom } from '../../shared/random.ts';
import { createNodeKeys, fingerprint, publicPart } from '../../shared/signing/node-keys.ts';
import { chanceOf } from './chance.ts';
import { databaseOf, newFolder } from './disk.ts';
import { openMarks } from './marks.ts';
import { openNetwork } from './network.ts';
import { openTimeline } from './timeline.ts';
import type { Timeline } from './timeline.ts';

/** Where every run begins: a Tuesday morning in China, in the week when first-graders are registered. */
export const START_MS = Date.UTC(2026, 8, 1, 1);
const ADMISSION_MS_MAX = 60_000;

const keyRandom = seededRandom(20_260_901);
export const hubKeys = createNodeKeys('hub', keyRandom);
const provinceKeys = new Map(demoProvinces.map(({ code }) => [code as string, createNodeKeys(`p-${code}`, keyRandom)]));

const settings = (folder: string) => ({
  dataFolder: folder,
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
  masterSecret: '5e'.repeat(32),
});

export function bootHub(
  folder: string,
  ports: NodePorts,
  populationRegistry: PopulationRegistry,
): Promise<RunningNode<Hub>> {
  const registry = { populationRegistryUrl: 'http://registry.invalid', populationRegistryKey: 'none' };
  return startHub({ ...settings(folder), ...registry }, hubKeys, { ...ports, populationRegistry });
}

export function bootProvince(code: string, folder: string, ports: NodePorts): Promise<RunningNode<Province>> {
  const hubFingerprint = fingerprint(publicPart(hubKeys.keys[0]!));
  return startProvince({ ...settings(folder), province: code, hubFingerprint }, provinceKeys.get(code)!, ports);
}

export const provinceCodes = demoProvinces.map(({ code }) => code as string);

export function orgsOf(code: string): Org[] {
  return demoOrgs(demoProvinces.find((one) => one.code === code)!);
}

/** Databases of the hub and of every province, migrated, with orgs and accounts, admitted and acquainted. */
export interface Template {
  folder: string;
  copyTo(folder: string, node: NodeId): void;
}

/** Made once a process: a run begins with copies. */
export async function makeTemplate(): Promise<Template> {
  const folder = newFolder();
  const timeline = openTimeline(START_MS);
  const chance = chanceOf(0);
  const faults = {
    loss: 0,
    copies: 0,
    corruption: 0,
    replays: 0,
    stragglers: 0,
    delayMs: 0,
    longDelayMs: 1,
    forgeries: 0,
  };
  const network = openNetwork(timeline, chance, faults, openMarks());
  const portsOf = (node: NodeId): NodePorts => ({
    clock: {
      now: () => timeline.nowMs,
      after: (delayMs, work) => timeline.after(delayMs, 'timer', node, work),
    },
    random: chance.fork(node),
    log: silentLog,
    link: network.join(node, () => undefined),
    storeOptions: { sliceMs: Infinity },
  });
  const nobody: PopulationRegistry = { link: () => 'closed', verify: () => Promise.reject(new Error('not asked')) };
  const hub = await bootHub(join(folder, 'hub'), portsOf('hub'), nobody);
  await seed(hub.context, [ministryOrg], ministryAccounts);
  const provinces: RunningNode<Province>[] = [];
  for (const code of provinceCodes) {
    const node: NodeId = `p-${code}`;
    const province = await bootProvince(code, join(folder, node), portsOf(node));
    provinces.push(province);
    await seed(province.context, orgsOf(code), [...demoAccounts(orgsOf(code)), ...colleagues(orgsOf(code))]);
    const asked = hub.context.store.read.selectFrom('enrolment').select('node').where('node', '=', node);
    await until(timeline, async () => (await asked.executeTakeFirst()) !== undefined);
    const mark = fingerprint(publicPart(provinceKeys.get(code)!.keys[0]!));
    await hub.context.store.decide((tx) => hub.messaging.nodes.approve(tx, node, mark));
    await until(timeline, async () => (await province.messaging.status()).peers.every((peer) => peer.open));
  }
  await published(hub, provinces, timeline);
  for (const node of [...provinces, hub]) await node.stop();
  return {
    folder,
    copyTo(to, node) {
      mkdirSync(to, { recursive: true });
      copyFileSync(databaseOf(join(folder, node)), databaseOf(to));
    },
  };
}

/** The hub knows the orgs and the handlers of every province: these begin no run with telling them. */
async function published(
  hub: RunningNode<Hub>,
  provinces: ReadonlyArray<RunningNode<Province>>,
  timeline: Timeline,
): Promise<void> {
  for (const { context } of provinces) await publish(context);
  const told = hub.context.store.read.selectFrom('account').select('name').where('home', 'is not', null);
  const own = await Promise.all(
    provinces.map(({ context }) =>
      context.store.read.selectFrom('account').select('name').where('role', '!=', 'system-admin').execute(),
    ),
  );
  await until(timeline, async () => (await told.execute()).length === own.flat().length);
}

/** A second person at every desk, so that two can act on the same application at once. */
function colleagues(orgs: readonly Org[]): DemoAccount[] {
  return orgs.map(({ id, level }) => ({
    name: `tb${id}`,
    personName: '同办人',
    role: level === 'school' ? 'school-registrar' : 'bureau-registrar',
    orgId: id,
  }));
}

async function seed(context: AnyContext, orgs: readonly Org[], accounts: readonly DemoAccount[]): Promise<void> {
  await context.store.decide(async (tx) => {
    await insertOrgs(tx, orgs);
    const now = isoTime(context.clock.now());
    for (const account of accounts)
      await createAccount(tx, { ...account, passwordHash: 'none', mustChangePassword: false }, now);
  });
}

async function until(timeline: Timeline, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = timeline.nowMs + ADMISSION_MS_MAX;
  while (!(await isSo())) {
    const event = timeline.next();
    if (!event || event.atMs > endMs) throw new Error('the template world did not come together ');
    event.work();
    await quietTurn();
  }
}

/** Everything that a node does by itself runs in microtasks: after one turn of the event loop it waits for something. */
export function quietTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
