import { LISTED_FROM } from '../suspect.ts';
import type { SuspectReason } from '../suspect.ts';
import { checkCharacter } from './number-text.ts';
import { nameForms } from './name-sound.ts';
import type { NameForms } from './name-sound.ts';

/** What two records are compared by. */
export interface LikenessInput {
  name: string;
  sex: string;
  birthDate: string;
  idType: string;
  /** Canonical; empty without a document. */
  idNumber: string;
  schoolId: string;
  /** The county of the school; empty when it is not known. */
  countyId: string;
}

/** Worked out once for each record. */
export interface Likened extends LikenessInput {
  forms: NameForms;
}

export function likened(input: LikenessInput): Likened {
  return { ...input, forms: nameForms(input.name) };
}

/**
 * The keys by which records meet that may be of one pupil: how the name sounds, with sex and birth date, with the digits of the
 * number in any order, with the number but for the birth date; and the number in its form of 15 digits, or as it is. Only records
 * that share one are compared, so that millions cost no more than each its few keys.
 */
export function blockingKeys({ forms, sex, birthDate, idNumber }: Likened): string[] {
  const keys = [`name ${forms.sound} ${sex} ${birthDate}`];
  if (idNumber === '') return keys;
  keys.push(`number ${shortNumber(idNumber)}`);
  if (idNumber.length === 18) {
    keys.push(`digits ${forms.sound} ${Array.from(idNumber.slice(0, 17)).toSorted().join('')}`);
    keys.push(`place ${forms.sound} ${idNumber.slice(0, 6)} ${idNumber.slice(14, 17)}`);
  }
  return keys;
}

/** 18 digits without the century and the check digit: what a number of the first generation has. Others as they are. */
function shortNumber(number: string): string {
  return /^\d{17}[\dX]$/.test(number) ? number.slice(0, 6) + number.slice(8, 17) : number;
}

/** The weight of each reason, from 0 to 100 together where all speaks for one pupil. */
const weights: Record<SuspectReason, number> = {
  'same-name': 30,
  'name-variant': 28,
  'name-sounds-alike': 18,
  'name-one-letter': 5,
  'same-birth-date': 20,
  'birth-date-near': 10,
  'same-sex': 5,
  'both-without-document': 15,
  'one-without-document': 20,
  'numbers-transposed': 40,
  'numbers-one-digit': 30,
  'number-15-18': 40,
  'number-of-another-type': 40,
  'documents-of-two-kinds': 12,
  'check-digit-wrong': 10,
  'same-county-in-number': 8,
  'same-school': 15,
  'same-county': 8,
  'rare-name': 8,
  'two-right-numbers': -20,
  'sexes-differ': -25,
  namesakes: -12,
};
/** Another name, another birth date: nothing said above makes up for it. */
const OTHER_NAME = -45;
const OTHER_BIRTH_DATE = -30;

/** So many with one sound of the name, sex and birth date, and a namesake is no news. */
const NAMESAKES_FROM = 4;
const RARE_NAME_LETTERS = 4;

export interface Likeness {
  score: number;
  /** What was found, the heaviest first. */
  reasons: SuspectReason[];
}

/**
 * How likely two records are of one pupil. `sameSound` is how many records share sound of the name, sex and birth date, these two
 * included. Twins have neighbouring serials and one birth date: they are told apart by their names as they are written.
 */
export function likenessOf(a: Likened, b: Likened, sameSound: number): Likeness {
  const name = nameReason(a.forms, b.forms);
  const number = numberReason(a, b);
  if (isTwin(a, b) && name !== 'same-name' && name !== 'name-variant') return { score: 0, reasons: [] };
  const birth = birthReason(a.birthDate, b.birthDate);
  const reasons = [
    ...(name ? [name] : []),
    ...(birth ? [birth] : []),
    a.sex === b.sex ? ('same-sex' as const) : ('sexes-differ' as const),
    ...documentReasons(a, b, number),
    ...placeReasons(a, b),
    ...([...a.forms.plain].length >= RARE_NAME_LETTERS && name ? ['rare-name' as const] : []),
    ...(sameSound >= NAMESAKES_FROM && number === undefined ? ['namesakes' as const] : []),
  ];
  // A slip in the number is one in the birth date too, where both were taken from it.
  const explained = number === 'numbers-transposed' || number === 'numbers-one-digit' || number === 'number-15-18';
  const against = (name ? 0 : OTHER_NAME) + (birth || explained ? 0 : OTHER_BIRTH_DATE);
  const sum = reasons.reduce((total, reason) => total + weights[reason], against);
  return {
    score: Math.max(0, Math.min(100, sum)),
    reasons: reasons.toSorted((one, other) => Math.abs(weights[other]) - Math.abs(weights[one])),
  };
}

export function isListed({ score }: Likeness): boolean {
  return score >= LISTED_FROM;
}

function nameReason(a: NameForms, b: NameForms): SuspectReason | undefined {
  if (a.written === b.written) return 'same-name';
  if (a.plain === b.plain) return 'name-variant';
  if (a.sound === b.sound) return 'name-sounds-alike';
  const [left, right] = [[...a.plain], [...b.plain]];
  const differing = left.filter((sign, index) => sign !== right[index]).length;
  return left.length === right.length && left.length >= 3 && differing === 1 ? 'name-one-letter' : undefined;
}

function birthReason(a: string, b: string): SuspectReason | undefined {
  if (a === b) return 'same-birth-date';
  const differing = [...a].filter((sign, index) => sign !== b[index]).length;
  const isSwapped = a.slice(0, 4) === b.slice(0, 4) && a.slice(5, 7) === b.slice(8) && a.slice(8) === b.slice(5, 7);
  return differing === 1 || isSwapped ? 'birth-date-near' : undefined;
}

/** How near two numbers are that exact matching takes for two. */
function numberReason(a: Likened, b: Likened): SuspectReason | undefined {
  const [left, right] = [a.idNumber, b.idNumber];
  if (left === '' || right === '') return undefined;
  if (left === right) return 'number-of-another-type';
  if (shortNumber(left) === shortNumber(right)) return 'number-15-18';
  if (left.length !== 18 || right.length !== 18) return undefined;
  // The last one follows from the others, or does not, where one is wrong.
  const places = Array.from(left.slice(0, 17)).flatMap((sign, at) => (sign === right[at] ? [] : [at]));
  if (places.length === 1) return 'numbers-one-digit';
  const [first = 0, second = 0] = places;
  const isSwap = left[first] === right[second] && left[second] === right[first];
  return places.length === 2 && second === first + 1 && isSwap ? 'numbers-transposed' : undefined;
}

function documentReasons(a: Likened, b: Likened, number: SuspectReason | undefined): SuspectReason[] {
  const without = [a, b].filter(({ idNumber }) => idNumber === '').length;
  if (without === 2) return ['both-without-document'];
  if (without === 1) return ['one-without-document'];
  const reasons: SuspectReason[] = number ? [number] : [];
  const residents = [a, b].filter(({ idType }) => idType === '1');
  if (residents.length < 2) return number || a.idType === b.idType ? reasons : ['documents-of-two-kinds'];
  if (!residents.every(({ idNumber }) => hasRightCheckDigit(idNumber))) reasons.push('check-digit-wrong');
  else if (number !== 'number-15-18') reasons.push('two-right-numbers');
  if (!number && a.idNumber.slice(0, 6) === b.idNumber.slice(0, 6)) reasons.push('same-county-in-number');
  return reasons;
}

function hasRightCheckDigit(number: string): boolean {
  return number.length === 18 && number[17] === checkCharacter(number);
}

function placeReasons(a: Likened, b: Likened): SuspectReason[] {
  if (a.schoolId === b.schoolId) return ['same-school'];
  return a.countyId !== '' && a.countyId === b.countyId ? ['same-county'] : [];
}

/** Numbers of one county and day whose serials are neighbours, of one sex (two apart) or of both. */
function isTwin(a: Likened, b: Likened): boolean {
  const [left, right] = [a.idNumber, b.idNumber];
  if (left.length !== 18 || right.length !== 18 || left.slice(0, 14) !== right.slice(0, 14)) return false;
  const apart = Math.abs(Number(left.slice(14, 17)) - Number(right.slice(14, 17)));
  return apart >= 1 && apart <= 2 && hasRightCheckDigit(left) && hasRightCheckDigit(right);
}
