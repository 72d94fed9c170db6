import { z } from 'zod';
import { nameOf } from '../codes/code-table.ts';
import { idTypes, type IdType } from '../codes/id-type.ts';
import { refuse, type IdCheck } from './id-check.ts';
import { canonicaliseNumber } from './number-text.ts';
import {
  formerPermanentResidenceCard,
  hongKongId,
  hongKongPassport,
  macaoId,
  macaoPassport,
  mainlandTravelPermit,
  passport,
  permanentResidenceCard,
  residencePermit,
  taiwanTravelPermit,
  type Reader,
} from './other-documents.ts';
import { checkResidentId, upgradeTo18 } from './resident-id.ts';

/** Decides the form to fill in, the checks and the review chain (features 1). */
export const IdCategory = z.enum(['resident', 'hmt-foreign', 'none']);
export type IdCategory = z.infer<typeof IdCategory>;

export const idCategoryTitles: Record<IdCategory, string> = {
  resident: '居民身份证',
  'hmt-foreign': '港澳台和外籍',
  none: '无身份证件',
};

export function idCategoryOf(type: IdType): IdCategory {
  if (type === '1') return 'resident';
  return type === 'Z' ? 'none' : 'hmt-foreign';
}

interface DocumentRule {
  /** Tried in this order; the first that knows the shape decides. */
  readers: readonly Reader[];
  /** What the message says a number of this type looks like. */
  shape: string;
}

/**
 * The table has no type for the residence permit of Hong Kong, Macao and Taiwan residents: it is accepted with the type
 * of the territory and with 境外永久居留证.
 */
const rules: Record<Exclude<IdType, '1' | 'Z'>, DocumentRule> = {
  6: {
    readers: [residencePermit('810000'), mainlandTravelPermit('H'), hongKongId, hongKongPassport],
    shape: '来往内地通行证为H加8位或10位数字，居住证为810000开头的18位，香港身份证形如A123456(3)',
  },
  7: {
    readers: [residencePermit('820000'), mainlandTravelPermit('M'), macaoId, macaoPassport],
    shape: '来往内地通行证为M加8位或10位数字，居住证为820000开头的18位，澳门身份证为8位数字',
  },
  8: {
    readers: [residencePermit('830000'), taiwanTravelPermit],
    shape: '台湾居民来往大陆通行证为8位数字，居住证为830000开头的18位',
  },
  9: {
    readers: [permanentResidenceCard, formerPermanentResidenceCard, residencePermit('810000', '820000', '830000')],
    shape: '新版为9开头的18位，旧版为3位字母加12位数字',
  },
  A: { readers: [passport], shape: '护照号为5至17位字母和数字' },
};

/**
 * Checks the number of an identity document by the rule of its type (domain rules: GB 11643 and the documents of
 * `other-documents.ts`). Type Z may have no number: it is then accepted with an empty canonical form.
 * @param today ISO date, the latest birth date that is believed
 */
export function checkIdNumber(type: IdType, text: string, today: string): IdCheck {
  if (type === '1') return checkResidentId(text, today);
  const number = withoutPrint(canonicaliseNumber(text));
  if (number === '') {
    if (type === 'Z') return { ok: true, kind: 'none', canonical: '' };
    return refuse('empty', `身份证件号为空，请填写${nameOf(idTypes, type) ?? ''}的号码`);
  }
  if (/^\d(\.\d+)?E\+\d+$/.test(number)) {
    return refuse('excel-number', 'Excel 把号码变成了科学计数，请把该列设为文本格式后重新填写');
  }
  const meant = typesWithCheckedNumber(number, today);
  const [first] = meant;
  if (first !== undefined && !meant.includes(type)) {
    return refuse('wrong-document', `这是${nameOf(idTypes, first) ?? ''}类型的号码，请改选身份证件类型或核对号码`);
  }
  if (type === 'Z') {
    const known = /^[A-Z0-9]{1,32}$/.test(number);
    return known ? { ok: true, kind: 'other', canonical: number } : refuse('characters', '证件号只能由字母和数字组成');
  }
  const { readers, shape } = rules[type];
  for (const read of readers) {
    const result = read(number, today);
    if (result) return result;
  }
  return refuse('characters', `不是${nameOf(idTypes, type) ?? ''}的号码：${shape}，请对照证件核对`);
}

/**
 * The key by which one person is claimed once in the whole country (查重): the same document typed in variants gives the
 * same key, 15 or 18 digits, with or without the reissue count of a travel permit, whichever of the allowed types was
 * chosen. Null for category `none`, which claims nothing by number. Never fails: also for numbers refused above, which
 * legacy data has. Passports of two countries with one number share a key; the number alone cannot tell them apart.
 */
export function identityKey(type: IdType, number: string): string | null {
  const category = idCategoryOf(type);
  if (category === 'none') return null;
  const canonical = withoutPrint(canonicaliseNumber(number));
  if (category === 'resident') return `resident:${upgradeTo18(canonical)}`;
  if (/^8[123]0000\d{11}[\dX]$/.test(canonical)) return `${category}:residence-permit:${canonical}`;
  const permit = /^([HM]\d{8})(\d{2})?$/.exec(canonical)?.[1];
  if (permit !== undefined && (type === '6' || type === '7')) return `${category}:travel-permit:${permit}`;
  return `${category}:${type}:${canonical}`;
}

/** Brackets, strokes and dashes are print, not number: `A123456(3)`, `1234567/8`. */
function withoutPrint(canonical: string): string {
  return canonical.replace(/[()/-]+/g, '');
}

/** The types under which a number may stand whose check character and date prove what it is; empty when none does. */
function typesWithCheckedNumber(number: string, today: string): IdType[] {
  if (checkResidentId(number, today).ok) return ['1'];
  const territories = ['6', '7', '8'] as const;
  for (const type of territories) if (rules[type].readers[0]?.(number, today)?.ok) return [type, '9'];
  return permanentResidenceCard(number, today)?.ok ? ['9'] : [];
}
