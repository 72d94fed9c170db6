import { z } from 'zod';
import type { IdType } from './codes/id-type.ts';
import type { Moves } from './core/moves.ts';
import { reasonAgainst } from './core/moves.ts';
import { idCategoryTitles } from './people/id-document.ts';
import type { IdCategory } from './people/id-document.ts';
import { checkItems, toldByNumber } from './registration-checks.ts';
import type { AskedItem, CheckedForm } from './registration-checks.ts';
import { idNumberAgrees } from './student-row-checks.ts';
import { studentFieldTitles } from './student-form.ts';
import type { StudentForm } from './student-form.ts';
import { fieldRules } from './student-rules.ts';

/** 处理状态: whether the pupil's preschool record (学前学籍) was found (features 1.3). */
export const MatchState = z.enum(['matched', 'not-found', 'to-confirm']);
export type MatchState = z.infer<typeof MatchState>;
export const matchStateTitles: Record<MatchState, string> = {
  matched: '已匹配学前学籍',
  'not-found': '未查到学前学籍',
  'to-confirm': '待确认学前学籍',
};

/** Only what the system cannot tell by itself is asked of a person; a change of the entry asks anew. */
export const matchMoves = {
  confirm: { title: '确认学前学籍', from: ['to-confirm'], to: 'matched' },
  none: { title: '确认都不匹配', from: ['to-confirm'], to: 'not-found' },
} as const satisfies Moves<MatchState>;

/** 学籍注册状态: how far the registration of the pupil's identity is in the province. */
export const RegistrationProgress = z.enum(['not-begun', 'under-way', 'returned', 'finished']);
export type RegistrationProgress = z.infer<typeof RegistrationProgress>;
export const registrationProgressTitles: Record<RegistrationProgress, string> = {
  'not-begun': '未完成注册',
  'under-way': '注册办理中',
  returned: '注册被退回',
  finished: '已完成注册',
};

/** What is done with an entry is done before its registration begins (features 1.2, 1.4; ministry's description 修改, 删除, 导出). */
export const preschoolMoves = {
  change: { title: '修改', from: ['not-begun'], to: 'not-begun' },
  remove: { title: '删除', from: ['not-begun'], to: 'not-begun' },
  confirm: { title: '确认学前学籍', from: ['not-begun'], to: 'not-begun' },
  supplement: { title: '补录', from: ['not-begun'], to: 'not-begun' },
  export: { title: '导出', from: ['not-begun'], to: 'not-begun' },
} as const satisfies Moves<RegistrationProgress>;
export type PreschoolMove = keyof typeof preschoolMoves;

export function reasonAgainstMove(move: PreschoolMove, progress: RegistrationProgress): string | undefined {
  return reasonAgainst(preschoolMoves, move, progress, registrationProgressTitles);
}

/** What of an entry decides what can be done with it. */
export interface EntryStanding {
  category: IdCategory;
  matchState: MatchState;
  progress: RegistrationProgress;
}

/** Why the pupil's file cannot be supplemented: only a matched one has something to go on from (features 1.5). */
export function reasonAgainstSupplement({ matchState, progress }: Omit<EntryStanding, 'category'>): string | undefined {
  if (matchState !== 'matched')
    return `当前为“${matchStateTitles[matchState]}”，只有“${matchStateTitles.matched}”的学生可以补录`;
  return reasonAgainstMove('supplement', progress);
}

/** Why this pupil cannot be in a 调档学生导出 (features 1.4). */
export function reasonAgainstExport({ category, matchState, progress }: EntryStanding): string | undefined {
  if (matchState === 'to-confirm') return '待确认学前学籍，请先确认';
  const begun = reasonAgainstMove('export', progress);
  if (begun) return begun;
  return category === 'none' ? '无身份证件的学生不能导出，请在“小学新生注册”中逐个录入' : undefined;
}

/** Categories have templates of their own: undefined when all are of one (ministry's description, 调档学生导出). */
export function reasonAgainstMixing(entries: readonly Pick<EntryStanding, 'category'>[]): string | undefined {
  const counts = new Map<IdCategory, number>();
  for (const { category } of entries) counts.set(category, (counts.get(category) ?? 0) + 1);
  if (counts.size <= 1) return undefined;
  const told = [...counts].map(([category, count]) => `${idCategoryTitles[category]} ${count} 人`).join('、');
  return `不同身份证件类型的学生不能一起导出（现有${told}），请按身份证件类型分别导出`;
}

// What is typed of a pupil on the list.

export const listedFields = ['name', 'idType', 'idNumber', 'sex', 'birthDate'] as const;
export type ListedField = (typeof listedFields)[number];

/** Codes as codes, everything else as text; what is left empty is absent. */
export type ListedPupil = Partial<Record<ListedField, string>>;
export const ListedPupil: z.ZodType<ListedPupil> = z.partialRecord(z.enum(listedFields), z.string().max(100));

/** Of a resident id sex and birth date follow from the number; without a document there is no number (features 1.2). */
const required: Record<ListedField, AskedItem['required']> = {
  name: true,
  idType: true,
  idNumber: ({ idType }) => idType !== undefined && idType !== 'Z',
  sex: ({ idType }) => idType !== undefined && idType !== '1',
  birthDate: ({ idType }) => idType !== undefined && idType !== '1',
};

/** In the order of the ministry's window; the template, the import and the window are made of it. */
export const listedItems: readonly (AskedItem & { field: ListedField })[] = listedFields.map((field) => ({
  ...fieldRules[field],
  field,
  title: studentFieldTitles[field],
  required: required[field],
}));
export const listedChecks = [idNumberAgrees] as const;

/** A pupil as typed, by the same rules as in a file; what a resident id tells is filled in. */
export function checkListed(typed: ListedPupil, today: string): CheckedForm {
  const { values, findings } = checkItems(listedItems, listedChecks, typed, today);
  return { values: withTold(values, today), findings };
}

/** With sex and birth date as a resident id tells them. */
export function withTold(values: ListedPupil, today: string): ListedPupil {
  return { ...values, ...toldByNumber(values as StudentForm, today) };
}

/** Whether this field is read off the number and cannot be typed. */
export function isTold(field: ListedField, idType: string | undefined): boolean {
  return (field === 'sex' || field === 'birthDate') && (idType as IdType | undefined) === '1';
}
