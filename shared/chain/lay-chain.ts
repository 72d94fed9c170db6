import type { ChainStep } from '../../contracts/application.ts';
import type { ReviewLevel } from '../../contracts/chain-configuration.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { Org, Stage } from '../../contracts/orgs/org.ts';

/**
 * The levels a chain is made of. `managing` is the bureau the school answers to; a level that the school does not have, or
 * that the managing bureau already is, is left out of its chain.
 */
export type ChainLevel = ReviewLevel | 'report';

/** What a business under review says of its chains. */
export interface ChainedBusiness {
  kind: string;
  title: string;
  /** Group keys whose chains are configured apart, with the titles people know them by; absent: one chain for all groups. */
  chainTitles?: Readonly<Record<string, string>>;
  /** The stages it is for; absent: all. */
  stages?: readonly Stage[];
  /** The chain of an application of `groupKey` where the province has configured nothing (domain.md §1.5). */
  defaultChain(groupKey: string): readonly ChainLevel[];
}

/**
 * `chainLevels` laid over the orgs above (and including) one school; `ancestors` runs from the school up to the province. No
 * org is asked twice. Where the school has none of the bureaus that are named (a county, and it stands right under its
 * city), its managing bureau stands in for them: what is meant for a bureau never goes by without one.
 */
export function layChain(chainLevels: readonly ChainLevel[], ancestors: readonly Org[]): ChainStep[] {
  const [school, managing] = ancestors;
  if (!school || !managing) throw new Problem('not-found', '学校没有主管教育部门');
  const steps: ChainStep[] = [];
  const askBureau = (org: Org): void => {
    if (!steps.some((step) => step.orgId === org.id))
      steps.push({ act: 'review', orgId: org.id, orgName: org.name, role: 'bureau-registrar' });
  };
  for (const level of chainLevels) {
    if (level === 'school') steps.push({ act: 'review', orgId: school.id, orgName: school.name, role: 'school-head' });
    else if (level === 'report')
      steps.push({ act: 'report', orgId: school.id, orgName: school.name, role: 'school-registrar' });
    else {
      const org = level === 'managing' ? managing : ancestors.find((ancestor) => ancestor.level === level);
      if (org) askBureau(org);
    }
  }
  const meansBureau = chainLevels.some((level) => level !== 'school' && level !== 'report');
  if (meansBureau && !steps.some(({ role }) => role === 'bureau-registrar')) askBureau(managing);
  return steps;
}
