import { problemApplicationKinds, problemReachTitles } from '../../contracts/problem-record.ts';
import type { ProblemReach, ReviewedHandling } from '../../contracts/problem-record.ts';
import { handlingTitles } from '../../contracts/problem-rules.ts';
import type { ChainedBusiness } from '../../shared/chain/lay-chain.ts';

/** 学校审核 → 主管教育局 (features 2.4, 2.5; domain.md §1.5). 变更 is reviewed as a key-data change. */
export function handlingChains(reach: ProblemReach): ChainedBusiness {
  const title = `${problemReachTitles[reach]}问题学籍`;
  const titles: Record<ReviewedHandling, string> = {
    attest: `${title}${handlingTitles.attest}`,
    delete: `${title}${handlingTitles.delete}`,
  };
  return {
    kind: problemApplicationKinds[reach],
    title: `${title}处理`,
    chainTitles: titles,
    defaultChain: () => ['school', 'managing'],
  };
}
