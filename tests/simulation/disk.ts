import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In memory where the machine has such a folder: the files are real, the disk is not what is tested. */
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export function newFolder(): string {
  return mkdtempSync(join(place, 'xueji-simulation-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export function databaseOf(folder: string): string {
  return join(folder, 'node.db');
}

/**
 * What is on disk at this instant, as a crash leaves it: the database and its write-ahead log. `checkpointOnly` is what
 * a power failure leaves of a log that was never synced.
 */
export function copyImage(fromFolder: string, toFolder: string, checkpointOnly = false): void {
  mkdirSync(toFolder, { recursive: true });
  const from = databaseOf(fromFolder);
  copyFileSync(from, databaseOf(toFolder));
  if (!checkpointOnly && existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${databaseOf(toFolder)}-wal`);
}
