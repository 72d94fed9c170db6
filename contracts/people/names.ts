/** Length of a name in characters, not UTF-16 units: rare Han characters count once. */
const nameLengthMin = 2;
const nameLengthMax = 50;

export type NameCheck =
  | { ok: true; canonical: string }
  | { ok: false; reason: 'empty' | 'length' | 'characters' | 'lost-character' | 'dot'; message: string };

/** The dots that keyboards and files put for the one in minority names. */
const dots = '·•∙⋅‧・･．';

/**
 * A name as typed, brought to one form: NFC, no invisible characters, full-width letters as ASCII. A name with Han
 * characters loses its inner blanks and has the middle dot `·` wherever any dot was typed (买买提·吐尔逊); in other names a
 * run of blanks becomes one, and the full stop of an initial stays (JOHN A. SMITH). Doing it twice changes nothing.
 */
export function canonicaliseName(text: string): string {
  const visible = text
    .normalize('NFC')
    .replace(/[\uff21-\uff3a\uff41-\uff5a]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\p{Cf}]+/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(new RegExp(`[${dots}]`, 'gu'), '·')
    .replace(/ *· */g, '·');
  const joined = isHan(visible) ? visible.replace(/ +/g, '').replaceAll('.', '·') : visible;
  return joined.normalize('NFC');
}

/**
 * Whether the text is a person's name: 2 to 50 letters or Han characters, with dots, blanks, hyphens or apostrophes only
 * between them. Digits and other signs come from slips and from rare characters lost in conversion.
 */
export function checkName(text: string): NameCheck {
  const canonical = canonicaliseName(text);
  const { length } = Array.from(canonical);
  if (length === 0) return { ok: false, reason: 'empty', message: '姓名为空，请填写' };
  if (/[\ufffd?？□\p{Co}]/u.test(canonical)) {
    const message = '姓名中有无法显示的字，可能是生僻字在转换文件时丢失，请按证件重新输入该字';
    return { ok: false, reason: 'lost-character', message };
  }
  const strange = /[^\p{L}\p{M}〇·. '’-]/u.exec(canonical)?.[0];
  if (strange !== undefined) {
    const message = `姓名中不能有“${strange}”，只能有汉字、字母、间隔号“·”和空格`;
    return { ok: false, reason: 'characters', message };
  }
  if (length < nameLengthMin || length > nameLengthMax) {
    const message = `姓名应为${nameLengthMin}至${nameLengthMax}个字，现为${length}个字，请对照证件核对`;
    return { ok: false, reason: 'length', message };
  }
  if (/^[^\p{L}〇]|[·'’-]$|··/u.test(canonical)) {
    return { ok: false, reason: 'dot', message: '间隔号“·”只能在姓名中间，且不能连续，请核对' };
  }
  return { ok: true, canonical };
}

/** 张*三, 李*, 欧**华: first and last character stay, a last one only from three on. For lists; unmasking is audited. */
export function maskName(name: string): string {
  const letters = Array.from(name);
  return mask(letters, letters.length > 1 ? 1 : 0, letters.length > 2 ? 1 : 0);
}

/** `110101********1234`; documents shorter than 15 characters keep two at both ends, those under seven nothing. */
export function maskIdNumber(number: string): string {
  const signs = Array.from(number);
  if (signs.length >= 15) return mask(signs, 6, 4);
  return signs.length >= 7 ? mask(signs, 2, 2) : mask(signs, 0, 0);
}

/** A formal student number is `G` and the resident id; a temporary one holds no number of a document. */
export function maskStudentNumber(number: string): string {
  return number.startsWith('G') ? `G${maskIdNumber(number.slice(1))}` : number;
}

/** `138****8888`; other lengths keep the last four when there are at least eight digits, else the last two. */
export function maskPhone(phone: string): string {
  const signs = Array.from(phone);
  if (signs.length >= 11) return mask(signs, 3, 4);
  return mask(signs, 0, signs.length >= 8 ? 4 : 2);
}

function mask(signs: string[], head: number, tail: number): string {
  const hidden = Math.max(signs.length - head - tail, 0);
  return signs.map((sign, index) => (index >= head && index < head + hidden ? '*' : sign)).join('');
}

function isHan(text: string): boolean {
  return /\p{Script=Han}/u.test(text);
}
