import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

/** How a family member is related to the pupil. Other relatives are 其他 with an explanation. */
export const familyRelations = codeTable({
  title: '关系',
  source: '学籍信息表家庭成员；1、2 为现行系统 gxm，其余按序',
  rows: [
    ['1', '父亲'],
    ['2', '母亲'],
    ['3', '祖父母或外祖父母'],
    ['4', '兄弟姐妹'],
    ['9', '其他'],
  ],
  aliases: {
    父: '1',
    爸爸: '1',
    母: '2',
    妈妈: '2',
    祖父: '3',
    祖母: '3',
    外祖父: '3',
    外祖母: '3',
    爷爷: '3',
    奶奶: '3',
    外公: '3',
    外婆: '3',
    姥爷: '3',
    姥姥: '3',
    哥哥: '4',
    姐姐: '4',
    弟弟: '4',
    妹妹: '4',
    其它: '9',
  },
});

export const FamilyRelation = codeSchema(familyRelations);
export type FamilyRelation = z.infer<typeof FamilyRelation>;
