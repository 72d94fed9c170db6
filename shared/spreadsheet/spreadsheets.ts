import { deserialize } from 'node:v8';
import type {
  CheckedRow,
  CheckedSheet,
  SheetCounts,
  SheetDeclaration,
  SheetFinding,
} from '../../contracts/core/sheet.ts';
import { must } from '../assert.ts';
import { chinaDate, type Clock } from '../clock.ts';
import type { AnyRow } from './header.ts';
import { lane } from './lane.ts';
import { listFile } from './list-file.ts';
import type { TextSheet } from './list-file.ts';
import { pacedStream } from './paced-stream.ts';
import { runTask } from './run-task.ts';
import type { Answer, Call } from './tasks.ts';

/** Each import may need 200 MB; exports wait for whoever downloads and need little. */
const IMPORTS_AT_ONCE = 2;
const EXPORTS_AT_ONCE = 4;
const WAITING_MAX = 50;

const CHECK_TIME_MAX_MS = 60_000;
const EXPORT_TIME_MAX_MS = 15 * 60_000;

const FINDINGS_PER_SLICE = 500;
const ROWS_PER_SLICE = 200;

export type SheetProgress = (counts: SheetCounts) => void;

/** Everything that is done with a declared sheet runs in worker threads: the server's own is never held up. */
export interface Spreadsheets {
  template<Row extends object>(declaration: SheetDeclaration<Row>): Promise<Uint8Array>;
  /**
   * Reads and checks an uploaded .xlsx. `onProgress` is told every 200 rows. Problems: `file-too-large`,
   * `file-unreadable` (with `errors` when the header is wrong), `busy`.
   */
  check<Row extends object>(
    declaration: SheetDeclaration<Row>,
    file: Uint8Array,
    onProgress?: SheetProgress,
  ): Promise<CheckedSheet<Row>>;
  /** The uploaded rows again, with the findings (of `check`, and the business's own) marked. Problems as `check`. */
  mark<Row extends object>(
    declaration: SheetDeclaration<Row>,
    file: Uint8Array,
    findings: readonly SheetFinding[],
  ): Promise<Uint8Array>;
  /** An .xlsx as it is written, at the reader's pace. Cancelling the stream ends the work. */
  export<Row extends object>(
    declaration: SheetDeclaration<Row>,
    rows: AsyncIterable<Row> | Iterable<Row>,
  ): ReadableStream<Uint8Array>;
  /** The file of a list, a few at once. */
  list(sheet: TextSheet, rows: AsyncIterable<readonly string[]>): Promise<Uint8Array>;
}

export function openSpreadsheets(clock: Clock): Spreadsheets {
  const imports = lane(IMPORTS_AT_ONCE, WAITING_MAX);
  const exports = lane(EXPORTS_AT_ONCE, WAITING_MAX);
  const lists = lane(EXPORTS_AT_ONCE, WAITING_MAX);
  return {
    async template(declaration) {
      const { write, bytes } = collect();
      await exports(() => runTask(clock, { ...address(declaration), kind: 'template' }, CHECK_TIME_MAX_MS, write));
      return bytes();
    },
    async check(declaration, file, onProgress) {
      const task = { ...address(declaration), kind: 'check', file, today: chinaDate(clock.now()) } as const;
      const { take, checked } = gather(onProgress);
      await imports(() => runTask(clock, task, CHECK_TIME_MAX_MS, take));
      return checked() as CheckedSheet<never>;
    },
    async mark(declaration, file, findings) {
      const { write, bytes } = collect();
      let at = 0;
      await imports(() =>
        runTask(clock, { ...address(declaration), kind: 'mark', file }, CHECK_TIME_MAX_MS, (call) =>
          'wanted' in call ? findings.slice(at, (at += FINDINGS_PER_SLICE)) : write(call),
        ),
      );
      return bytes();
    },
    export(declaration, rows) {
      const out = pacedStream();
      const source = inSlices(rows);
      const task = { ...address(declaration), kind: 'export' } as const;
      const answer = async (call: Call): Promise<Answer> => {
        if ('wanted' in call) return ((await source.next()).value ?? []) as AnyRow[];
        if ('written' in call) await out.write(call.written);
        return undefined;
      };
      void exports(() => runTask(clock, task, EXPORT_TIME_MAX_MS, answer))
        .finally(() => source.return(undefined))
        .then(out.close, out.fail);
      return out.readable;
    },
    list: (sheet, rows) => lists(() => listFile(sheet, rows)),
  };
}

function address<Row extends object>({ module, name }: SheetDeclaration<Row>): { module: string; name: string } {
  return { module, name };
}

function collect(): { write: (call: Call) => undefined; bytes: () => Uint8Array } {
  const chunks: Uint8Array[] = [];
  return {
    write(call) {
      if ('written' in call) chunks.push(call.written);
    },
    bytes: () => Buffer.concat(chunks),
  };
}

/** Takes the slices over; a repetition makes rows wrong that came before. */
function gather(onProgress?: SheetProgress): { take: (call: Call) => undefined; checked: () => CheckedSheet<AnyRow> } {
  const packed: Uint8Array[] = [];
  const repeated = new Map<number, number>();
  const findings: SheetFinding[] = [];
  let counts: SheetCounts | undefined;
  return {
    take(call) {
      if (!('checked' in call)) return;
      packed.push(call.checked.packedRows);
      for (const row of call.checked.repeated) repeated.set(row, (repeated.get(row) ?? 0) + 1);
      findings.push(...call.checked.findings);
      counts = call.checked.counts;
      onProgress?.(counts);
    },
    checked: () => ({
      rows: { [Symbol.iterator]: () => unpack(packed, repeated) },
      findings: findings.sort((one, other) => one.row - other.row),
      counts: must(counts, 'at least one slice'),
    }),
  };
}

function* unpack(packed: readonly Uint8Array[], repeated: Map<number, number>): Generator<CheckedRow<AnyRow>> {
  for (const slice of packed)
    for (const row of deserialize(slice) as CheckedRow<AnyRow>[])
      yield { ...row, errors: row.errors + (repeated.get(row.row) ?? 0) };
}

async function* inSlices<Row>(rows: AsyncIterable<Row> | Iterable<Row>): AsyncGenerator<Row[]> {
  let slice: Row[] = [];
  for await (const row of rows) {
    if (slice.push(row) < ROWS_PER_SLICE) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}
