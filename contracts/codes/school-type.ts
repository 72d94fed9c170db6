import type { z } from 'zod';
import type { SchoolCategory, Stage } from '../orgs/org.ts';
import { codeSchema, codeTable } from './code-table.ts';

/** The kinds of school that keep student records (小学 to 高中, special education, 专门学校). */
export const schoolTypes = codeTable({
  title: '办学类型',
  source: 'GB/T 33782-2017 表4（JY/T 1001 jg01）',
  rows: [
    ['211', '小学'],
    ['218', '小学教学点'],
    ['311', '初级中学'],
    ['312', '九年一贯制学校'],
    ['341', '完全中学'],
    ['342', '高级中学'],
    ['345', '十二年一贯制学校'],
    ['371', '专门学校'],
    ['511', '盲人学校'],
    ['512', '聋人学校'],
    ['513', '培智学校'],
    ['514', '其他特殊教育学校'],
  ],
  aliases: { 工读学校: '371', 弱智学校: '513', 教学点: '218', 九年一贯制: '312', 十二年一贯制: '345' },
});

/** Classes of another kind that a school keeps beside its own (附设班). */
export const attachedClassTypes = codeTable({
  title: '附设班类型',
  source: 'GB/T 33782-2017 表4（JY/T 1001 jg01）',
  rows: [
    ['119', '附设幼儿班'],
    ['219', '附设小学班'],
    ['319', '附设普通初中班'],
    ['329', '附设职业初中班'],
    ['349', '附设普通高中班'],
    ['368', '附设中职班'],
    ['519', '附设特教班'],
  ],
});

export const SchoolType = codeSchema(schoolTypes);
export type SchoolType = z.infer<typeof SchoolType>;
export const AttachedClassType = codeSchema(attachedClassTypes);
export type AttachedClassType = z.infer<typeof AttachedClassType>;

/**
 * The stages that a school of each type teaches. A special school or 专门学校 may teach any; which ones it does is its
 * own entry in the school register.
 */
export const stagesOfSchoolType: Record<SchoolType, readonly Stage[]> = {
  211: ['primary'],
  218: ['primary'],
  311: ['junior'],
  312: ['primary', 'junior'],
  341: ['junior', 'senior'],
  342: ['senior'],
  345: ['primary', 'junior', 'senior'],
  371: ['primary', 'junior', 'senior'],
  511: ['primary', 'junior', 'senior'],
  512: ['primary', 'junior', 'senior'],
  513: ['primary', 'junior', 'senior'],
  514: ['primary', 'junior', 'senior'],
};

/** The stages that attached classes add to their school; none for kindergarten and vocational classes. */
export const stagesOfAttachedClass: Record<AttachedClassType, readonly Stage[]> = {
  119: [],
  219: ['primary'],
  319: ['junior'],
  329: ['junior'],
  349: ['senior'],
  368: [],
  519: ['primary', 'junior', 'senior'],
};

/** The group that review chains are configured by (业务流程配置): 普通中小学, 特教学校, 专门学校. */
export function categoryOfSchoolType(type: SchoolType): SchoolCategory {
  if (type === '371') return 'reformatory';
  return type.startsWith('51') ? 'special-education' : 'regular';
}
