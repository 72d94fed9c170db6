import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer } from '../../shared/messaging/nats-server.ts';
import { systemRandom } from '../../shared/random.ts';
import { createNodeKeys, fingerprint, publicPart } from '../../shared/signing/node-keys.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { median, rounded } from './figure.ts';
import type { Measured } from './figure.ts';
import { copyDatabase, databaseWithClaims } from './held-claims.ts';
import { describeMachine } from './machine.ts';
import type { BenchOptions } from './main.ts';
import { dataFolderOf } from './node-settings.ts';
import { openRawClaims } from './raw-claims.ts';
import type { Pace } from './trips.ts';

const ROWS_HELD = 10_000_000;
/** Limit and product take turns, so that what else the machine does meets both. */
const ROUNDS = 5;
const BATCH = 1_000;
const BATCHES_IN_FLIGHT = 16;
const BATCHES_PER_ROUND = 100;
const SINGLES_IN_FLIGHT = 128;
const SINGLES_PER_ROUND = 4_000;
const LONE_PER_ROUND = 400;

/**
 * Claims end to end: decided at the province, over a real broker, verified and decided at the hub, answered, applied at
 * the province; every decision at synchronous=FULL, signatures and encryption on, one process a node.
 */
export async function benchClaims({ rows = ROWS_HELD, fresh, profile }: BenchOptions): Promise<Measured> {
  const machine = describeMachine();
  const base = await databaseWithClaims(rows, fresh);
  const folder = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  const rawFile = join(folder, 'raw.db');
  copyDatabase(base, rawFile);
  copyDatabase(base, join(dataFolderOf(folder, 'hub'), 'node.db'));
  const broker = await startNatsServer();
  const execArgv = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const hub = startChild('hub-process', execArgv);
  const province = startChild('claims-province', execArgv);
  const raw = openRawClaims(rawFile);
  try {
    await hub.ask('echo', broker.url);
    await openNodes(folder, broker.url, hub, province);
    const limits = { raw: (count: number) => raw.insert(count), url: broker.url };
    const measured = await measure(province, limits);
    return { ...measured, notes: [machine, `${rows.toLocaleString('en')} claims held before`, ...measured.notes] };
  } finally {
    await province.stop();
    await hub.stop();
    raw.close();
    await broker.stop();
    rmSync(folder, { recursive: true });
  }
}

async function openNodes(folder: string, natsUrl: string, hub: Child, province: Child): Promise<void> {
  const hubKeys = createNodeKeys('hub', systemRandom);
  const keys = createNodeKeys('p-37', systemRandom);
  // The hub does not listen, so its jobs do not run: nobody is verified, and the registry is not asked.
  const registry = { url: 'http://127.0.0.1:9', apiKey: 'bench-registry-key' };
  await hub.ask('open', { node: { folder, natsUrl, keys: hubKeys }, registry });
  const hubFingerprint = fingerprint(publicPart(hubKeys.keys[0]!));
  await province.ask('open', { folder, natsUrl, keys, hubFingerprint });
  await hub.ask('admit', { node: 'p-37', key: publicPart(keys.keys[0]!) });
  await province.ask('opened');
}

async function measure(province: Child, limits: { raw(count: number): number; url: string }): Promise<Measured> {
  const claims = (count: number, size: number, inFlight: number): Promise<Pace> =>
    province.ask('claims', { count, size, inFlight });
  const trips = (count: number, inFlight: number): Promise<Pace> =>
    province.ask('trips', { url: limits.url, count, inFlight });
  // Code and caches become warm.
  limits.raw(20 * BATCH);
  await claims(20, BATCH, BATCHES_IN_FLIGHT);
  await trips(2_000, SINGLES_IN_FLIGHT);
  const batches: Compared[] = [];
  const singles: Compared[] = [];
  const lone: Lone[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const raw = limits.raw(BATCHES_PER_ROUND * BATCH);
    const batch = await claims(BATCHES_PER_ROUND, BATCH, BATCHES_IN_FLIGHT);
    batches.push({ value: batch.perSecond * BATCH, limit: raw, ...batch });
    const { perSecond: limit } = await trips(SINGLES_PER_ROUND * 4, SINGLES_IN_FLIGHT);
    const single = await claims(SINGLES_PER_ROUND, 1, SINGLES_IN_FLIGHT);
    singles.push({ value: single.perSecond, limit, ...single });
    const { p50: inARow } = await trips(LONE_PER_ROUND * 4, 1);
    const [bare, one] = await province.ask<[Pace, Pace]>('inTurns', { url: limits.url, count: LONE_PER_ROUND });
    lone.push({ value: one.p50, limit: bare.p50, inARow, ...one });
  }
  const batch1000 = typical(batches);
  const single128 = typical(singles);
  const single1 = typical(lone);
  return {
    figures: [
      { figure: 'claims.batch1000', unit: 'claims/s', limitName: 'raw SQLite', goal: '>= 0.8', ...both(batch1000) },
      {
        figure: 'claims.single128',
        unit: 'claims/s',
        limitName: 'NATS round trips',
        goal: '>= 0.08',
        ...both(single128),
      },
      { figure: 'claims.single1.p50', unit: 'ms', limitName: 'NATS round trip', goal: '<= 10', ...both(single1) },
    ],
    notes: [
      `batches of 1,000, ${BATCHES_IN_FLIGHT} in flight: ${times(batch1000)}`,
      `singles, ${SINGLES_IN_FLIGHT} in flight over the one connection of the one province: ${times(single128)}`,
      `one at a time, in turns with bare round trips: ${times(single1)} until the answer is applied at the province for good; the verified answer is there after ${rounded(single1.answeredP50)} ms`,
      `bare round trips one right after the other: p50 ${rounded(single1.inARow)} ms; a lone claim is ${rounded(single1.p50 / single1.inARow)} of these`,
      `each the round of middle ratio of ${ROUNDS}; all ratios: ${[batches, singles, lone].map(ratios).join('; ')}`,
    ],
  };
}

interface Compared extends Pace {
  value: number;
  limit: number;
}

/** `inARow`: of bare round trips that do not wait for anything between them, ms. */
interface Lone extends Compared {
  inARow: number;
}

/** The round whose ratio is the middle one. */
function typical<Round extends Compared>(rounds: readonly Round[]): Round {
  const middle = median(rounds.map(ratioOf));
  return rounds.find((round) => ratioOf(round) === middle)!;
}

const ratioOf = ({ value, limit }: Compared): number => value / limit;
const both = ({ value, limit }: Compared) => ({ value, limit });
const times = ({ p50, p99 }: Compared): string => `p50 ${rounded(p50)} ms, p99 ${rounded(p99)} ms`;
const ratios = (rounds: readonly Compared[]): string => rounds.map((round) => rounded(ratioOf(round))).join(', ');
