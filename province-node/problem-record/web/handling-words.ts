import type { ReviewWords } from '../../../shared/web/review-words.ts';

/** What is not approved is the school's turn again: it may choose otherwise. */
export const handlingWords: ReviewWords = {
  title: '审核',
  refused: '已退回学校重新处理',
  approvePhrases: ['情况属实，同意', '证明材料齐全，同意'],
  refusePhrases: ['证明材料不全，请补充后重新提交', '证明材料与学籍信息不符，请核对', '请先与对方学校核对后再处理'],
};
