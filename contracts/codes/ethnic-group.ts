import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

const groups = [
  '汉族 蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 傣族 黎族 傈僳族',
  '佤族 畲族 高山族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族',
  '阿昌族 普米族 塔吉克族 怒族 乌孜别克族 俄罗斯族 鄂温克族 德昂族 保安族 裕固族 京族 塔塔尔族 独龙族 鄂伦春族 赫哲族',
  '门巴族 珞巴族 基诺族',
]
  .join(' ')
  .split(' ')
  .map((name, index): [string, string] => [String(index + 1).padStart(2, '0'), name]);

/** 97 and 98 are not in the standard but in use since the census (其他未识别的民族, 外国血统中国籍人士). */
export const ethnicGroups = codeTable({
  title: '民族',
  source: 'GB/T 3304-1991；97、98 为人口普查沿用',
  rows: [...groups, ['97', '其他'], ['98', '外国血统中国籍人士']],
  aliases: {
    ...Object.fromEntries(groups.map(([code, name]) => [name.slice(0, -1), code])),
    其它: '97',
    外国血统: '98',
  },
});

export const EthnicGroup = codeSchema(ethnicGroups);
export type EthnicGroup = z.infer<typeof EthnicGroup>;
