import type { z } from 'zod';
import type { Stage } from '../orgs/org.ts';
import { codeSchema, codeTable } from './code-table.ts';

export const entryModes = codeTable({
  title: '入学方式',
  source: '学籍信息表填写说明（不同于 JY/T 1001 RXFS）',
  rows: [
    ['11', '就近入学'],
    ['12', '其他（义务教育阶段）'],
    ['21', '统一招生考试/普通入学'],
    ['22', '体育特招'],
    ['23', '艺术特招'],
    ['99', '其他（高中阶段）'],
  ],
  aliases: {
    就近: '11',
    义务教育阶段其他: '12',
    统一招生考试: '21',
    普通入学: '21',
    文艺特招: '23',
    高中阶段其他: '99',
  },
});

export const EntryMode = codeSchema(entryModes);
export type EntryMode = z.infer<typeof EntryMode>;

/** The entry modes that a stage offers: 11 and 12 in compulsory education, the others in senior school. */
export function entryModesOf(stage: Stage): readonly EntryMode[] {
  return stage === 'senior' ? ['21', '22', '23', '99'] : ['11', '12'];
}
