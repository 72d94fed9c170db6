import { countryOfNumber } from '../codes/country.ts';
import { wasEverRegion } from '../regions/ever-valid.ts';
import { refuse, type AcceptedId, type IdCheck } from './id-check.ts';
import { readDateAndCheck } from './resident-id.ts';

/** Reads a canonical number as one kind of document; undefined when it has not the shape of one. */
export type Reader = (number: string, today: string) => IdCheck | undefined;

/**
 * 港澳台居民居住证 (国办 2018 港澳台居民居住证申领发放办法): built like a resident id, with 810000 for Hong Kong, 820000 for
 * Macao, 830000 for Taiwan in place of the county.
 */
export function residencePermit(...prefixes: string[]): Reader {
  return (number, today) => {
    const prefix = number.slice(0, 6);
    if (!/^\d{17}[\dX]$/.test(number) || !prefixes.includes(prefix)) return undefined;
    return readDateAndCheck(number, 'residence-permit', prefix, today);
  };
}

/**
 * 外国人永久居留身份证 since 2023-12-01: 9, two digits of the province that took the application, three of the country
 * (ISO 3166-1 numeric), then birth date, serial and check character as in a resident id.
 */
export const permanentResidenceCard: Reader = (number, today) => {
  if (!/^9\d{16}[\dX]$/.test(number)) return undefined;
  const province = `${number.slice(1, 3)}0000`;
  if (!wasEverRegion(province)) {
    return refuse('region', `第2、3位“${number.slice(1, 3)}”不是省级代码，请对照证件核对`);
  }
  const countryCode = countryOfNumber(number.slice(3, 6));
  if (countryCode === undefined) {
    return refuse('country', `第4至6位“${number.slice(3, 6)}”不是国家或地区代码，请对照证件核对`);
  }
  const read = readDateAndCheck(number, 'permanent-residence-card', province, today);
  return read.ok ? { ...read, countryCode } : read;
};

/** The card before 2023: three letters of the country and 12 digits. Its last digits follow no public rule. */
export const formerPermanentResidenceCard = shaped('permanent-residence-card', /^[A-Z]{3}\d{12}$/);

/** 港澳居民来往内地通行证: H or M, 8 digits for life, and two more that count the reissues. */
export function mainlandTravelPermit(letter: 'H' | 'M'): Reader {
  return shaped('mainland-travel-permit', new RegExp(`^${letter}\\d{8}(\\d{2})?$`));
}

/** 台湾居民来往大陆通行证: 8 digits for life; the older ones 10 digits and one or two signs. */
export const taiwanTravelPermit = shaped('taiwan-travel-permit', /^(\d{8}|\d{10}[0-9A-Z]{0,2})$/);

export const hongKongPassport = shaped('passport', /^([A-Z]\d{8}|[A-Z]{2}\d{7})$/);
export const macaoPassport = shaped('passport', /^M(\d{8}|[A-Z]\d{7})$/);
export const macaoId = shaped('macao-id', /^[1578]\d{7}$/);

/** Any country's passport (ICAO 9303 leaves the number to the issuer): letters and digits, at least four digits. */
export const passport = shaped('passport', /^(?=(?:[A-Z]*\d){4})[A-Z0-9]{5,17}$/);

/**
 * Hong Kong identity card: one or two letters, six digits, check character. The weighted sum (9 for the first letter or
 * the blank before a single one, down to 1 for the check character; A=10 … Z=35, blank=36) is a multiple of 11.
 */
export const hongKongId: Reader = (number) => {
  if (!/^[A-Z]{1,2}\d{6}[\dA]$/.test(number)) return undefined;
  const check = hongKongCheck(number.slice(0, -1));
  if (number.at(-1) === check) return { ok: true, kind: 'hong-kong-id', canonical: number };
  if (hongKongPassport(number, '')?.ok) return undefined;
  return refuse(
    'check-digit',
    `香港身份证校验位不对：括号内应为“${check}”，请对照证件逐位核对`,
    number.slice(0, -1) + check,
  );
};

function hongKongCheck(body: string): string {
  const values = Array.from(body).map((sign) => Number.parseInt(sign, 36));
  const padded = values.length === 7 ? [36, ...values] : values;
  const sum = padded.reduce((total, value, index) => total + value * (9 - index), 0);
  return ((11 - (sum % 11)) % 11).toString(16).toUpperCase();
}

/** A document of which only the shape is known. */
function shaped(kind: AcceptedId['kind'], shape: RegExp): Reader {
  return (number) => (shape.test(number) ? { ok: true, kind, canonical: number } : undefined);
}
