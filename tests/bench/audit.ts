import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimColumns } from '../../central/claim/claim-columns.ts';
import { migrations } from '../../central/migrations/index.ts';
import { digestsOf, recheckIndex } from '../../central/national-audit/recheck.ts';
import { recordColumns } from '../../central/national-index/table.ts';
import type { HubDb } from '../../central/schema.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { provinces } from '../../contracts/regions/regions.ts';
import { insertRows } from '../../shared/db/bulk.ts';
import type { BulkValue } from '../../shared/db/bulk.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openReadingThread } from '../../shared/db/reading-thread.ts';
import type { ReadingThread } from '../../shared/db/reading-thread.ts';
import { openStore } from '../../shared/db/store.ts';
import { rounded } from './figure.ts';
import type { Measured } from './figure.ts';
import { describeMachine } from './machine.ts';
import type { BenchOptions } from './main.ts';

/** The goal (H.9): so long for so many rows. */
const GOAL_S = 10;
const ROWS = 10_000_000;
const ROWS_PER_DECISION = 20_000;
const PUPILS_PER_SCHOOL = 1_000;
/** One record in so many has moved between provinces, and has a row of who holds it. */
const MOVED_ONE_IN = 50;

/**
 * The national audit at the hub: the check of the whole index, and beside it the digests of every school that provinces are
 * compared with, in two threads as in production. A few differences are planted and must be found.
 */
export async function benchAudit({ rows = ROWS }: BenchOptions): Promise<Measured> {
  const machine = describeMachine();
  const folder = mkdtempSync(join(tmpdir(), 'xueji-audit-'));
  const file = join(folder, 'node.db');
  const store = openStore<HubDb>(file, { writeCacheKib: 262_144 });
  // A write may wait for the thread that checkpoints, which keeps no process alive.
  const alive = setInterval(() => undefined, 60_000);
  try {
    await migrate(store, migrations);
    await fill(store, rows);
    const threads = [openReadingThread(file), openReadingThread(file)] as const;
    for (const thread of threads) await thread.all('select 1');
    const beganMs = performance.now();
    const cpuBefore = process.cpuUsage();
    const checking = recheckIndex(threads[0]).then((checked) => ({ ...checked, ms: performance.now() - beganMs }));
    const digesting = countSchools(threads[1]).then((schools) => ({ schools, ms: performance.now() - beganMs }));
    const [{ suspects, records, claims, ms }, { schools, ms: digestsMs }] = [await checking, await digesting];
    const seconds = (performance.now() - beganMs) / 1_000;
    const cpu = process.cpuUsage(cpuBefore);
    for (const thread of threads) await thread.close();
    if (suspects.length < PLANTED || records !== rows) throw new Error(`${suspects.length} of ${PLANTED} were found`);
    return {
      figures: [
        {
          figure: `audit.index${rows === ROWS ? '10M' : `.${rows}`}`,
          value: seconds,
          unit: 's',
          limit: (GOAL_S * rows) / ROWS,
          limitName: `the goal, ${GOAL_S} s for 10 million`,
          goal: '<= 1',
        },
      ],
      notes: [
        machine,
        `${records} records and ${claims} claims: the index in ${rounded(ms / 1_000)} s, beside it the digests of ${schools} schools of ${nodes.length} provinces in ${rounded(digestsMs / 1_000)} s`,
        `${rounded((cpu.user + cpu.system) / 1_000_000)} s of processor`,
        `${PLANTED} planted differences were found`,
      ],
    };
  } finally {
    clearInterval(alive);
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

async function countSchools(thread: ReadingThread): Promise<number> {
  let schools = 0;
  for (const province of nodes) schools += (await digestsOf(thread, province)).length;
  return schools;
}

const nodes = provinces.slice(0, 32).map(({ code }): NodeId => `p-${code.slice(0, 2)}`);
/** A claim without a record, a record without a claim, and two records of one document. */
const PLANTED = 3;

/** Pupils of all provinces mixed, as they register; ids and claim numbers rise together, documents are anywhere. */
async function fill(store: ReturnType<typeof openStore<HubDb>>, rows: number): Promise<void> {
  const at = '2026-09-01T00:00:00.000Z';
  const perProvince = Math.ceil(rows / nodes.length);
  for (let from = 0; from < rows; from += ROWS_PER_DECISION) {
    const claims: BulkValue[][] = [];
    const records: BulkValue[][] = [];
    const holders: BulkValue[][] = [];
    for (let n = from; n < Math.min(from + ROWS_PER_DECISION, rows); n++) {
      const province = nodes[n % nodes.length]!;
      const school = `21${province.slice(2)}${String(Math.floor((((n / nodes.length) * PRIME) % perProvince) / PUPILS_PER_SCHOOL)).padStart(6, '0')}`;
      const studentId = `019a${n.toString(16).padStart(8, '0')}-${randomBytes(10).toString('hex')}`;
      const number = `G${province.slice(2)}0102${String(n).padStart(12, '0')}`;
      const fingerprint = createHash('md5').update(number).digest();
      const claimNo = n + 1;
      if (n !== 11)
        claims.push([claimNo, fingerprint, 1, province, studentId, studentId, school, '实验小学', '张*', number, 1]);
      const shown =
        n === 13
          ? createHash('md5')
              .update(`G${nodes[12 % nodes.length]!.slice(2)}0102${'12'.padStart(12, '0')}`)
              .digest()
          : fingerprint;
      if (n !== 17)
        records.push([
          studentId,
          1,
          claimNo,
          province,
          number,
          '张三',
          '1',
          '2015-01-01',
          '1',
          Buffer.alloc(60),
          shown,
          school,
          '实验小学',
          'primary',
          2022,
          'enrolled',
          0,
          null,
          at,
        ]);
      else
        records.push([
          studentId,
          1,
          null,
          province,
          number,
          '张三',
          '1',
          '2015-01-01',
          '1',
          null,
          null,
          school,
          '实验小学',
          'primary',
          2022,
          'enrolled',
          0,
          null,
          at,
        ]);
      if (n % MOVED_ONE_IN === 0) holders.push([studentId, province, 1, 1]);
    }
    await store.decide(async (tx) => {
      await insertRows(tx, 'identity_claim', claimColumns, claims);
      await insertRows(tx, 'national_record', recordColumns, records);
      await insertRows(tx, 'record_holder', ['studentId', 'province', 'epoch', 'version'], holders);
    });
  }
}

const PRIME = 7_919;
