import type { ChainedBusiness, ChainLevel } from '../../shared/chain/lay-chain.ts';
import { KEY_CHANGE, KEY_CHANGE_TITLE } from '../../contracts/key-change-kind.ts';
import type { KeyField, KeyValues } from '../../contracts/key-data.ts';
import { concernsIdentity, identityKeyOfValues } from '../../contracts/key-change-rules.ts';
import type { Blocked } from '../../contracts/application.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { CheckState } from '../../contracts/registration.ts';

/**
 * School head and managing bureau; name and number one after the other within a year go up to the province (ministry's
 * description §6). A new type of document has the chain of its registration (`chainOf`).
 */
const chains: Record<'ordinary' | 'within-year', readonly ChainLevel[]> = {
  ordinary: ['school', 'managing'],
  'within-year': ['school', 'managing', 'city', 'province'],
};

export const keyChangeChains: ChainedBusiness = {
  kind: KEY_CHANGE,
  title: KEY_CHANGE_TITLE,
  chainTitles: {
    ordinary: KEY_CHANGE_TITLE,
    'within-year': `${KEY_CHANGE_TITLE}（一年内先后变更姓名和身份证件号）`,
  },
  defaultChain: (group) => chains[group === 'within-year' ? group : 'ordinary'],
};

/** Where the checks begin: what is not about the identity, and one without a document, asks the hub nothing (features 6.3). */
export function firstCheckOf(changed: readonly KeyField[], after: KeyValues): CheckState {
  return concernsIdentity(changed) && identityKeyOfValues(after) !== null ? 'unchecked' : 'not-needed';
}

/**
 * Only what has passed its checks can be approved (features 6.4); what the registry denies can be returned to be mended, what
 * another holds is ended by the system.
 */
export function blockedBy(checkState: CheckState): Blocked | null {
  if (checkState === 'dedup-failed') return 'check-failed';
  return ['unchecked', 'verifying', 'registry-unreachable'].includes(checkState) ? 'checking' : null;
}

/** The record's form with these key data. Another grade moves the month of entry, from which the grade is told. */
export function formWith(form: StudentForm, values: KeyValues): StudentForm {
  const { idNumber: _number, ...kept } = form;
  const { cohort, ...items } = values;
  const entryMonth = form.entryMonth && cohort ? `${cohort}${form.entryMonth.slice(4)}` : form.entryMonth;
  return { ...kept, ...items, ...(entryMonth === undefined ? {} : { entryMonth }) };
}
