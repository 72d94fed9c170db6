import { ReviewLevel } from '../../contracts/chain-configuration.ts';
import type { SchoolCategory } from '../../contracts/orgs/org.ts';
import { Stage } from '../../contracts/orgs/org.ts';
import type { ChainedBusiness, ChainLevel } from '../chain/lay-chain.ts';

/** A configuration as the rules see it. No two have the same conditions. */
export interface Configured {
  business: string;
  /** Null: every stage, every category. */
  stage: Stage | null;
  schoolCategory: SchoolCategory | null;
  areaId: string;
  levels: readonly ReviewLevel[];
}

/** What is known of an application that begins. */
export interface ApplicationFacts {
  business: string;
  /** Null: the application is of no one stage; only what applies to all stages then does. */
  stage: Stage | null;
  schoolCategory: SchoolCategory | null;
  /** From the school itself up to the province. */
  orgIds: readonly string[];
}

/** What the chains of a business's group are configured under; the kind alone where its groups have no chains of their own. */
export function chainKey({ kind, chainTitles }: ChainedBusiness, groupKey: string): string {
  return chainTitles ? `${kind}:${groupKey}` : kind;
}

/**
 * The chain of an application that begins (业务流程配置, ministry's description §22): what the most specific configuration
 * says, else the default of the business (domain.md §1.5).
 */
export function chainFor(
  configurations: readonly Configured[],
  facts: ApplicationFacts,
  defaultChain: readonly ChainLevel[],
): readonly ChainLevel[] {
  const found = configurationFor(configurations, facts);
  if (!found || found.levels.length === 0) return defaultChain;
  const levels = ReviewLevel.options.filter((level) => found.levels.includes(level));
  return defaultChain.includes('report') ? reported(levels) : levels;
}

/** The nearest area wins; then the one that names both stage and category, then stage, then category. */
export function configurationFor<C extends Configured>(
  configurations: readonly C[],
  facts: ApplicationFacts,
): C | undefined {
  return configurations
    .filter((one) => appliesTo(one, facts))
    .reduce<C | undefined>((best, one) => (best && !isNearer(one, best, facts) ? best : one), undefined);
}

function appliesTo(one: Configured, { business, stage, schoolCategory, orgIds }: ApplicationFacts): boolean {
  return (
    one.business === business &&
    orgIds.includes(one.areaId) &&
    (one.stage === null || one.stage === stage) &&
    (one.schoolCategory === null || one.schoolCategory === schoolCategory)
  );
}

function isNearer(one: Configured, other: Configured, { orgIds }: ApplicationFacts): boolean {
  const [here, there] = [orgIds.indexOf(one.areaId), orgIds.indexOf(other.areaId)];
  return here === there ? narrowness(one) > narrowness(other) : here < there;
}

function narrowness({ stage, schoolCategory }: Configured): number {
  return (stage === null ? 0 : 2) + (schoolCategory === null ? 0 : 1);
}

/** The school reports (上报) what its head has approved, where anybody above it reviews (features 1.11). */
function reported(levels: readonly ReviewLevel[]): ChainLevel[] {
  return levels.flatMap((level) => (level === 'school' && levels.length > 1 ? ['school', 'report'] : [level]));
}

/** The levels of a chain as they are configured and shown: the report goes with the school. */
export function reviewLevelsOf(chain: readonly ChainLevel[]): ReviewLevel[] {
  return ReviewLevel.options.filter((level) => chain.includes(level));
}

/** The stages that a business is for. */
export function stagesOf({ stages }: ChainedBusiness): readonly Stage[] {
  return stages ?? Stage.options;
}
