import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type Database from 'better-sqlite3';

/** Pages of WAL not yet in the database file, above which they are written there. */
const PAGES_MAX = 16_000;

/**
 * Writes the WAL back into the database file beside the server's thread, which a checkpoint of 64 MB would hold up for
 * a quarter of a second: a second connection in a worker thread does it, while requests are served and decisions prepared. SQLite's own
 * checkpoint inside a commit stays as the far limit (sqlite.ts).
 */
export interface Checkpoints {
  /** After a commit. */
  look(): void;
  /** Resolves when none is under way. */
  idle(): Promise<void>;
}

/** The worker's whole program; plain JavaScript, so that it needs no build step of its own. */
const program = `
  const { createRequire } = require('node:module');
  const { workerData } = require('node:worker_threads');
  const Database = createRequire(workerData.module)('better-sqlite3');
  const handle = new Database(workerData.file);
  handle.pragma('synchronous = FULL');
  handle.pragma('wal_checkpoint(PASSIVE)');
  handle.close();
`;

export function openCheckpoints(handle: Database.Database): Checkpoints {
  const state = handle.prepare<[], { log: number; checkpointed: number }>('pragma wal_checkpoint(NOOP)');
  let running: Promise<void> | undefined;
  let remainder = false;

  /** One that fails, for instance on a full disk, is tried again after a later commit. */
  async function checkpoint(): Promise<void> {
    const worker = new Worker(program, {
      eval: true,
      workerData: { file: handle.name, module: import.meta.url },
      execArgv: [],
    });
    await once(worker, 'exit').catch(() => undefined);
    running = undefined;
    remainder = true;
  }

  return {
    look() {
      if (running) return;
      if (remainder) {
        // Only what was committed meanwhile: with all of it written back, the WAL begins anew instead of growing.
        handle.pragma('wal_checkpoint(PASSIVE)');
        remainder = false;
        return;
      }
      const { log, checkpointed } = state.get()!;
      if (log - checkpointed > PAGES_MAX) running = checkpoint();
    },
    idle: async () => running,
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
