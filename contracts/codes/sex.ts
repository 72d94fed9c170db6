import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

/** GB/T 2261.1-2003 has 0 and 9 too; a student record accepts 1 and 2 only. */
export const sexes = codeTable({
  title: '性别',
  source: 'GB/T 2261.1-2003；全国中小学生学籍信息表填写说明只取 1、2',
  rows: [
    ['1', '男'],
    ['2', '女'],
  ],
  aliases: { 男性: '1', 女性: '2', 男生: '1', 女生: '2' },
});

export const Sex = codeSchema(sexes);
export type Sex = z.infer<typeof Sex>;
