import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

/**
 * JY/T 1001 also has 2-5 (military) and B (household register); a student record uses these seven only. The ministry's
 * 2019 description writes 境外永久居留证 where the standard writes 境外永久居住证: shown as the former, both understood.
 */
export const idTypes = codeTable({
  title: '身份证件类型',
  source: 'JY/T 1001 SFZJLX；学籍信息表填写说明只取 1、6、7、8、9、A、Z',
  rows: [
    ['1', '居民身份证'],
    ['6', '香港特区护照/身份证明'],
    ['7', '澳门特区护照/身份证明'],
    ['8', '台湾居民来往大陆通行证'],
    ['9', '境外永久居留证'],
    ['A', '护照'],
    ['Z', '其他'],
  ],
  aliases: {
    身份证: '1',
    二代身份证: '1',
    港澳居民来往内地通行证: '6',
    台胞证: '8',
    境外永久居住证: '9',
    外国人永久居留身份证: '9',
    外国人永久居留证: '9',
    无身份证件: 'Z',
    其它: 'Z',
  },
});

export const IdType = codeSchema(idTypes);
export type IdType = z.infer<typeof IdType>;
