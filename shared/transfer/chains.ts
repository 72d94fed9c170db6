import { directionTitles } from '../../contracts/transfer.ts';
import type { Direction } from '../../contracts/transfer.ts';
import { transferKindTitles } from '../../contracts/transfer-rules.ts';
import type { TransferKind } from '../../contracts/transfer-rules.ts';
import type { ChainedBusiness, ChainLevel } from '../chain/lay-chain.ts';

/**
 * Each side of a transfer has a chain of its own, which its province configures; the ministry's 业务流程配置 lists both apart
 * (description §22: 省内转学, 省内转学(转出)). First the school, then its managing bureau, where nothing is configured.
 */
export function chainsOfBothSides(
  kind: string,
  title: string,
  leaving: readonly ChainLevel[] = ['school', 'managing'],
): ChainedBusiness {
  const titleOf = (side: Direction): string => `${title}（${directionTitles[side]}）`;
  return {
    kind,
    title,
    chainTitles: { in: titleOf('in'), out: titleOf('out') },
    defaultChain: (side) => (side === 'out' ? leaving : ['school', 'managing']),
  };
}

const across = (kind: TransferKind, leaving?: readonly ChainLevel[]): ChainedBusiness =>
  chainsOfBothSides(kind, transferKindTitles[kind], leaving);

/**
 * 转入学校 → 转入主管教育局 → 转出学校 → 转出主管教育局 (ministry's description §18); a graduate's school is not asked
 * (features 18.6).
 */
export const transferChains: Record<TransferKind, ChainedBusiness> = {
  'cross-province-transfer': across('cross-province-transfer'),
  'cross-province-enrolment': across('cross-province-enrolment', ['managing']),
};
