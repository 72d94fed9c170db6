/** How a business calls its review, and what follows from refusing. */
export interface ReviewWords {
  /** 审核 */
  title: string;
  /** What became of it when it was refused: 已退回. */
  refused: string;
  /** Said beside the button when a refusal is the end. */
  refusal?: string;
  /** What is written every day, one click away. */
  approvePhrases: readonly string[];
  refusePhrases: readonly string[];
}

/** What is not approved goes back to be mended. */
export const reviewWords: ReviewWords = {
  title: '审核',
  refused: '已退回',
  approvePhrases: ['情况属实，同意', '材料齐全，同意'],
  refusePhrases: [
    '证明材料不全，请补充后重新提交',
    '信息与证件不符，请核对后重新提交',
    '班级信息有误，请修改后重新提交',
  ],
};
