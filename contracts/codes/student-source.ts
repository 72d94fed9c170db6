import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

export const studentSources = codeTable({
  title: '学生来源',
  source: 'JY/T 1001 XSLY（jg65）',
  rows: [
    ['1', '正常入学'],
    ['2', '借读'],
    ['9', '其他'],
  ],
  aliases: { 正常: '1', 其它: '9' },
});

export const StudentSource = codeSchema(studentSources);
export type StudentSource = z.infer<typeof StudentSource>;
