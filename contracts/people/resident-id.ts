import type { Sex } from '../codes/sex.ts';
import { wasEverRegion } from '../regions/ever-valid.ts';
import { refuse, type RefusedId } from './id-check.ts';
import { canonicaliseNumber, checkCharacter, dateOfDigits, sexOfSerial } from './number-text.ts';

export interface ResidentId {
  ok: true;
  kind: 'resident-id';
  /** 18 characters. */
  canonical: string;
  birthDate: string;
  sex: Sex;
  regionCode: string;
}

/**
 * Reads a resident id number (居民身份证, GB 11643-1999): 6 digits of a county that existed at any time, birth date, three
 * digits of which the last tells the sex, check character. A number of the first generation (15 digits, born 19YY) is
 * upgraded to 18. `today` is an ISO date; nobody is born after it.
 */
export function checkResidentId(text: string, today: string): ResidentId | RefusedId {
  const number = canonicaliseNumber(text);
  if (number === '') return refuse('empty', '身份证件号为空，请填写18位居民身份证号');
  const long = upgradeTo18(number);
  if (!/^\d{17}[\dX]$/.test(long)) return refuseShape(number, today);
  const region = long.slice(0, 6);
  if (/^8[123]0000/.test(long)) {
    return refuse('wrong-document', '这是港澳台居民居住证号码，请把身份证件类型改为相应的港澳台证件');
  }
  if (long.startsWith('9')) {
    return refuse(
      'wrong-document',
      '9开头的18位号码是外国人永久居留身份证，请把身份证件类型改为“境外永久居留证”，或对照证件核对前6位',
    );
  }
  if (region.endsWith('0000') || !wasEverRegion(region)) {
    return refuse('region', `前6位“${region}”不是我国现在或曾经使用的行政区划代码，请对照证件核对`);
  }
  return readDateAndCheck(long, 'resident-id', region, today);
}

/**
 * Birth date, sex and check character, which the resident id, the HMT residence permit and the foreign permanent
 * residence card have in the same places.
 */
export function readDateAndCheck<Kind extends string>(
  number: string,
  kind: Kind,
  regionCode: string,
  today: string,
): (Omit<ResidentId, 'kind'> & { kind: Kind }) | RefusedId {
  const birthDate = dateOfDigits(number.slice(6, 14));
  if (birthDate === undefined) {
    return refuse('birth-date', `第7至14位“${number.slice(6, 14)}”不是真实的出生日期，请对照证件核对`);
  }
  if (birthDate > today) return refuse('birth-date', `号码中的出生日期${birthDate}晚于今天，请对照证件核对`);
  const check = checkCharacter(number);
  if (number[17] !== check) {
    if (number.endsWith('000')) {
      return refuse(
        'excel-number',
        '末尾的“000”像是 Excel 把号码当成数字而丢失了后几位，请把该列设为文本格式后重新填写',
      );
    }
    const suggestion = number.slice(0, 17) + check;
    const message = `校验位不对：按前17位计算，最后一位应为“${check}”，请对照证件逐位核对`;
    return refuse('check-digit', message, suggestion);
  }
  return { ok: true, kind, canonical: number, birthDate, sex: sexOfSerial(Number(number[16])), regionCode };
}

/** 15 digits (GB 11643-1989) become 18: the century 19 goes in and the check character is added. Others stay. */
export function upgradeTo18(number: string): string {
  if (!/^\d{15}$/.test(number)) return number;
  const body = `${number.slice(0, 6)}19${number.slice(6)}`;
  return body + checkCharacter(body);
}

/** Letters and signs that fingers and scanners put for digits. */
const lookalikes: Record<string, string> = { O: '0', Q: '0', D: '0', I: '1', L: '1', '|': '1', Z: '2', S: '5', B: '8' };

function refuseShape(number: string, today: string): RefusedId {
  if (/^\d(\.\d+)?E\+?\d+$/.test(number)) {
    return refuse('excel-number', 'Excel 把号码变成了科学计数，请把该列设为文本格式后重新填写18位号码');
  }
  const { length } = Array.from(number);
  if (length !== 18 && length !== 15) {
    return refuse('length', `居民身份证号应为18位，现为${length}位，请对照证件补全`);
  }
  const mended = number.replace(/[^\dX]/g, (sign) => lookalikes[sign] ?? sign).replace(/\*$/, 'X');
  const message = '居民身份证号只能由数字组成（最后一位可为X），请对照证件核对';
  const reading = mended === number ? undefined : checkResidentId(mended, today);
  return refuse('characters', message, reading?.ok ? reading.canonical : undefined);
}
