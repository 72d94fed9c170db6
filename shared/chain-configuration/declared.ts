import { Problem } from '../../contracts/core/problems.ts';
import { stageTitles } from '../../contracts/orgs/org.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import type { ChainedBusiness, ChainLevel } from '../chain/lay-chain.ts';
import { chainKey, stagesOf } from './rules.ts';

/** One line of the list of businesses: what configurations name. */
export interface DeclaredChain {
  business: string;
  title: string;
  stages: readonly Stage[];
  defaultChain: readonly ChainLevel[];
}

/** Every chain that the businesses declare, in their order: to be declared is to be on the list. */
export function declaredChains(businesses: readonly ChainedBusiness[]): DeclaredChain[] {
  return businesses.flatMap((business) =>
    Object.entries(business.chainTitles ?? { '': business.title }).map(([groupKey, title]) => ({
      business: chainKey(business, groupKey),
      title,
      stages: stagesOf(business),
      defaultChain: business.defaultChain(groupKey),
    })),
  );
}

/** Of a business that only an older version of the program had, the key is all that is known. */
export function titleOf(declared: readonly DeclaredChain[], business: string): string {
  return declared.find((one) => one.business === business)?.title ?? business;
}

/** Refuses a business that is not declared, and a stage that one of the businesses is not for. */
export function mustBeDeclared(
  declared: readonly DeclaredChain[],
  businesses: readonly string[],
  stages: readonly Stage[],
): void {
  for (const key of businesses) {
    const found = declared.find((one) => one.business === key);
    if (!found) throw refused('/businesses', `没有“${key}”这项业务`);
    const strange = stages.filter((stage) => !found.stages.includes(stage));
    if (strange.length > 0)
      throw refused('/stages', `“${found.title}”只用于${names(found.stages)}，请去掉${names(strange)}，或分开增加`);
  }
}

function names(stages: readonly Stage[]): string {
  return stages.map((stage) => stageTitles[stage]).join('、');
}

function refused(pointer: string, detail: string): Problem {
  return new Problem('invalid-input', undefined, { errors: [{ pointer, detail }] });
}
