import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

export const commutingModes = codeTable({
  title: '上下学方式',
  source: '学籍信息表填写说明；代码按序',
  rows: [
    ['1', '步行'],
    ['2', '自行车（含摩托车、电动自行车）'],
    ['3', '公共交通（含城市公交、农村客运、地铁）'],
    ['4', '家长自行接送'],
    ['5', '校车'],
    ['9', '其他'],
  ],
  aliases: {
    走路: '1',
    自行车: '2',
    电动车: '2',
    电动自行车: '2',
    摩托车: '2',
    公共交通: '3',
    公交: '3',
    公交车: '3',
    地铁: '3',
    家长接送: '4',
    其它: '9',
  },
});

export const CommutingMode = codeSchema(commutingModes);
export type CommutingMode = z.infer<typeof CommutingMode>;
