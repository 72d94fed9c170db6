import type { ReviewWords } from '../../../shared/web/review-words.ts';

/** Like across provinces, a refusal is the end: nothing goes back to be mended. */
export const inProvinceWords: ReviewWords = {
  title: '审核',
  refused: '审核不通过，申请终止',
  refusal: '审核不通过即终止本次申请，转入学校可以重新申请',
  approvePhrases: ['情况属实，同意', '材料齐全，同意转入', '同意转出'],
  refusePhrases: ['没有空余学位', '证明材料不全', '家长不同意转学', '学生信息与本校登记不符'],
};
