import type { Sex } from '../../contracts/codes/sex.ts';
import { sexOfSerial } from '../../contracts/people/number-text.ts';
import { checkStudentNumber, nextTemporarySerial, temporaryNumber } from '../../contracts/people/student-number.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { ProvinceDb } from '../schema.ts';
import { lastSerialOf, saveLastSerials } from '../student/load.ts';
import type { SerialKey } from '../student/load.ts';
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
  const serials = new Map<string, SerialKey & { lastSerial: number | undefined }>();
  const of = async (key: SerialKey) => {
    const name = `${key.regionCode} ${key.birthDate} ${key.sex}`;
    const known = serials.get(name) ?? { ...key, lastSerial: await lastSerialOf(tx, key) };
    serials.set(name, known);
    return known;
  };
  // What phase one has given of this province's series is not given again.
  for (const { studentNumber } of records) {
    if (!studentNumber?.startsWith('L')) continue;
    const read = checkStudentNumber(studentNumber);
    if (!read.ok || read.kind !== 'temporary') continue;
    const last = await of({ regionCode: read.regionCode, birthDate: read.birthDate, sex: sexOfSerial(read.serial) });
    last.lastSerial = Math.max(last.lastSerial ?? 0, read.serial);
  }
  const numbers: string[] = [];
  for (const { studentNumber, regionCode, student } of records) {
    if (studentNumber !== undefined) {
      numbers.push(studentNumber);
      continue;
    }
    const { birthDate, sex } = student;
    const last = await of({ regionCode, birthDate, sex });
    last.lastSerial = nextTemporarySerial(last.lastSerial, sex as Sex);
    numbers.push(temporaryNumber(regionCode, birthDate, last.lastSerial));
  }
  const given = [...serials.values()].flatMap(({ lastSerial, ...key }) =>
    lastSerial === undefined ? [] : [{ ...key, lastSerial }],
  );
  await saveLastSerials(tx, given);
  return numbers;
}
