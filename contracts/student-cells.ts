import { lookUpName } from './codes/code-table.ts';
import type { CodeTable } from './codes/code-table.ts';
import { bad, doubtful, good, halfWidth } from './core/sheet.ts';
import type { CellResult } from './core/sheet.ts';
import { checkName } from './people/names.ts';
import { dateOfDigits } from './people/number-text.ts';
import { checkStudentNumber } from './people/student-number.ts';
import { childrenOf, isCurrentRegion, regionFullName } from './regions/regions.ts';

/** How the items of a pupil's record are read, from an Excel cell or a form field: pure functions of text and today. */
export type ReadCell = (text: string, today: string) => CellResult<string>;

export const readName: ReadCell = (text) => {
  const name = checkName(text);
  return name.ok ? good(name.canonical) : bad(name.message);
};

export function readCode(table: CodeTable): ReadCell {
  return (text) => {
    const found = lookUpName(table, text);
    return found.ok ? good(found.code) : bad(found.message, found.suggestion);
  };
}

/** `20190901`, also with strokes or dots between, as `2019-09-01`. */
export const readDate: ReadCell = (text, today) => {
  const digits = halfWidth(text).replace(/[-./年月日 ]/g, '');
  const date = /^\d{8}$/.test(digits) ? dateOfDigits(digits) : undefined;
  if (date === undefined) return bad('日期应为8位数字且真实存在，如20190901');
  return date > today ? bad('日期晚于今天，请核对') : good(date);
};

/** `202609` as `2026-09`. */
export const readMonth: ReadCell = (text, today) => {
  const digits = halfWidth(text).replace(/[-./年月 ]/g, '');
  if (!/^(19|20)\d{2}(0[1-9]|1[0-2])$/.test(digits)) return bad('年月应为6位数字，如202609');
  const month = `${digits.slice(0, 4)}-${digits.slice(4)}`;
  const nextYear = `${Number(today.slice(0, 4)) + 1}`;
  return month.slice(0, 4) > nextYear ? bad('年月太晚，请核对') : good(month);
};

/**
 * A county, or a city that has none (东莞), by its 12-digit code (the last six 0) or its first 6; kept as 12 digits
 * (domain rules: 学籍 stores 12-digit codes).
 */
export const readRegion: ReadCell = (text) => {
  const digits = halfWidth(text).replace(/\s/g, '');
  if (!/^\d{6}(\d{6})?$/.test(digits)) return bad('应为6位或12位行政区划代码，如370102000000');
  const county = digits.slice(0, 6);
  const code = digits.padEnd(12, '0');
  if (regionFullName(county) === undefined) return bad(`没有行政区划代码${county}，请核对`);
  if (childrenOf(county).length > 0) return bad(`${regionFullName(county)}不是区县，请填写到区县`);
  return isCurrentRegion(county) ? good(code) : doubtful(code, `${regionFullName(county)}的代码已停用，请确认`);
};

export const readPhone: ReadCell = (text) => {
  const phone = halfWidth(text).replace(/[\s()（）]/g, '');
  return /^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{7,8})$/.test(phone)
    ? good(phone)
    : bad('应为11位手机号，或带区号的固定电话，如0531-86912345');
};

export const readPostcode: ReadCell = (text) => {
  const digits = halfWidth(text).trim();
  return /^\d{6}$/.test(digits) ? good(digits) : bad('邮政编码应为6位数字');
};

export const readSchoolCode: ReadCell = (text) => {
  const digits = halfWidth(text).replace(/\s/g, '');
  return /^\d{10}$/.test(digits) ? good(digits) : bad('学校标识码应为10位数字');
};

export const readClassNo: ReadCell = (text) => {
  const digits = /^(\d{1,2})班?$/.exec(halfWidth(text).trim())?.[1];
  if (digits === undefined || Number(digits) === 0) return bad('班号应为1至99的数字，如01');
  return good(digits.padStart(2, '0'));
};

/** Kilometres, with at most one decimal. */
export const readDistance: ReadCell = (text) => {
  const number = halfWidth(text)
    .replace(/(公里|千米|km)$/i, '')
    .trim();
  if (!/^\d{1,3}(\.\d+)?$/.test(number)) return bad('上下学距离应为公里数，如1.5');
  return good(String(Math.round(Number(number) * 10) / 10));
};

/** `2010.06.01-2020.06.01` or `2010.06.01-长期`. */
export const readValidity: ReadCell = (text) => {
  const shown = halfWidth(text).replace(/\s/g, '');
  const [, from = '', to = ''] = /^(\d{4}\.\d{2}\.\d{2})-(\d{4}\.\d{2}\.\d{2}|长期)$/.exec(shown) ?? [];
  const real = (date: string): boolean => dateOfDigits(date.replaceAll('.', '')) !== undefined;
  if (!real(from) || (to !== '长期' && !real(to))) return bad('有效期应如2020.06.01-2030.06.01，或2020.06.01-长期');
  return to === '长期' || to > from ? good(shown) : bad('有效期的止日应晚于起日');
};

export const readEmail: ReadCell = (text) => {
  const email = halfWidth(text).trim();
  return /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(email)
    ? good(email)
    : bad('电子信箱格式不正确，如name@example.cn');
};

export const readHomepage: ReadCell = (text) => {
  const address = halfWidth(text).trim();
  return /^(https?:\/\/)?[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(address) ? good(address) : bad('主页地址格式不正确');
};

export const readAuxiliaryNumber: ReadCell = (text) => {
  const number = halfWidth(text).replace(/\s/g, '').toUpperCase();
  if (!/^[A-Z0-9]{1,30}$/.test(number)) return bad('学籍辅号只能由字母和数字组成');
  return checkStudentNumber(number).ok ? doubtful(number, '这是全国学籍号，学籍辅号应为本省的编号') : good(number);
};

/** Free text of at most `max` characters. */
export function readText(max: number): ReadCell {
  return (text) => ([...text].length <= max ? good(text) : bad(`最多${max}个字，现为${[...text].length}个字`));
}
