import type { Tone } from '../../../shared/web/StateTag.tsx';
import { TransferState } from '../../../contracts/transfer.ts';
import type { TransferReason, TransferRow } from '../../../contracts/transfer.ts';
import type { TransferKind } from '../../../contracts/transfer-rules.ts';
import type { ReviewWords } from '../../../shared/web/review-words.ts';
import { transferPhrases } from '../../../shared/web/transfer-phrases.ts';
import { paths } from '../../web/paths.ts';

export const transferTones: Record<TransferState, Tone> = {
  parked: 'attention',
  'in-review': 'going-on',
  sealing: 'going-on',
  copying: 'going-on',
  'handed-over': 'good',
  closed: 'good',
  undoing: 'going-on',
  refused: 'bad',
  withdrawn: 'plain',
  failed: 'bad',
};

/** Where each kind has its pages: the ministry's menu names them apart. */
export const kindPaths: Record<TransferKind, Record<'apply' | 'review' | 'query' | 'withdraw', string>> = {
  'cross-province-transfer': {
    apply: paths.transferApply,
    review: paths.transferReview,
    query: paths.transferQuery,
    withdraw: paths.transferWithdraw,
  },
  'cross-province-enrolment': {
    apply: paths.enrolmentApply,
    review: paths.enrolmentReview,
    query: paths.enrolmentQuery,
    withdraw: paths.enrolmentWithdraw,
  },
};

/** Below the list of its kind: the menu shows where one is. */
export function casePath({ kind, id }: Pick<TransferRow, 'kind' | 'id'>): string {
  return `${kindPaths[kind].query}/${id}`;
}

/** Graduates go to school elsewhere: nobody transfers them. */
export const reasonLabels: Record<TransferKind, string> = {
  'cross-province-transfer': '转学理由',
  'cross-province-enrolment': '就学理由',
};

/** What can be given as the reason, the usual one first. */
export const reasonsOf: Record<TransferKind, readonly TransferReason[]> = {
  'cross-province-transfer': ['household', 'parents-work', 'military', 'other'],
  'cross-province-enrolment': ['graduated', 'household', 'parents-work', 'other'],
};

/** 核办: unlike a review inside a province, a refusal is the end. */
export const handleWords: ReviewWords = {
  title: '核办',
  refused: '已核办不通过，申请终止',
  refusal: '核办不通过即终止本次申请，转入学校可以重新申请',
  ...transferPhrases,
};

/** Nothing more changes in these, but for the last receipts. */
export function isMoving(state: TransferState): boolean {
  return ['sealing', 'copying', 'handed-over', 'undoing'].includes(state);
}
