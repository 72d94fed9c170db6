import { closeSync, existsSync, fdatasync, fstatSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type Database from 'better-sqlite3';

/** Pages of WAL not yet in the database file, above which they are written there. */
const PAGES_MAX = 16_000;
/** Asking SQLite costs as much as a small statement. */
const COMMITS_PER_LOOK = 4;
/** So few that decisions may wait for them: some milliseconds. */
const PAGES_LEFT_MAX = 500;
/** With more pages in the WAL, written back or not, decisions wait for as many as are left: it must begin anew (`WAL_PAGES_MAX`). */
const LOG_PAGES_MAX = 40_000;
/** While the worker writes, more is committed: it goes on as long as it catches up. */
const PASSES_MAX = 6;

/**
 * Writes the WAL back into the database file beside the server's thread, which a checkpoint of 64 MB would hold up for
 * a quarter of a second: a second connection in a worker thread does it, while requests are served and decisions
 * committed. The last pages it writes while no decision is committed, because only a WAL that is written back whole
 * begins anew instead of growing; where large decisions leave many each time, that waits until it has grown for a while. SQLite's own checkpoint inside a commit stays as the far limit (sqlite.ts).
 */
export interface Checkpoints {
  /** After a commit. */
  look(): void;
  /** Before a transaction: now and then the last pages are written first, for which this waits. */
  pause(): Promise<void> | undefined;
  /** Resolves when none is under way, and none will be. */
  close(): Promise<void>;
}

/** The worker's whole program; plain JavaScript, so that it needs no build step of its own. */
const program = `
  const { createRequire } = require('node:module');
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = createRequire(workerData.module)('better-sqlite3');
  const handle = new Database(workerData.file);
  handle.pragma('synchronous = FULL');
  parentPort.on('message', (passes) => {
    for (let pass = 0; pass < passes; pass++) {
      handle.pragma('wal_checkpoint(PASSIVE)');
      const [{ log, checkpointed }] = handle.pragma('wal_checkpoint(NOOP)');
      if (log - checkpointed <= ${PAGES_LEFT_MAX}) break;
    }
    parentPort.postMessage('done');
  });
`;

export function openCheckpoints(handle: Database.Database): Checkpoints {
  const pages = handle.prepare<[], { log: number; checkpointed: number }>('pragma wal_checkpoint(NOOP)');
  let worker: Worker | undefined;
  let ended: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let lastPagesDue = false;
  let commits = 0;

  /** One that fails, for instance on a full disk, is tried again after a later commit, by another worker. */
  function start(): Worker {
    const workerData = { file: handle.name, module: import.meta.url };
    const started = new Worker(program, { eval: true, workerData, execArgv: [] });
    const lost = (): void => {
      worker = undefined;
      ended?.();
    };
    started.on('message', () => ended?.()).on('error', lost);
    started.on('exit', lost).unref();
    return started;
  }

  async function checkpoint(passes: number): Promise<void> {
    worker ??= start();
    const done = new Promise<void>((resolve) => (ended = resolve));
    worker.postMessage(passes);
    await done;
    running = undefined;
  }

  function beside(): void {
    running = checkpoint(PASSES_MAX).then(() => void (lastPagesDue = true));
  }

  return {
    look() {
      if (running || lastPagesDue || ++commits % COMMITS_PER_LOOK !== 0) return;
      const { log, checkpointed } = pages.get()!;
      if (log - checkpointed > PAGES_MAX) beside();
    },
    pause() {
      if (running || !lastPagesDue) return undefined;
      lastPagesDue = false;
      const { log, checkpointed } = pages.get()!;
      if (log - checkpointed <= PAGES_LEFT_MAX || log >= LOG_PAGES_MAX) return (running = checkpoint(1));
      beside();
      return undefined;
    },
    async close() {
      await running;
      await worker?.terminate();
    },
  };
}

const PAGE_BYTES = 4_096;
const CHUNK_BYTES = 1_048_576;

/**
 * Gives the WAL the size at which it begins anew, filled with zeros, which end it for SQLite as the end of the file does:
 * a commit into a file that need not grow waits for the disk only half as long, because the file system has nothing to
 * enter in its own journal. Only while nobody writes to the database.
 */
export function reserveWal(handle: Database.Database): void {
  const path = `${handle.name}-wal`;
  if (!existsSync(path)) return;
  const file = openSync(path, 'a');
  const zeros = Buffer.alloc(CHUNK_BYTES);
  for (let left = PAGES_MAX * PAGE_BYTES - fstatSync(file).size; left > 0; left -= CHUNK_BYTES) writeSync(file, zeros);
  fsyncSync(file);
  closeSync(file);
}

/**
 * Has the disk take what a long decision wrote to the WAL so far, beside the server's thread: the commit, which waits
 * for the disk in that thread, then finds little left to do.
 */
export interface SyncAhead {
  sync(): Promise<void>;
  close(): void;
}

export function openSyncAhead(handle: Database.Database): SyncAhead {
  const sync = promisify(fdatasync);
  let file: number | undefined;
  return {
    sync: () => sync((file ??= openSync(`${handle.name}-wal`, 'r+'))),
    close() {
      if (file !== undefined) closeSync(file);
    },
  };
}
