import { open } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type Database from 'better-sqlite3';

/** Pages of WAL not yet in the database file, above which they are written there. */
const PAGES_MAX = 16_000;
/** What the server's thread may write back itself: a few milliseconds. */
const PAGES_LEFT_MAX = 500;
/** While the worker writes, more is committed: it goes on as long as it catches up. */
const PASSES_MAX = 6;

/**
 * Writes the WAL back into the database file beside the server's thread, which a checkpoint of 64 MB would hold up for
 * a quarter of a second: a second connection in a worker thread does it, while requests are served and decisions prepared. SQLite's own
 * checkpoint inside a commit stays as the far limit (sqlite.ts).
 */
export interface Checkpoints {
  /** After a commit. */
  look(): void;
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
  parentPort.on('message', () => {
    for (let pass = 0; pass < ${PASSES_MAX}; pass++) {
      handle.pragma('wal_checkpoint(PASSIVE)');
      const [{ log, checkpointed }] = handle.pragma('wal_checkpoint(NOOP)');
      if (log - checkpointed <= ${PAGES_LEFT_MAX}) break;
    }
    parentPort.postMessage('done');
  });
`;

export function openCheckpoints(handle: Database.Database): Checkpoints {
  const state = handle.prepare<[], { log: number; checkpointed: number }>('pragma wal_checkpoint(NOOP)');
  const rest = handle.prepare('pragma wal_checkpoint(PASSIVE)');
  let worker: Worker | undefined;
  let running: Promise<void> | undefined;
  let ended: (() => void) | undefined;
  let remainder = false;

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

  async function checkpoint(): Promise<void> {
    worker ??= start();
    const done = new Promise<void>((resolve) => (ended = resolve));
    worker.postMessage('checkpoint');
    await done;
    running = undefined;
    remainder = true;
  }

  return {
    look() {
      if (running) return;
      if (remainder) {
        // Only what was committed meanwhile: with all of it written back, the WAL begins anew instead of growing.
        rest.get();
        remainder = false;
        return;
      }
      const { log, checkpointed } = state.get()!;
      if (log - checkpointed > PAGES_MAX) running = checkpoint();
    },
    async close() {
      await running;
      await worker?.terminate();
    },
  };
}

/**
 * Has the disk take what a long decision wrote to the WAL so far, beside the server's thread: the commit, which waits
 * for the disk in that thread, then finds little left to do.
 */
export async function syncAhead(handle: Database.Database): Promise<void> {
  const file = await open(`${handle.name}-wal`, 'r+');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}
