import { Worker } from 'node:worker_threads';
import type { BulkValue } from './bulk.ts';

/** A read-only connection of its own in a worker thread: for what reads millions of rows while the server goes on. */
export interface ReadingThread {
  /** Every statement sees what was committed when it began. Its text from the code; `sha256(text)` is there in hex. */
  all<Row>(sql: string, values?: readonly BulkValue[]): Promise<Row[]>;
  close(): Promise<void>;
}

type Answer = { rows: unknown[] } | { error: string };

/** The worker's whole program; plain JavaScript, so that it needs no build step of its own. */
const program = `
  const { createHash } = require('node:crypto');
  const { createRequire } = require('node:module');
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = createRequire(workerData.module)('better-sqlite3');
  const handle = new Database(workerData.file, { readonly: true });
  handle.pragma('busy_timeout = 5000');
  handle.pragma('cache_size = -65536');
  handle.pragma('mmap_size = 17179869184');
  handle.pragma('temp_store = MEMORY');
  handle.function('sha256', { deterministic: true }, (text) => createHash('sha256').update(text ?? '').digest('hex'));
  parentPort.on('message', ({ sql, values }) => {
    try {
      parentPort.postMessage({ rows: handle.prepare(sql).all(...values) });
    } catch (error) {
      parentPort.postMessage({ error: String(error) });
    }
  });
`;

export function openReadingThread(file: string): ReadingThread {
  const workerData = { file, module: import.meta.url };
  const worker = new Worker(program, { eval: true, workerData, execArgv: [] });
  const waiting: Array<{ resolve(rows: unknown[]): void; reject(error: Error): void }> = [];
  let lost: Error | undefined;
  const lose = (error: Error): void => {
    lost = error;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.on('message', (answer: Answer) => {
    const asked = waiting.shift();
    if ('rows' in answer) asked?.resolve(answer.rows);
    else asked?.reject(new Error(answer.error));
  });
  worker.on('error', lose).on('exit', () => lose(new Error('the reading thread has ended')));
  return {
    all: <Row>(sql: string, values: readonly BulkValue[] = []) =>
      new Promise<Row[]>((resolve, reject) => {
        if (lost) return reject(lost);
        waiting.push({ resolve: (rows) => resolve(rows as Row[]), reject });
        worker.postMessage({ sql, values });
      }),
    async close() {
      await worker.terminate();
    },
  };
}
