import { idTypes } from '../../contracts/codes/id-type.ts';
import type { IdType } from '../../contracts/codes/id-type.ts';
import { codesOf } from '../../contracts/codes/code-table.ts';
import { checkIdNumber, identityKey } from '../../contracts/people/id-document.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { chinaDate } from '../../shared/clock.ts';
import type { Vault } from '../../shared/signing/vault.ts';

/** The identity that this form claims: the canonical document; null without one. */
export function identityKeyOf(form: StudentForm): string | null {
  if (form.idType === undefined || form.idNumber === undefined) return null;
  return identityKey(form.idType as IdType, form.idNumber);
}

/** The form with its number in canonical form: 18 digits for an old resident id of 15. */
export function canonicalForm(form: StudentForm, today: string): StudentForm {
  if (form.idType === undefined || form.idNumber === undefined) return form;
  const checked = checkIdNumber(form.idType as IdType, form.idNumber, today);
  return checked.ok ? { ...form, idNumber: checked.canonical } : form;
}

/** A saved form of a registration, in canonical form. */
export function openForm(vault: Vault, { form, createdAt }: { form: Buffer; createdAt: string }): StudentForm {
  return canonicalForm(JSON.parse(vault.open(form)) as StudentForm, chinaDate(Date.parse(createdAt)));
}

/** Whether exactly this form was saved: an answer that was lost is asked for again. */
export function isSavedForm(vault: Vault, sealed: Buffer, form: StudentForm): boolean {
  return vault.open(sealed) === JSON.stringify(form);
}

export function fingerprintOf(vault: Vault, form: StudentForm): Buffer | null {
  const key = identityKeyOf(form);
  return key === null ? null : vault.fingerprint(key);
}

/** The fingerprints that a number typed into a query may have: one for every document type that claims by number. */
export function fingerprintsOfNumber(vault: Vault, number: string): Buffer[] {
  const keys = codesOf(idTypes).flatMap((type) => identityKey(type, number) ?? []);
  return [...new Set(keys)].map((key) => vault.fingerprint(key));
}
