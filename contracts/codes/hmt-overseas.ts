import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

/** 港澳台侨外: whether the pupil is from Hong Kong, Macao, Taiwan or abroad, or of such a family. */
export const hmtOverseas = codeTable({
  title: '港澳台侨外',
  source: 'JY/T 1001 GATQW；学籍信息表填写说明',
  rows: [
    ['00', '否'],
    ['01', '香港同胞'],
    ['02', '香港同胞亲属'],
    ['03', '澳门同胞'],
    ['04', '澳门同胞亲属'],
    ['05', '台湾同胞'],
    ['06', '台湾同胞亲属'],
    ['11', '华侨'],
    ['12', '侨眷'],
    ['13', '归侨'],
    ['14', '归侨子女'],
    ['21', '归国留学人员'],
    ['31', '非华裔中国人'],
    ['41', '外籍华裔人'],
    ['51', '外国人'],
    ['99', '其他'],
  ],
  aliases: { 非港澳台侨外: '00', 非港澳台侨: '00', 无: '00', 其它: '99' },
});

export const HmtOverseas = codeSchema(hmtOverseas);
export type HmtOverseas = z.infer<typeof HmtOverseas>;
