import { z } from 'zod';
import { gradeTitle } from './orgs/org.ts';
import type { Stage } from './orgs/org.ts';
import { studentFieldTitles } from './student-form.ts';
import type { StudentForm } from './student-form.ts';
import { shownValue } from './student-rules.ts';

/**
 * The key data (关键数据) of a record: what is changed by application only (features 6.1), in the order of the form. `cohort` is the
 * grade's entry year; the others are items of the record.
 */
export const keyFields = [
  'name',
  'idType',
  'idNumber',
  'sex',
  'birthDate',
  'nationality',
  'overseas',
  'cohort',
  'classNo',
] as const;
export const KeyField = z.enum(keyFields);
export type KeyField = z.infer<typeof KeyField>;
export const keyFieldTitles: Record<KeyField, string> = {
  ...studentFieldTitles,
  cohort: '年级',
  classNo: '班级',
};

/** Values of key data; what is empty is absent. */
export const KeyValues = z.partialRecord(KeyField, z.string().trim().max(64));
export type KeyValues = z.infer<typeof KeyValues>;

/** One item that changes, as people read it: numbers masked, codes by name. */
export const KeyChangeItem = z.object({ field: KeyField, before: z.string(), after: z.string() });
export type KeyChangeItem = z.infer<typeof KeyChangeItem>;

/** The key data of a record as they stand. */
export function keyValuesOf(form: StudentForm, place: { cohort: number; classNo: string }): KeyValues {
  const values: KeyValues = { cohort: String(place.cohort) };
  for (const field of keyFields) {
    const value = field === 'classNo' ? place.classNo : field === 'cohort' ? undefined : form[field];
    if (value) values[field] = value;
  }
  return values;
}

export function changedFields(before: KeyValues, after: KeyValues): KeyField[] {
  return keyFields.filter((field) => (before[field] ?? '') !== (after[field] ?? ''));
}

/** As lists and details show it. */
export function shownKeyValue(field: KeyField, value: string | undefined, stage: Stage): string {
  if (!value) return '';
  if (field === 'cohort') return gradeTitle(stage, Number(value));
  return field === 'classNo' ? `${Number(value)}班` : shownValue(field, value);
}

export function shownChanges(before: KeyValues, after: KeyValues, stage: Stage): KeyChangeItem[] {
  return changedFields(before, after).map((field) => ({
    field,
    before: shownKeyValue(field, before[field], stage),
    after: shownKeyValue(field, after[field], stage),
  }));
}
