import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

export const healthStates = codeTable({
  title: '健康状况',
  source: 'GB/T 2261.3 两位代码；学籍信息表填写说明',
  rows: [
    ['10', '健康或良好'],
    ['20', '一般或较弱'],
    ['30', '有慢性病'],
    ['40', '有生理缺陷'],
    ['50', '残疾'],
  ],
  aliases: { 健康: '10', 良好: '10', 一般: '20', 较弱: '20', 慢性病: '30', 生理缺陷: '40' },
});

export const HealthState = codeSchema(healthStates);
export type HealthState = z.infer<typeof HealthState>;
