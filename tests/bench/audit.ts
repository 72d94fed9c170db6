import { statSync } from 'node:fs';
import { digestsOf, recheckIndex } from '../../central/national-audit/recheck.ts';
import { openReadingThread } from '../../shared/db/reading-thread.ts';
import type { ReadingThread } from '../../shared/db/reading-thread.ts';
import { auditedProvinces, databaseToAudit, PLANTED } from './audit-database.ts';
import { rounded } from './figure.ts';
import type { Measured } from './figure.ts';
import { describeMachine } from './machine.ts';
import type { BenchOptions } from './main.ts';

/** The goal (H.9): so long for so many rows. */
const GOAL_S = 10;
const ROWS = 10_000_000;

/**
 * The national audit at the hub: the check of the whole index, and beside it the digests of every school that provinces are
 * compared with, in threads of their own as in production. A few differences are planted and must be found.
 */
export async function benchAudit({ rows = ROWS, fresh }: BenchOptions): Promise<Measured> {
  const file = await databaseToAudit(rows, fresh);
  const machine = describeMachine();
  const threads = [openReadingThread(file), openReadingThread(file), openReadingThread(file)] as const;
  try {
    for (const thread of threads) await thread.all('select 1');
    const beganMs = performance.now();
    const cpuBefore = process.cpuUsage();
    const checking = recheckIndex([threads[0], threads[1]]).then((checked) => ({
      ...checked,
      ms: performance.now() - beganMs,
    }));
    const digesting = countSchools(threads[2]).then((schools) => ({ schools, ms: performance.now() - beganMs }));
    const [{ suspects, records, claims, ms }, { schools, ms: digestsMs }] = [await checking, await digesting];
    const seconds = (performance.now() - beganMs) / 1_000;
    const cpu = process.cpuUsage(cpuBefore);
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
        `${records} records and ${claims} claims, ${rounded(statSync(file).size / 1e9)} GB: the index in ${rounded(ms / 1_000)} s, beside it the digests of ${schools} schools of ${auditedProvinces.length} provinces in ${rounded(digestsMs / 1_000)} s`,
        `${rounded((cpu.user + cpu.system) / 1_000_000)} s of processor`,
        `${PLANTED} planted differences were found`,
      ],
    };
  } finally {
    for (const thread of threads) await thread.close();
  }
}

async function countSchools(thread: ReadingThread): Promise<number> {
  let schools = 0;
  for (const province of auditedProvinces) schools += (await digestsOf(thread, province)).length;
  return schools;
}
