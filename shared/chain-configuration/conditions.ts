import { Problem } from '../../contracts/core/problems.ts';
import { schoolCategoryTitles, stageTitles } from '../../contracts/orgs/org.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { titleOf } from './declared.ts';
import type { DeclaredChain } from './declared.ts';
import type { Configured } from './rules.ts';

/** What a configuration is for; no two have the same. */
export type Conditions = Pick<Configured, 'business' | 'stage' | 'schoolCategory' | 'areaId'>;

export function isSame(one: Conditions, other: Conditions): boolean {
  return (
    one.business === other.business &&
    one.areaId === other.areaId &&
    one.stage === other.stage &&
    one.schoolCategory === other.schoolCategory
  );
}

/** Throws `already-configured` when one of them stands already, with which. */
export function mustBeFree(
  declared: readonly DeclaredChain[],
  wanted: readonly Conditions[],
  standing: readonly Conditions[],
  area: Pick<Org, 'name'>,
): void {
  const taken = standing.filter((one) => wanted.some((other) => isSame(one, other)));
  if (taken.length === 0) return;
  const texts = taken.map((one) => conditionsText(declared, one, area));
  const detail = `${texts[0]}${texts.length > 1 ? `等 ${texts.length} 项` : ''}已有配置，请在列表中修改它，或换一个条件`;
  throw new Problem('already-configured', detail);
}

export function conditionsText(
  declared: readonly DeclaredChain[],
  { business, stage, schoolCategory }: Conditions,
  area: Pick<Org, 'name'>,
): string {
  const category = schoolCategory ? schoolCategoryTitles[schoolCategory] : '全部办学类型';
  return `“${titleOf(declared, business)}”（${area.name}，${category}，${stage ? stageTitles[stage] : '全部教育阶段'}）`;
}
