import type { Sex } from '../codes/sex.ts';
import { Problem } from '../core/problems.ts';
import { wasEverRegion } from '../regions/ever-valid.ts';
import { refuse, type RefusedId } from './id-check.ts';
import { canonicaliseNumber, checkCharacter, dateOfDigits, sexOfSerial } from './number-text.ts';
import { checkResidentId } from './resident-id.ts';

/**
 * The letters of a temporary number's serial, plain base 36. No known number reaches I or O, so whether the ministry
 * skips them is not known; here they are used.
 */
export const serialAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const serialLength = 3;
const serialMax = serialAlphabet.length ** serialLength - 1;

/** No birth date is too late for a number that already exists. */
const anyDay = '9999-12-31';

export interface FormalStudentNumber {
  ok: true;
  kind: 'formal';
  canonical: string;
  /** The 18-character resident id in it. The pupil's present one may differ (MoE FAQ 2016). */
  residentId: string;
  birthDate: string;
  sex: Sex;
}

export interface TemporaryStudentNumber {
  ok: true;
  kind: 'temporary';
  canonical: string;
  /** The county of the school that registered the pupil, not of the household. */
  regionCode: string;
  birthDate: string;
  serial: number;
}

/** Formal number (正式学籍号): G and the verified resident id (features 1.13). `residentId` is canonical, 18 characters. */
export function formalNumber(residentId: string): string {
  if (!/^\d{17}[\dX]$/.test(residentId)) throw new RangeError('a formal number needs a canonical 18-character id');
  return `G${residentId}`;
}

/**
 * Temporary number (临时学籍号): L, the county of the school, birth date, serial in base 36, check character (features
 * 1.13). `birthDate` is an ISO date, `serial` comes from `nextTemporarySerial`.
 */
export function temporaryNumber(regionCode: string, birthDate: string, serial: number): string {
  if (!/^\d{6}$/.test(regionCode)) throw new RangeError(`not a region code: ${regionCode}`);
  const digits = birthDate.replaceAll('-', '');
  if (dateOfDigits(digits) !== birthDate) throw new RangeError(`not a birth date: ${birthDate}`);
  const body = regionCode + digits + serialText(serial);
  return `L${body}${checkCharacter(body)}`;
}

/**
 * The serial after the last one given to the same county, birth date and sex: every second one, female 002, 004 …, male
 * 001, 003 …, as the numbers in the ministry's 2019 description run. 23 328 a sex; beyond them `serials-exhausted`.
 */
export function nextTemporarySerial(lastSerialOfThatSex: number | undefined, sex: Sex): number {
  const first = sex === '1' ? 1 : 2;
  const last = lastSerialOfThatSex ?? first - 2;
  const next = sexOfSerial(last + 1) === sex ? last + 1 : last + 2;
  if (next > serialMax) {
    throw new Problem('serials-exhausted', '该区县同一出生日期、同一性别的临时学籍号已全部用完，请联系教育部操作员');
  }
  return next;
}

/**
 * Reads a student number (全国学籍号). The serial of a temporary one is not held against the pupil's sex: that odd means
 * male is observed, not law. The county may be retired by now.
 */
export function checkStudentNumber(text: string): FormalStudentNumber | TemporaryStudentNumber | RefusedId {
  const number = canonicaliseNumber(text);
  if (number === '') return refuse('empty', '学籍号为空，请填写19位全国学籍号');
  const { length } = Array.from(number);
  if (length !== 19) return refuse('length', `全国学籍号应为19位（G或L加18位），现为${length}位，请核对`);
  if (number.startsWith('G')) return checkFormal(number);
  if (number.startsWith('L')) return checkTemporary(number);
  return refuse('characters', '全国学籍号应以G（正式）或L（临时）开头，请核对');
}

function checkFormal(number: string): FormalStudentNumber | RefusedId {
  const read = checkResidentId(number.slice(1), anyDay);
  if (!read.ok) {
    const suggestion = read.suggestion === undefined ? undefined : `G${read.suggestion}`;
    return refuse(read.reason, `学籍号中的身份证号有误：${read.message}`, suggestion);
  }
  const { canonical, birthDate, sex } = read;
  return { ok: true, kind: 'formal', canonical: number, residentId: canonical, birthDate, sex };
}

function checkTemporary(number: string): TemporaryStudentNumber | RefusedId {
  const body = number.slice(1, 18);
  if (!/^\d{14}[0-9A-Z]{3}$/.test(body) || !/[\dX]$/.test(number)) {
    return refuse('characters', '临时学籍号应为L、6位区划、8位出生日期、3位顺序码和1位校验码，请核对');
  }
  const regionCode = body.slice(0, 6);
  if (!wasEverRegion(regionCode)) {
    return refuse('region', `学籍号中的“${regionCode}”不是我国现在或曾经使用的行政区划代码，请核对`);
  }
  const birthDate = dateOfDigits(body.slice(6, 14));
  if (birthDate === undefined) {
    return refuse('birth-date', `学籍号中的“${body.slice(6, 14)}”不是真实的出生日期，请核对`);
  }
  const check = checkCharacter(body);
  if (number[18] !== check) {
    return refuse('check-digit', `学籍号校验位不对：最后一位应为“${check}”，请逐位核对`, `L${body}${check}`);
  }
  return {
    ok: true,
    kind: 'temporary',
    canonical: number,
    regionCode,
    birthDate,
    serial: serialNumber(body.slice(14)),
  };
}

function serialText(serial: number): string {
  if (!Number.isInteger(serial) || serial < 1 || serial > serialMax) throw new RangeError(`not a serial: ${serial}`);
  let text = '';
  for (let rest = serial; text.length < serialLength; rest = Math.floor(rest / serialAlphabet.length)) {
    text = (serialAlphabet[rest % serialAlphabet.length] ?? '') + text;
  }
  return text;
}

function serialNumber(text: string): number {
  return Array.from(text).reduce((value, letter) => value * serialAlphabet.length + serialAlphabet.indexOf(letter), 0);
}
