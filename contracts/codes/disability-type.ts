import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

/** Phase two dropped 8 其他残疾 (features 11.1). */
export const disabilityTypes = codeTable({
  title: '残疾类型',
  source: 'GB/T 26341；学籍信息表填写说明，二期取消“8 其他残疾”',
  rows: [
    ['0', '无残疾'],
    ['1', '视力残疾'],
    ['2', '听力残疾'],
    ['3', '言语残疾'],
    ['4', '肢体残疾'],
    ['5', '智力残疾'],
    ['6', '精神残疾'],
    ['7', '多重残疾'],
  ],
  aliases: { 无: '0', 视力: '1', 听力: '2', 言语: '3', 肢体: '4', 智力: '5', 精神: '6', 多重: '7' },
});

export const DisabilityType = codeSchema(disabilityTypes);
export type DisabilityType = z.infer<typeof DisabilityType>;
