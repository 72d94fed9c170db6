import type { IdCategory } from './people/id-document.ts';
import { memberFields, studentFields, studentFieldTitles } from './student-form.ts';
import type { StudentField } from './student-form.ts';
import { fieldRules } from './student-rules.ts';
import type { FieldRule } from './student-rules.ts';

/** One item as it is asked of a pupil of an id category: on the template and in the form alike. */
export interface StudentItem extends FieldRule {
  field: StudentField;
  title: string;
}

const ofBothMembers = (...names: (typeof memberFields)[number][0][]): StudentField[] =>
  ([1, 2] as const).flatMap((member) => names.map((name) => `member${member}${name}` as const));

/**
 * 港澳台和外籍 pupils have a form of their own (ministry's description, 学籍注册 and 学前档案信息补录: items differ by id
 * category): what rests on the household register or on an ethnic group of China cannot be said of them.
 */
const leftOut: Record<IdCategory, ReadonlySet<StudentField>> = {
  resident: new Set(),
  'hmt-foreign': new Set<StudentField>([
    ...(['birthRegion', 'nativePlace', 'ethnicGroup', 'politicalStatus', 'householdType', 'householdRegion'] as const),
    ...(['leftBehind', 'ruralLeftBehind', 'martyrChild', 'migrant', 'ruralWorkerChild'] as const),
    ...ofBothMembers('HouseholdRegion', 'EthnicGroup'),
  ]),
  none: new Set(),
};

/** The official form of a pupil without a document has no star at these (ministry's description, 无身份证件学生注册). */
const optional: Record<IdCategory, ReadonlySet<StudentField>> = {
  resident: new Set(),
  'hmt-foreign': new Set(),
  none: new Set<StudentField>(['idNumber', 'birthRegion']),
};

/** The items of a pupil of this category, in the order of the template. */
export function studentItems(category: IdCategory): readonly StudentItem[] {
  return items[category];
}

const itemsOf = (category: IdCategory): StudentItem[] =>
  studentFields
    .filter(([field]) => !leftOut[category].has(field))
    .map(([field]) => ({
      ...fieldRules[field],
      field,
      title: studentFieldTitles[field],
      required: fieldRules[field].required && !optional[category].has(field),
    }));

const items: Record<IdCategory, readonly StudentItem[]> = {
  resident: itemsOf('resident'),
  'hmt-foreign': itemsOf('hmt-foreign'),
  none: itemsOf('none'),
};
