import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ITEMS_PER_MESSAGE_MAX } from '../../contracts/core/message.ts';
import { must } from '../../shared/assert.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Store, Tx } from '../../shared/db/store.ts';
import { orgOf } from '../../shared/org/table.ts';
import type { Ids } from '../../shared/random.ts';
import { inSlices } from '../../shared/slices.ts';
import type { ProvinceDb } from '../schema.ts';
import { takeForgottenRecords } from '../registration/forgotten.ts';
import { insertLoaded, listThere, takenNumbers } from '../student/load.ts';
import type { StudentTable } from '../student/table.ts';
import type { Batch, Reading } from './batches.ts';
import { assignNumbers, keepFreeNumbers } from './number.ts';
import type { PreparedRecord } from './prepare.ts';
import { openReport } from './report.ts';
import { addUntold, findLoad, saveLoad } from './table.ts';
import type { LegacyLoadTable } from './table.ts';

export interface Loading {
  store: Store<ProvinceDb>;
  clock: Clock;
  ids: Ids;
  provinceName: string;
  batches(reading: Reading): AsyncIterable<Batch>;
  rowsPerBatch: number;
}

export interface LoadedFile {
  file: string;
  fileHash: string;
  reportFile: string;
}

/**
 * Loads a file of phase one's data (features 2.10), batch by batch as it is read, each with its progress in one decision: a load
 * that was cut off goes on after the last batch that is durable, and one that has ended changes nothing. What was not loaded, or
 * not all of it, is told in `reportFile`, which is durable before the decision that refers to it.
 */
export async function loadFile(
  loading: Loading,
  { file, fileHash, reportFile }: LoadedFile,
  onProgress: (sofar: LegacyLoadTable) => void = () => undefined,
): Promise<LegacyLoadTable> {
  const { store, clock, provinceName } = loading;
  let load = (await findLoad(store.read, fileHash)) ?? newLoad(loading, fileHash);
  if (load.finishedAt !== null) return load;
  const orgs = await store.read.selectFrom('org').selectAll().where('level', '=', 'school').execute();
  const report = await openReport(reportFile, load.reportBytes);
  try {
    const reading: Reading = {
      file,
      today: chinaDate(Date.parse(load.startedAt)),
      load: { id: load.id, at: load.startedAt, provinceName },
      schools: orgs.map(orgOf),
      afterRow: load.lastRow,
      rowsPerBatch: loading.rowsPerBatch,
    };
    for await (const batch of loading.batches(reading)) {
      load = await loadBatch(loading, load, batch, (findings) => report.write(findings));
      onProgress(load);
    }
    const ended = { ...load, finishedAt: isoTime(clock.now()) };
    await store.decide((tx) => saveLoad(tx, ended));
    return ended;
  } finally {
    await report.close();
  }
}

export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function newLoad({ ids, clock }: Loading, fileHash: string): LegacyLoadTable {
  const counts = { lastRow: 0, rows: 0, loaded: 0, refused: 0, problems: 0, reportBytes: 0 };
  return { fileHash, id: ids.next(), startedAt: isoTime(clock.now()), ...counts, finishedAt: null };
}

async function loadBatch(
  { store }: Loading,
  before: LegacyLoadTable,
  batch: Batch,
  report: (findings: Batch['findings']) => Promise<number>,
): Promise<LegacyLoadTable> {
  const given = batch.records.flatMap(({ studentNumber }) => studentNumber ?? []);
  // Nothing else writes while the load runs: what is free now is free in the decision.
  const { records, findings } = keepFreeNumbers(batch.records, await takenNumbers(store.read, given));
  const told = [...batch.findings, ...findings].toSorted((a, b) => a.row - b.row);
  const after: LegacyLoadTable = {
    ...before,
    lastRow: Math.max(before.lastRow, batch.lastRow),
    rows: before.rows + batch.rows,
    loaded: before.loaded + records.length,
    refused: before.refused + batch.refused,
    problems: before.problems + records.filter(({ isCheckDigitWrong }) => isCheckDigitWrong).length,
    reportBytes: await report(told),
  };
  await store.decide(async (tx) => {
    await insertRecords(tx, before, records);
    await saveLoad(tx, after);
  });
  return after;
}

/**
 * The records of one batch, to be told to the hub. What a restore has lost of a file that is loaded once more gets its number again,
 * and goes on from the version that the hub knows; who was registered since is left as it is.
 */
export async function insertRecords(
  tx: Tx<ProvinceDb>,
  { fileHash, id: loadId, startedAt: at }: Pick<LegacyLoadTable, 'fileHash' | 'id' | 'startedAt'>,
  given: readonly PreparedRecord[],
): Promise<void> {
  const ids = given.map(({ row }) => recordId(fileHash, row));
  const there = await listThere(tx, ids);
  const forgotten = await takeForgottenRecords(
    tx,
    ids.filter((id) => !there.has(id)),
  );
  const records = given.flatMap((record, index) => {
    const id = must(ids[index], 'an id');
    return there.has(id) ? [] : [{ ...record, id, studentNumber: (forgotten.get(id) ?? record).studentNumber }];
  });
  const numbers = await assignNumbers(tx, records);
  const rows = records.map(({ id, student, form, event }, index) => {
    const whole: StudentTable = {
      ...student,
      id,
      studentNumber: must(numbers[index], 'a number'),
      status: 'enrolled',
      // Its group makes it one, as soon as the node runs (tell.ts).
      problem: 0,
      claimNo: null,
      version: (forgotten.get(id)?.version ?? 0) + 1,
      createdAt: at,
      changedAt: at,
    };
    return { student: whole, form, event: { studentId: id, id: loadId, at, event } };
  });
  await insertLoaded(tx, rows);
  await addUntold(
    tx,
    [...inSlices(records, ITEMS_PER_MESSAGE_MAX)].map((slice) => ({
      firstId: must(slice[0], 'a record').id,
      lastId: must(slice.at(-1), 'a record').id,
      records: slice.length,
    })),
  );
}

/**
 * The id of the record that a row of a file becomes (a UUID of version 8, RFC 9562: the file, then the row): the same file loaded
 * once more after a restore makes the same records, and the hub knows them again.
 */
export function recordId(fileHash: string, row: number): string {
  const [of, at] = [fileHash.slice(0, 15), row.toString(16).padStart(15, '0')];
  return `${of.slice(0, 8)}-${of.slice(8, 12)}-8${of.slice(12)}-8${at.slice(0, 3)}-${at.slice(3)}`;
}
