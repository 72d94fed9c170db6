import { transferKindTitles } from '../../contracts/transfer-rules.ts';
import type { TransferKind } from '../../contracts/transfer-rules.ts';
import type { ChainedBusiness } from '../chain/lay-chain.ts';

/** Each side of a transfer has a chain of its own, which its province configures. */
export const transferSides = { in: '转入', out: '转出' } as const;

function chainsOf(
  kind: TransferKind,
  defaults: Record<keyof typeof transferSides, 'both' | 'bureau'>,
): ChainedBusiness {
  const title = transferKindTitles[kind];
  return {
    kind,
    title,
    chainTitles: { in: `${title}（转入）`, out: `${title}（转出）` },
    defaultChain: (side) =>
      defaults[side as keyof typeof transferSides] === 'both' ? ['school', 'managing'] : ['managing'],
  };
}

/**
 * 转入学校 → 转入主管教育局 → 转出学校 → 转出主管教育局 (ministry's description §18); a graduate's school is not asked
 * (features 18.6).
 */
export const transferChains: Record<TransferKind, ChainedBusiness> = {
  'cross-province-transfer': chainsOf('cross-province-transfer', { in: 'both', out: 'both' }),
  'cross-province-enrolment': chainsOf('cross-province-enrolment', { in: 'both', out: 'bureau' }),
};
