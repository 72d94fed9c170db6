import type { ReviewWords } from '../../../shared/web/review-words.ts';
import { transferPhrases } from '../../../shared/web/transfer-phrases.ts';

/** Like across provinces, a refusal is the end: nothing goes back to be mended. */
export const inProvinceWords: ReviewWords = {
  title: '审核',
  refused: '审核不通过，申请终止',
  refusal: '审核不通过即终止本次申请，转入学校可以重新申请',
  ...transferPhrases,
};
