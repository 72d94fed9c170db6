import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

export const bloodTypes = codeTable({
  title: '血型',
  source: 'JY/T 1001 XX；名称依次，代码按序',
  rows: [
    ['0', '未知血型'],
    ['1', 'A血型'],
    ['2', 'B血型'],
    ['3', 'AB血型'],
    ['4', 'O血型'],
    ['5', 'RH阳性血型'],
    ['6', 'RH阴性血型'],
    ['7', 'HLA血型'],
    ['8', '未定血型'],
    ['9', '其他血型'],
  ],
  aliases: {
    A: '1',
    A型: '1',
    B: '2',
    B型: '2',
    AB: '3',
    AB型: '3',
    O: '4',
    O型: '4',
    未知: '0',
    不详: '0',
    未定: '8',
    RH阳性: '5',
    RH阴性: '6',
    HLA: '7',
    其他: '9',
    其它: '9',
  },
});

export const BloodType = codeSchema(bloodTypes);
export type BloodType = z.infer<typeof BloodType>;
