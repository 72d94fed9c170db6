import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Org } from '../../contracts/orgs/org.ts';
import { must } from '../../shared/assert.ts';
import { openCsv } from '../../shared/spreadsheet/csv.ts';
import { isBlank } from '../../shared/spreadsheet/header.ts';
import { openSheet } from '../../shared/spreadsheet/xlsx/reader.ts';
import type { OpenedSheet } from '../../shared/spreadsheet/xlsx/reader.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import { legacyColumns } from './columns.ts';
import { placeColumns } from './header.ts';
import type { PlacedColumn } from './header.ts';
import { prepare, reasonAgainstSchool, sealedEvents } from './prepare.ts';
import type { LoadIdentity, PreparedRecord } from './prepare.ts';
import { readLegacyRow } from './read-row.ts';
import type { LegacyFinding } from './read-row.ts';

/** An export of a million rows, Excel's most, is some 300 MB; the operator's own file, but a file all the same. */
const operatorLimits = { fileBytesMax: 1024 ** 3, inflatedBytesMax: 4 * 1024 ** 3 };
const CHUNK_BYTES = 256 * 1024;

export interface Batch {
  records: PreparedRecord[];
  findings: LegacyFinding[];
  rows: number;
  /** Rows that are not loaded. */
  refused: number;
  lastRow: number;
}

export interface Reading {
  file: string;
  today: string;
  load: LoadIdentity;
  schools: readonly Org[];
  /** What a load that was cut off has dealt with: rows up to this one are not looked at again. */
  afterRow: number;
  /** Of one decision. */
  rowsPerBatch: number;
}

/** The file in batches, as it is read. Problem `file-unreadable` for a header that is none, or damage. */
export async function* readBatches(
  vault: Vault,
  { file, today, load, schools, afterRow, rowsPerBatch }: Reading,
): AsyncGenerator<Batch> {
  const schoolOf = new Map(schools.map((school) => [school.id, school]));
  const eventAt = sealedEvents(vault, load);
  const opened = await openFile(file);
  let placed: readonly PlacedColumn[] | undefined;
  let batch = emptyBatch();
  for await (const raw of opened.rows) {
    if (!placed) {
      if (isBlank(raw)) continue;
      const header = placeColumns(legacyColumns(), raw);
      placed = header.placed;
      if (afterRow === 0) batch.findings.push(...header.unknown.map((title) => unknownColumn(raw.number, title)));
      continue;
    }
    if (raw.number <= afterRow || isBlank(raw)) continue;
    const row = readLegacyRow(placed, raw, opened.dateSystem, today);
    const school = schoolOf.get(row.form.schoolCode ?? '');
    const reason = row.form.schoolCode === undefined ? undefined : reasonAgainstSchool(school, row);
    if (reason !== undefined)
      row.findings.push({ row: row.row, title: '学校标识码', consequence: 'refused', message: reason });
    if (row.findings.some(({ consequence }) => consequence === 'refused')) batch.refused++;
    else batch.records.push(prepare(vault, eventAt, row, must(school, 'the school')));
    batch.findings.push(...row.findings);
    batch.rows++;
    batch.lastRow = raw.number;
    if (batch.rows < rowsPerBatch) continue;
    yield batch;
    batch = emptyBatch();
  }
  if (batch.rows > 0 || batch.findings.length > 0) yield batch;
}

const emptyBatch = (): Batch => ({ records: [], findings: [], rows: 0, refused: 0, lastRow: 0 });

function unknownColumn(row: number, title: string): LegacyFinding {
  return { row, title, consequence: 'noted', message: '一期学籍信息中没有这一列，该列没有读取' };
}

export function isWorkbook(file: string): boolean {
  return /\.xlsx$/i.test(file);
}

async function openFile(file: string): Promise<OpenedSheet> {
  if (isWorkbook(file)) return openSheet(await readFile(file), '学籍信息', operatorLimits);
  return openCsv(createReadStream(file, { highWaterMark: CHUNK_BYTES }), 'mark');
}
