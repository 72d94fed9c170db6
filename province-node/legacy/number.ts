import type { Sex } from '../../contracts/codes/sex.ts';
import { sexOfSerial } from '../../contracts/people/number-text.ts';
import { checkStudentNumber, nextTemporarySerial, temporaryNumber } from '../../contracts/people/student-number.ts';
import { must } from '../../shared/assert.ts';
import type { Tx } from '../../shared/db/store.ts';
import { groupBy } from '../../shared/group-by.ts';
import type { ProvinceDb } from '../schema.ts';
import { takeSerials } from '../student/load.ts';
import { raiseTemporarySerial } from '../student/table.ts';
import type { PreparedRecord } from './prepare.ts';
import type { LegacyFinding } from './read-row.ts';

/**
 * A number belongs to one pupil for ever (MoE FAQ 2016): one that phase one gave is kept, unless another record has it, in the
 * file or in the province. Then, and where the file has none, the record gets a temporary number.
 */
export function keepFreeNumbers(
  records: readonly PreparedRecord[],
  taken: Set<string>,
): { records: PreparedRecord[]; findings: LegacyFinding[] } {
  const findings: LegacyFinding[] = [];
  const kept = records.map((record) => {
    const { row, studentNumber } = record;
    if (studentNumber === undefined) return record;
    if (!taken.has(studentNumber)) {
      taken.add(studentNumber);
      return record;
    }
    const message = '该学籍号已属于另一条学籍，本条改发临时学籍号；两条学籍身份相同的，由问题学籍处理';
    findings.push({ row, title: '全国学籍号', consequence: 'left-out', message });
    return { ...record, studentNumber: undefined };
  });
  return { records: kept, findings };
}

/** The number of each record, in order: the kept one, or the next temporary one of its county, birth date and sex. */
export async function assignNumbers(tx: Tx<ProvinceDb>, records: readonly PreparedRecord[]): Promise<string[]> {
  for (const { studentNumber } of records) if (studentNumber?.startsWith('L')) await keepSerial(tx, studentNumber);
  const wanted = groupBy(
    records.filter(({ studentNumber }) => studentNumber === undefined),
    ({ regionCode, student }) => `${regionCode} ${student.birthDate} ${student.sex}`,
  );
  const serials = new Map<string, number>();
  for (const [series, { length }] of wanted) {
    const [regionCode, birthDate, sex] = series.split(' ') as [string, string, Sex];
    const last = await takeSerials(tx, { regionCode, birthDate, sex }, nextTemporarySerial(undefined, sex), length);
    // Beyond the last that there is it throws.
    nextTemporarySerial(last - 2, sex);
    serials.set(series, last - 2 * length);
  }
  return records.map(({ studentNumber, regionCode, student: { birthDate, sex } }) => {
    if (studentNumber !== undefined) return studentNumber;
    const series = `${regionCode} ${birthDate} ${sex}`;
    const serial = must(serials.get(series), 'the series') + 2;
    serials.set(series, serial);
    return temporaryNumber(regionCode, birthDate, serial);
  });
}

/** What phase one has given of this province's series is not given again. */
async function keepSerial(tx: Tx<ProvinceDb>, studentNumber: string): Promise<void> {
  const read = checkStudentNumber(studentNumber);
  if (!read.ok || read.kind !== 'temporary') return;
  const { regionCode, birthDate, serial: lastSerial } = read;
  await raiseTemporarySerial(tx, { regionCode, birthDate, sex: sexOfSerial(lastSerial), lastSerial });
}
