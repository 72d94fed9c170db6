import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

export const householdTypes = codeTable({
  title: '户口性质',
  source: '学籍信息表填写说明（2022 修订）',
  rows: [
    ['1', '农业户口'],
    ['2', '非农业户口'],
  ],
  aliases: { 农业: '1', 农村: '1', 农村户口: '1', 非农业: '2', 城镇: '2', 城镇户口: '2', 非农户口: '2' },
});

export const HouseholdType = codeSchema(householdTypes);
export type HouseholdType = z.infer<typeof HouseholdType>;
