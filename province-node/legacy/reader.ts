import { Worker } from 'node:worker_threads';
import { Problem } from '../../contracts/core/problems.ts';
import type { ProblemCode } from '../../contracts/core/problems.ts';
import { isWorkbook } from './batches.ts';
import type { Batch, Reading } from './batches.ts';
import type { PreparedRecord } from './prepare.ts';

export interface ReaderTask {
  masterSecret: Uint8Array;
  reading: Reading;
}

/** Thousands of small buffers are slow to hand over: all of a batch are one, each record knows its places in it. */
interface PackedRecord extends Omit<PreparedRecord, 'student' | 'form' | 'event'> {
  student: Omit<PreparedRecord['student'], 'idFingerprint'>;
  /** Where the fingerprint, the form and the event end; the first begins where the record before ends. */
  ends: [number, number, number];
}
interface PackedBatch extends Omit<Batch, 'records'> {
  records: PackedRecord[];
  bytes: ArrayBuffer;
}
export type FromReader =
  { batch: PackedBatch } | { done: true } | { refused: { code: ProblemCode; detail?: string | undefined } };

/** Two batches and what is remembered of repeated cells; an XLSX file has its shared texts besides. */
const HEAP_MB_MAX = { csv: 160, xlsx: 1_536 };
const YOUNG_HEAP_MB_MAX = 24;

/**
 * The batches of the file, read in a thread of its own, the next one while this one is dealt with. Throws the Problem that the
 * file is refused with.
 */
export async function* batchesInThread(masterSecret: Uint8Array, reading: Reading): AsyncGenerator<Batch> {
  const task: ReaderTask = { masterSecret, reading };
  const maxOldGenerationSizeMb = HEAP_MB_MAX[isWorkbook(reading.file) ? 'xlsx' : 'csv'];
  const limits = { maxOldGenerationSizeMb, maxYoungGenerationSizeMb: YOUNG_HEAP_MB_MAX };
  const worker = new Worker(entryUrl(), { workerData: task, execArgv: execArgv(), resourceLimits: limits });
  const arrived: FromReader[] = [];
  let failed: Error | undefined;
  let wake = (): void => undefined;
  const onFailure = (error: Error): void => {
    failed ??= error;
    wake();
  };
  worker.on('error', onFailure);
  worker.on('exit', (code) => onFailure(new Error(`the reading thread ended early (${code})`)));
  worker.on('message', (message: FromReader) => {
    arrived.push(message);
    wake();
  });
  try {
    for (;;) {
      const next = arrived.shift();
      if (next) {
        if ('done' in next) return;
        if ('refused' in next) throw new Problem(next.refused.code, next.refused.detail);
        // It reads on while this batch is written.
        worker.postMessage('go on');
        yield unpackBatch(next.batch);
      } else if (failed) throw failed;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    await worker.terminate();
  }
}

export function packBatch({ records, ...batch }: Batch): { packed: PackedBatch; bytes: ArrayBuffer } {
  const parts = records.flatMap(({ student, form, event }) => [student.idFingerprint ?? Buffer.alloc(0), form, event]);
  const bytes = new ArrayBuffer(parts.reduce((sum, part) => sum + part.length, 0));
  const target = new Uint8Array(bytes);
  let at = 0;
  const ends = parts.map((part) => {
    target.set(part, at);
    return (at += part.length);
  });
  const packed = records.map(
    ({ student: { idFingerprint: _, ...student }, form: _form, event: _event, ...rest }, index) => ({
      ...rest,
      student,
      ends: ends.slice(index * 3, index * 3 + 3) as [number, number, number],
    }),
  );
  return { packed: { ...batch, records: packed, bytes }, bytes };
}

function unpackBatch({ records, bytes, ...batch }: PackedBatch): Batch {
  let from = 0;
  const unpacked = records.map(({ ends, student, ...rest }): PreparedRecord => {
    const [fingerprint, form, event] = ends.map((end) => {
      const part = Buffer.from(bytes, from, end - from);
      from = end;
      return part;
    }) as [Buffer, Buffer, Buffer];
    const idFingerprint = fingerprint.length === 0 ? null : fingerprint;
    return { ...rest, student: { ...student, idFingerprint }, form, event };
  });
  return { ...batch, records: unpacked };
}

/** The source under tests and in development, the emitted file in production. */
function entryUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
}

/** TypeScript sources need tsx; its `--import tsx` does nothing in a worker thread, so it is registered by hand. */
function execArgv(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [];
  const register = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))}; register();`;
  return ['--import', `data:text/javascript,${encodeURIComponent(register)}`];
}
