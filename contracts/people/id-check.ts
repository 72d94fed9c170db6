import type { Sex } from '../codes/sex.ts';

/** What a number turned out to be. */
export type DocumentKind =
  | 'resident-id'
  | 'residence-permit'
  | 'permanent-residence-card'
  | 'mainland-travel-permit'
  | 'taiwan-travel-permit'
  | 'hong-kong-id'
  | 'macao-id'
  | 'passport'
  | 'none'
  | 'other';

export type IdFlaw =
  | 'empty'
  | 'excel-number'
  | 'length'
  | 'characters'
  | 'region'
  | 'country'
  | 'birth-date'
  | 'check-digit'
  | 'wrong-document';

/** An accepted number. What the number itself does not tell is absent. */
export interface AcceptedId {
  ok: true;
  kind: DocumentKind;
  /** The form to store and to show: no blanks, upper case, 18 digits for a 15-digit resident id. */
  canonical: string;
  /** ISO date. */
  birthDate?: string;
  sex?: Sex;
  /** The county of first registration, perhaps retired since. */
  regionCode?: string;
  /** ISO 3166-1 alpha-3. */
  countryCode?: string;
}

/** A refused number: `message` is Chinese and says how to mend it; `suggestion` is what it probably should be. */
export interface RefusedId {
  ok: false;
  reason: IdFlaw;
  message: string;
  suggestion?: string;
}

export type IdCheck = AcceptedId | RefusedId;

export function refuse(reason: IdFlaw, message: string, suggestion?: string): RefusedId {
  return { ok: false, reason, message, ...(suggestion === undefined ? {} : { suggestion }) };
}
