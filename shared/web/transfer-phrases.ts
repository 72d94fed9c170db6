/** What is written about transfers every day, inside a province and across. */
export const transferPhrases = {
  approvePhrases: ['情况属实，同意', '材料齐全，同意转入', '同意转出'],
  refusePhrases: ['没有空余学位', '证明材料不全', '家长不同意转学', '学生信息与本校登记不符'],
} as const;
