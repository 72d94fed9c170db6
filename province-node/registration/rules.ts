import type { ChainedBusiness, ChainLevel } from '../../shared/chain/lay-chain.ts';
import type { Blocked } from '../../contracts/application.ts';
import type { Verification } from '../../contracts/claim.ts';
import { IdCategory, idCategoryTitles } from '../../contracts/people/id-document.ts';
import { registrationKindTitles } from '../../contracts/registration.ts';
import type { CheckState, RegistrationKind } from '../../contracts/registration.ts';

/**
 * The chain of a registration: school head, report, managing bureau; without a document every level up to the province
 * (ministry's description §1 学籍注册; features 1.10–1.12).
 */
export function registrationChain(category: IdCategory): readonly ChainLevel[] {
  const school = ['school', 'report', 'managing'] as const;
  return category === 'none' ? [...school, 'city', 'province'] : school;
}

/** How each kind of registration is reviewed; a province configures the three id categories of each apart. */
export function chainsOfRegistration(kind: RegistrationKind): ChainedBusiness {
  const title = registrationKindTitles[kind];
  return {
    kind,
    title,
    chainTitles: Object.fromEntries(IdCategory.options.map((one) => [one, `${idCategoryTitles[one]}${title}`])),
    ...(kind === 'primary-entrant' ? { stages: ['primary'] } : {}),
    defaultChain: (category) => registrationChain(category as IdCategory),
  };
}

/** Where the checks of a registration begin: without a document there is nothing to claim (features 1.8). */
export function firstCheck(category: IdCategory): CheckState {
  return category === 'none' ? 'not-needed' : 'unchecked';
}

/** What a claim that was granted leads to: a resident id is verified next, a foreign document is done. */
export function afterGrant(category: IdCategory): CheckState {
  return category === 'resident' ? 'verifying' : 'passed';
}

/** 认证: a mismatch may go on (with a temporary number and a problem record), an unreachable registry waits (features 1.8, 1.9). */
export function afterVerification(verification: Verification): CheckState {
  if (verification === 'verified') return 'passed';
  return verification === 'registry-unreachable' ? 'registry-unreachable' : 'verification-failed';
}

/** Whether the application may be decided in this check state. */
export function blockedBy(checkState: CheckState): Blocked | null {
  if (checkState === 'passed' || checkState === 'verification-failed' || checkState === 'not-needed') return null;
  return checkState === 'dedup-failed' ? 'check-failed' : 'checking';
}

/** A verified resident id gets the formal number G+id; everything else a temporary one (features 1.13). */
export function deservesFormalNumber(category: IdCategory, checkState: CheckState): boolean {
  return category === 'resident' && checkState === 'passed';
}

/** The year a pupil who enters in `entryMonth` (`2026-09`) is counted in: 小学2026级. */
export function cohortOf(entryMonth: string): number {
  return Number(entryMonth.slice(0, 4));
}
