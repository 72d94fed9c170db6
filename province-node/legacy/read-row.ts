import type { IdType } from '../../contracts/codes/id-type.ts';
import { checkIdNumber } from '../../contracts/people/id-document.ts';
import { studentFieldTitles } from '../../contracts/student-form.ts';
import type { StudentField, StudentForm } from '../../contracts/student-form.ts';
import { readText } from '../../shared/spreadsheet/cell.ts';
import { rawText } from '../../shared/spreadsheet/header.ts';
import type { AnyColumn } from '../../shared/spreadsheet/header.ts';
import type { OpenedSheet, RawRow } from '../../shared/spreadsheet/xlsx/reader.ts';
import type { PlacedColumn } from './header.ts';

/** What the report says of a cell: the row is not loaded, or the item is not, or the record is a problem record. */
export type Consequence = 'refused' | 'left-out' | 'problem' | 'noted';

export interface LegacyFinding {
  row: number;
  title: string;
  consequence: Consequence;
  message: string;
  text?: string;
}

/** A row as it will be loaded, unless something in it is `refused`. */
export interface LegacyRow {
  row: number;
  form: StudentForm;
  studentNumber: string | undefined;
  /** 身份证件号错误: 校验位错误 (§1.7 of the collected field rules): phase one did not check the digit on import. */
  isCheckDigitWrong: boolean;
  findings: LegacyFinding[];
}

/** Reads one row by the rules of the import; essential items decide whether there is a record, others are left out when wrong. */
export function readLegacyRow(
  placed: readonly PlacedColumn[],
  raw: RawRow,
  dateSystem: OpenedSheet['dateSystem'],
  today: string,
): LegacyRow {
  const row: LegacyRow = {
    row: raw.number,
    form: {},
    studentNumber: undefined,
    isCheckDigitWrong: false,
    findings: [],
  };
  const wrong = new Set<string>();
  for (const column of placed) {
    const cell = raw.cells[column.at];
    if (cell === undefined || cell === '') continue;
    const text = readText(column as unknown as AnyColumn, cell, dateSystem);
    if (text === '') continue;
    const result = typeof text === 'string' ? column.read(text, today) : text;
    if ('value' in result) {
      if (column.key === 'studentNumber') row.studentNumber = result.value;
      else row.form[column.key] = result.value;
    } else {
      wrong.add(column.key);
      const consequence = column.essential ? 'refused' : 'left-out';
      note(row, column.titles[0]!, consequence, result.fault.message, column.personal ? undefined : rawText(cell));
    }
  }
  for (const member of [1, 2] as const) dropWrongMemberNumber(row, member, today);
  judgeNumber(row, wrong, today);
  for (const { key, titles, essential } of placed)
    if (essential && isMissing(row.form, key, wrong)) note(row, titles[0]!, 'refused', `${titles[0]}为空，请填写`);
  return row;
}

function note(row: LegacyRow, title: string, consequence: Consequence, message: string, text?: string): void {
  row.findings.push({ row: row.row, title, consequence, message, ...(text === undefined ? {} : { text }) });
}

function isMissing(form: StudentForm, key: PlacedColumn['key'], wrong: ReadonlySet<string>): boolean {
  if (key === 'studentNumber' || wrong.has(key) || form[key] !== undefined) return false;
  return !(key === 'idNumber' && form.idType === 'Z');
}

/** The number by its type, and what it tells of birth date and sex. Only a wrong check digit makes a problem record. */
function judgeNumber(row: LegacyRow, wrong: Set<string>, today: string): void {
  const { idType, idNumber } = row.form;
  if (idType === undefined || idNumber === undefined) return;
  const checked = checkIdNumber(idType as IdType, idNumber, today);
  if (checked.ok) {
    row.form.idNumber = checked.canonical;
    // An empty one of type 其他 is none.
    if (checked.canonical === '') delete row.form.idNumber;
    for (const field of ['birthDate', 'sex'] as const) {
      const told = checked[field];
      if (told === undefined || wrong.has(field)) continue;
      if ((row.form[field] ??= told) === told) continue;
      wrong.add(field);
      note(row, studentFieldTitles[field], 'refused', `与身份证件号中的${studentFieldTitles[field]}不一致，请核对`);
    }
  } else if (idType === '1' && checked.reason === 'check-digit') {
    row.isCheckDigitWrong = true;
    note(row, studentFieldTitles.idNumber, 'problem', checked.message);
  } else {
    wrong.add('idNumber');
    note(row, studentFieldTitles.idNumber, 'refused', checked.message);
  }
}

function dropWrongMemberNumber(row: LegacyRow, member: 1 | 2, today: string): void {
  const fields = [`member${member}IdType`, `member${member}IdNumber`] as const satisfies StudentField[];
  const [type, number] = [row.form[fields[0]], row.form[fields[1]]];
  if (type === undefined || number === undefined) return;
  const checked = checkIdNumber(type as IdType, number, today);
  if (checked.ok) row.form[fields[1]] = checked.canonical;
  else {
    for (const field of fields) delete row.form[field];
    note(row, studentFieldTitles[fields[1]], 'left-out', checked.message);
  }
}
