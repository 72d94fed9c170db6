import type { ChainStep } from '../../../contracts/application.ts';
import { reviewLevelTitles } from '../../../contracts/chain-configuration.ts';
import type { ConfigurableBusiness, ReviewLevel } from '../../../contracts/chain-configuration.ts';

/** The levels as a chain of no school in particular, for the picture that follows every tick. */
export function plannedChain(levels: readonly ReviewLevel[], reports: boolean): ChainStep[] {
  return levels.flatMap((level): ChainStep[] => {
    const place = { orgId: level, orgName: reviewLevelTitles[level] };
    if (level !== 'school') return [{ act: 'review', role: 'bureau-registrar', ...place }];
    const review: ChainStep = { act: 'review', role: 'school-head', ...place };
    return reports && levels.length > 1 ? [review, { act: 'report', role: 'school-registrar', ...place }] : [review];
  });
}

/** `学校 → 主管教育局 → 地市`. */
export function levelsText(levels: readonly ReviewLevel[]): string {
  return levels.map((level) => reviewLevelTitles[level]).join(' → ');
}

/** The businesses by their keys, for a condition of a list. */
export function titlesOf(businesses: readonly ConfigurableBusiness[]): Record<string, string> {
  return Object.fromEntries(businesses.map(({ business, title }) => [business, title]));
}
