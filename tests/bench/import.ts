import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RegistrationImport } from '../../contracts/registration.ts';
import { DEMO_PASSWORD } from '../../deploy/demo/accounts.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { samplePupils } from '../../deploy/demo/pupils.ts';
import { startRegistrySimulator } from '../../deploy/demo/registry.ts';
import { residentEntrantSheet } from '../../province-node/registration/sheet.ts';
import { systemClock } from '../../shared/clock.ts';
import { startNatsServer } from '../../shared/messaging/nats-server.ts';
import { seededRandom, systemRandom } from '../../shared/random.ts';
import { createNodeKeys, fingerprint, publicPart } from '../../shared/signing/node-keys.ts';
import { openSpreadsheets } from '../../shared/spreadsheet/spreadsheets.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { rounded } from './figure.ts';
import type { Measured } from './figure.ts';
import type { Watched } from './province-process.ts';
import { describeMachine } from './machine.ts';
import type { BenchOptions } from './main.ts';
import { dataFolderOf } from './node-settings.ts';
import { signIn } from './person.ts';
import { registrarOf } from './registrar.ts';
import type { Registrar } from './registrar.ts';

const ROWS = 10_000;
const school = demoOrgs(demoProvinces[0]).find((org) => org.name.endsWith('实验小学'))!;

/** The goals (P6). */
const SECONDS_MAX = 15;
const PEAK_MB_MAX = 400;
const BLOCK_MS_MAX = 50;

/**
 * One file from the upload until every pupil's 查重认证 is answered: province, hub, population registry and broker, each
 * a process of its own, over real HTTP and real NATS.
 */
export async function benchImport({ rows = ROWS, profile }: BenchOptions): Promise<Measured> {
  const machine = describeMachine();
  const pupils = samplePupils(seededRandom(1), school, rows, 2026);
  const stream = openSpreadsheets(systemClock).export(residentEntrantSheet, pupils);
  const file = new Uint8Array(await new Response(stream).arrayBuffer());
  const folder = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  const broker = await startNatsServer();
  const registry = await startRegistrySimulator(0);
  const execArgv = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const hub = startChild('hub-process', execArgv);
  const province = startChild('province-process', execArgv);
  try {
    const address = await openNodes(folder, broker.url, registry, hub, province);
    const registrar = registrarOf(await signIn(address, `xj${school.id}`, DEMO_PASSWORD));
    const measured = await measure(registrar, province, join(dataFolderOf(folder, 'p-37'), 'node.db'), file);
    const size = `${rows.toLocaleString('en')} rows × ${residentEntrantSheet.columns.length} columns, ${rounded(file.length / 2 ** 20)} MB`;
    return { ...measured, notes: [machine, size, ...measured.notes] };
  } finally {
    await province.stop();
    await hub.stop();
    await registry.stop();
    await broker.stop();
    rmSync(folder, { recursive: true });
  }
}

async function openNodes(
  folder: string,
  natsUrl: string,
  registry: { url: string; apiKey: string },
  hub: Child,
  province: Child,
): Promise<string> {
  const hubKeys = createNodeKeys('hub', systemRandom);
  const keys = createNodeKeys('p-37', systemRandom);
  const { url, apiKey } = registry;
  await hub.ask('open', { node: { folder, natsUrl, keys: hubKeys }, registry: { url, apiKey } });
  const hubFingerprint = fingerprint(publicPart(hubKeys.keys[0]!));
  await province.ask('open', { folder, natsUrl, keys, hubFingerprint });
  await hub.ask('admit', { node: 'p-37', key: publicPart(keys.keys[0]!) });
  await hub.ask('listen');
  return province.ask('listen');
}

async function measure(registrar: Registrar, province: Child, database: string, file: Uint8Array): Promise<Measured> {
  // Read from outside, so that looking costs the province nothing.
  const db = new Database(database, { readonly: true });
  const phases: Array<{ name: string; seconds: number } & Watched> = [];
  const phase = async <Done>(name: string, work: () => Promise<Done>): Promise<Done> => {
    const startedMs = performance.now();
    const done = await work();
    const seconds = (performance.now() - startedMs) / 1_000;
    phases.push({ name, seconds, ...(await province.ask<Watched>('look')) });
    return done;
  };
  await province.ask('watch');
  const { id } = await phase('upload', () => registrar.upload(file));
  await phase('check', async () => {
    let upload: RegistrationImport;
    do upload = await registrar.findImport(id);
    while (upload.state === 'checking' && (await wait()));
    if (upload.state !== 'ready') throw new Error(`the file is ${upload.state}: ${upload.problem ?? upload.errors}`);
  });
  await phase('submit', () => registrar.submit(id));
  const waiting = db.prepare<[], { left: number }>(
    `select count(*) as left from application where blocked = 'checking'`,
  );
  await phase('answers', async () => {
    while (waiting.get()!.left > 0) await wait();
  });
  const states = db.prepare('select checkState, count(*) as pupils from registration group by checkState').all();
  db.close();
  const seconds = phases.reduce((sum, one) => sum + one.seconds, 0);
  const blockMs = Math.max(...phases.map((one) => one.blockMs));
  const peakMb = Math.max(...phases.map((one) => one.peakMb));
  const fixed = { limitName: 'the goal', goal: '<= 1' } as const;
  return {
    figures: [
      { figure: 'import.seconds', value: seconds, unit: 's', limit: SECONDS_MAX, ...fixed },
      { figure: 'import.peakMemory', value: peakMb, unit: 'MB', limit: PEAK_MB_MAX, ...fixed },
      { figure: 'import.longestBlock', value: blockMs, unit: 'ms', limit: BLOCK_MS_MAX, ...fixed },
    ],
    notes: [
      ...phases.map(
        (one) =>
          `${one.name}: ${rounded(one.seconds)} s, longest block ${rounded(one.blockMs)} ms, p99 ${rounded(one.blockP99Ms)} ms, peak ${rounded(one.peakMb)} MB`,
      ),
      `ended as ${JSON.stringify(states)}`,
    ],
  };
}

const LOOK_EVERY_MS = 100;

async function wait(): Promise<true> {
  await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  return true;
}
