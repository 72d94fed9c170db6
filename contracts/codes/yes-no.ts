import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

export const yesNo = codeTable({
  title: '是否',
  source: 'JY/T 1001 是否标志',
  rows: [
    ['0', '否'],
    ['1', '是'],
  ],
  aliases: { 无: '0', 有: '1', N: '0', Y: '1' },
});

export const YesNo = codeSchema(yesNo);
export type YesNo = z.infer<typeof YesNo>;
