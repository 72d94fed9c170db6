import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { declareSheet, doubtful, good } from '../../contracts/core/sheet.ts';
import type { SheetColumn } from '../../contracts/core/sheet.ts';
import { bad } from '../../contracts/core/sheet.ts';
import { maskIdNumber } from '../../contracts/people/names.ts';
import { listedChecks, listedItems, withTold } from '../../contracts/preschool-rules.ts';
import { studentFieldTitles } from '../../contracts/student-form.ts';
import type { StudentField, StudentForm } from '../../contracts/student-form.ts';
import { readRegion } from '../../contracts/student-cells.ts';
import { fieldRules } from '../../contracts/student-rules.ts';
import { must } from '../../shared/assert.ts';
import { chinaDate } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Store } from '../../shared/db/store.ts';
import { groupBy } from '../../shared/group-by.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import { checkRows } from '../../shared/spreadsheet/check.ts';
import type { CheckedSlice } from '../../shared/spreadsheet/check.ts';
import { openCsv } from '../../shared/spreadsheet/csv.ts';
import type { AnySheet } from '../../shared/spreadsheet/header.ts';
import { openSheet } from '../../shared/spreadsheet/xlsx/reader.ts';
import type { OpenedSheet } from '../../shared/spreadsheet/xlsx/reader.ts';
import { canonicalForm, fingerprintOf } from '../registration/form.ts';
import type { ProvinceDb } from '../schema.ts';
import { saveRecords } from './records.ts';
import type { PreschoolRecordTable } from './table.ts';

/** A preschool record as a file has it. `recordKey` is its number in the preschool system. */
export type RecordRow = StudentForm & { recordKey?: string; kindergartenName?: string; kindergartenRegion?: string };

/** What a preschool system commonly knows besides who the child is. What is wrong in them is left out, not the record. */
const known: readonly StudentField[] = [
  ...(['ethnicGroup', 'nationality', 'overseas', 'birthRegion', 'nativePlace', 'health', 'householdType'] as const),
  ...([
    'householdRegion',
    'address',
    'mailAddress',
    'homeAddress',
    'phone',
    'postcode',
    'onlyChild',
    'orphan',
  ] as const),
  ...(['member1Name', 'member1Relation', 'member1Address', 'member1HouseholdRegion', 'member1Phone'] as const),
  ...(['member1Guardian', 'member1IdType', 'member1IdNumber', 'member1Employer'] as const),
  ...(['member2Name', 'member2Relation', 'member2Phone', 'member2Guardian'] as const),
];

const own: readonly SheetColumn<RecordRow>[] = [
  {
    key: 'recordKey',
    title: '学前学籍号',
    required: true,
    kind: 'digits',
    parse: (text) => (text.length <= 40 ? good(text) : bad('学前学籍号过长')),
  },
  { key: 'kindergartenName', title: '幼儿园名称', required: true, kind: 'text', parse: good },
  { key: 'kindergartenRegion', title: '幼儿园所属区县', required: true, kind: 'region', parse: readRegion },
];

/** Columns by their titles, in any order; others are not read. */
export const preschoolRecordSheet = declareSheet<RecordRow>({
  module: import.meta.url,
  name: 'preschoolRecordSheet',
  title: '学前学籍',
  instructions: [],
  columns: [
    ...own,
    ...listedItems.map(
      ({ field: key, title, kind, required, read }) =>
        ({ key, title, kind, required, parse: read }) as SheetColumn<RecordRow>,
    ),
    ...known.map((key) => {
      const { kind, read } = fieldRules[key];
      const parse: SheetColumn<RecordRow>['parse'] = (text, today) => {
        const result = read(text, today);
        return 'value' in result ? good(result.value) : doubtful('', `${result.fault.message}；该项没有取用`);
      };
      return { key, title: studentFieldTitles[key], kind, required: false, parse } as SheetColumn<RecordRow>;
    }),
  ],
  rowChecks: listedChecks as NonNullable<Parameters<typeof declareSheet<RecordRow>>[0]['rowChecks']>,
});

export interface LoadedRecords {
  rows: number;
  loaded: number;
  refused: number;
  /** Items that were left out of records that were loaded. */
  leftOut: number;
}

interface Loading {
  store: Store<ProvinceDb>;
  vault: Vault;
  clock: Clock;
}

/**
 * Loads preschool records from a CSV or XLSX file, slice by slice as it is read, each slice in a decision of its own. A record
 * overwrites what was loaded under its key before, so a load that was cut off is simply begun again. Each refused row is told
 * in `reportFile` with its reasons.
 */
export async function loadRecords(
  { store, vault, clock }: Loading,
  file: string,
  reportFile: string,
  onProgress: (sofar: LoadedRecords) => void = () => undefined,
): Promise<LoadedRecords> {
  const today = chinaDate(clock.now());
  const report = openReport(reportFile);
  const sofar: LoadedRecords = { rows: 0, loaded: 0, refused: 0, leftOut: 0 };
  const sheet = preschoolRecordSheet as unknown as AnySheet;
  try {
    for await (const slice of checkRows(sheet, await openFile(file), today, Infinity)) {
      const records = slice.rows
        .filter(({ errors }) => errors === 0)
        .map(({ values }) => recordOf(vault, values as RecordRow, today));
      await store.decide((tx) => saveRecords(tx, onePerKey(records)));
      sofar.rows += slice.rows.length;
      sofar.loaded += records.length;
      sofar.refused += slice.rows.length - records.length;
      sofar.leftOut += slice.findings.filter(({ severity }) => severity === 'warning').length;
      await report.write(linesOf(slice));
      onProgress(sofar);
    }
  } finally {
    await report.end();
  }
  return sofar;
}

async function openFile(file: string): Promise<OpenedSheet> {
  if (/\.xlsx$/i.test(file)) return openSheet(await readFile(file), preschoolRecordSheet.title);
  return openCsv(createReadStream(file));
}

/** The record under a key that says nothing of it: numbers of the preschool system hold the child's id number. */
export function recordOf(vault: Vault, values: RecordRow, today: string): PreschoolRecordTable {
  const { recordKey, kindergartenName, kindergartenRegion, ...items } = values;
  const given = Object.fromEntries(Object.entries(items).filter(([, value]) => value !== ''));
  const form = canonicalForm({ ...given, ...withTold(given, today) }, today);
  return {
    id: vault.fingerprint(`preschool-record:${must(recordKey, 'record key')}`).toString('hex'),
    name: must(form.name, 'name'),
    sex: must(form.sex, 'sex'),
    birthDate: must(form.birthDate, 'birth date'),
    idType: must(form.idType, 'id type'),
    idNumberMasked: maskIdNumber(form.idNumber ?? ''),
    idFingerprint: fingerprintOf(vault, form),
    kindergartenName: must(kindergartenName, 'kindergarten'),
    kindergartenRegion: must(kindergartenRegion, 'region of the kindergarten').slice(0, 6),
    form: vault.seal(JSON.stringify(form)),
  };
}

/** One statement cannot write a key twice: the later line counts. */
function onePerKey(records: readonly PreschoolRecordTable[]): PreschoolRecordTable[] {
  return [...new Map(records.map((record) => [record.id, record])).values()];
}

function linesOf({ rows, findings }: CheckedSlice): string {
  const refused = new Set(rows.filter(({ errors }) => errors > 0).map(({ row }) => row));
  const reasons = findings.filter(({ severity, row }) => severity === 'error' && refused.has(row));
  return [...groupBy(reasons, ({ row }) => row)]
    .map(([row, found]) => `${row},${quoted(found.map(({ title, message }) => `${title}：${message}`).join('；'))}\n`)
    .join('');
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** With a byte order mark, so that Excel reads it as UTF-8. */
function openReport(file: string): { write(lines: string): Promise<void>; end(): Promise<void> } {
  const stream = createWriteStream(file, { mode: 0o600 });
  stream.write('\uFEFF行号,原因\n');
  return {
    async write(lines) {
      if (lines !== '' && !stream.write(lines)) await once(stream, 'drain');
    },
    async end() {
      stream.end();
      await once(stream, 'close');
    },
  };
}
