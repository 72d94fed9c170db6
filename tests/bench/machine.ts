import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { percentile, rounded } from './figure.ts';

const SYNCS = 300;
const PAGE_BYTES = 4_096;

/** What the figures of this run stand on: cores, memory, how busy it is, and what one durable write costs on its disk. */
export function describeMachine(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xueji-sync-'));
  const file = openSync(join(folder, 'file'), 'w');
  const page = Buffer.alloc(PAGE_BYTES, 1);
  const times = Array.from({ length: SYNCS }, () => {
    writeSync(file, page);
    const startedMs = performance.now();
    fdatasyncSync(file);
    return performance.now() - startedMs;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)].map(rounded);
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores, ${gib} GiB, Node ${process.versions.node}; fdatasync p50 ${p50} ms, p99 ${p99} ms; load average ${rounded(loadavg()[0]!)} before the run`;
}

/** What this process has computed so far, in milliseconds of all its threads. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
