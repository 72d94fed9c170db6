import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

export const studyModes = codeTable({
  title: '就读方式',
  source: 'JY/T 1001 JDFS（jg24）',
  rows: [
    ['1', '走读'],
    ['2', '住校'],
    ['3', '借宿'],
    ['9', '其他'],
  ],
  aliases: { 住宿: '2', 寄宿: '2', 住读: '2', 其它: '9' },
});

export const StudyMode = codeSchema(studyModes);
export type StudyMode = z.infer<typeof StudyMode>;
