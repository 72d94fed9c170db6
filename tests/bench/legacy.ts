import { createWriteStream, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { StudentForm } from '../../contracts/student-form.ts';
import { samplePupils } from '../../deploy/demo/pupils.ts';
import { migrations } from '../../province-node/migrations/index.ts';
import type { ProvinceDb } from '../../province-node/schema.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';
import { insertOrgs } from '../../shared/org/table.ts';
import { seededRandom } from '../../shared/random.ts';
import { legacyCells, legacyCsv } from '../world/legacy.ts';
import { startChild } from './child.ts';
import { rounded } from './figure.ts';
import type { Measured } from './figure.ts';
import { largeProvinceOrgs } from './large-province/orgs.ts';
import type { LoadedIn } from './legacy-process.ts';
import { describeMachine } from './machine.ts';
import type { BenchOptions } from './main.ts';

const ROWS = 1_000_000;
/** Of one school, in the order of schools, as an export has them. */
const PUPILS_PER_SCHOOL = 1_000;
/** The raw insert commits as often as the load does. */
const ROWS_PER_COMMIT = 10_000;
/** The same made-up texts again and again, but for name, number and birth date, would be read from memory. */
const ENTRY_YEARS = [2021, 2022, 2023, 2024, 2025, 2026];

/** The goals: half the raw rate; five million pupils in ten minutes, in 500 MB. */
const RAW_SHARE_MIN = 0.5;
const SECONDS_PER_MILLION_MAX = 120;
const PEAK_MB_MAX = 500;

/**
 * `import-legacy` of a file of N rows, in a process of its own, beside the raw insert of the very rows that it made, in their order,
 * into an empty database with the same tables and indexes, at synchronous=FULL.
 */
export async function benchLegacy({ rows = ROWS, profile }: BenchOptions): Promise<Measured> {
  const machine = describeMachine();
  const folder = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  try {
    const schools = Math.max(Math.ceil(rows / PUPILS_PER_SCHOOL), 20);
    const file = join(folder, 'pupils.csv');
    await writeFile(file, rows, schools);
    const dataFolder = join(folder, 'p-37');
    mkdirSync(dataFolder);
    await emptyProvince(join(dataFolder, 'node.db'), schools);
    const execArgv = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
    const child = startChild('legacy-process', execArgv);
    const load = await child.ask<LoadedIn>('load', { dataFolder, file });
    await child.stop();
    const rawFile = join(folder, 'raw.db');
    await emptyProvince(rawFile, schools);
    const raw = insertAgain(join(dataFolder, 'node.db'), rawFile);
    const product = load.loaded / load.seconds;
    const goal = '<= 1' as const;
    return {
      figures: [
        {
          figure: 'legacy.load',
          value: product,
          unit: 'rows/s',
          limit: raw,
          limitName: 'raw sorted insert',
          goal: `>= ${RAW_SHARE_MIN}`,
        },
        {
          figure: 'legacy.secondsPerMillion',
          value: (load.seconds / load.loaded) * 1e6,
          unit: 's',
          limit: SECONDS_PER_MILLION_MAX,
          limitName: 'the goal',
          goal,
        },
        {
          figure: 'legacy.peakMemory',
          value: load.peakMb,
          unit: 'MB',
          limit: PEAK_MB_MAX,
          limitName: 'the goal',
          goal,
        },
      ],
      notes: [
        machine,
        `${rows.toLocaleString('en')} rows of ${schools} schools, ${rounded(statSync(file).size / 2 ** 20)} MB; ${load.loaded} loaded in ${rounded(load.seconds)} s`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeFile(file: string, rows: number, schoolCount: number): Promise<void> {
  const stream = createWriteStream(file);
  const random = seededRandom(1);
  const taken = new Set<string>();
  const { schools } = largeProvinceOrgs(schoolCount);
  stream.write(legacyCsv([]));
  let left = rows;
  for (const school of schools) {
    taken.clear();
    for (const year of ENTRY_YEARS) {
      const count = Math.min(left, Math.ceil(PUPILS_PER_SCHOOL / ENTRY_YEARS.length));
      const pupils: StudentForm[] = samplePupils(random, school, count, year, { taken });
      left -= pupils.length;
      const text = pupils.map((form) => legacyCsv([], legacyCells(form))).join('');
      if (!stream.write(text)) await once(stream, 'drain');
    }
  }
  stream.end();
  await once(stream, 'close');
}

async function emptyProvince(file: string, schoolCount: number): Promise<void> {
  const store = openStore<ProvinceDb>(file);
  await migrate(store, migrations);
  const { bureaus, schools } = largeProvinceOrgs(schoolCount);
  await store.decide((tx) => insertOrgs(tx, [...bureaus, ...schools]));
  await store.close();
}

/** The rows of `from` into the tables of `into`, one prepared statement a table; rows a second, without the reading. */
function insertAgain(from: string, into: string): number {
  const source = new Database(from, { readonly: true });
  const target = new Database(into);
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'cache_size = -98304'])
    target.pragma(pragma);
  const tables = ['student', 'student_form', 'student_event'] as const;
  const statements = tables.map((table) => {
    const columns = source.pragma(`table_info(${table})`) as { name: string }[];
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    return {
      read: source
        .prepare(
          `select ${names} from ${table} where ${table === 'student' ? 'id' : '"studentId"'} > ? order by 1 limit ?`,
        )
        .raw(),
      insert: target.prepare(`insert into ${table} (${names}) values (${columns.map(() => '?').join(', ')})`),
    };
  });
  const commit = target.transaction((batches: unknown[][][]) => {
    for (const [index, batch] of batches.entries()) for (const row of batch) statements[index]!.insert.run(...row);
  });
  let spentMs = 0;
  let inserted = 0;
  for (let after = ''; ;) {
    const batches = statements.map(({ read }) => read.all(after, ROWS_PER_COMMIT) as unknown[][]);
    const students = batches[0]!;
    if (students.length === 0) break;
    after = students.at(-1)![0] as string;
    const startedMs = performance.now();
    commit.immediate(batches);
    spentMs += performance.now() - startedMs;
    inserted += students.length;
  }
  source.close();
  target.close();
  return (inserted / spentMs) * 1_000;
}
