import { canonicalText } from './core/sheet.ts';
import type { FieldError } from './core/problems.ts';
import type { CellFinding } from './core/sheet.ts';
import type { IdType } from './codes/id-type.ts';
import { checkIdNumber } from './people/id-document.ts';
import type { IdCategory } from './people/id-document.ts';
import type { RegistrationEntry } from './registration-entry.ts';
import type { StudentForm } from './student-form.ts';
import { studentItems } from './student-items.ts';
import type { StudentItem } from './student-items.ts';
import { fieldText } from './student-rules.ts';
import {
  ageAtEntry,
  entersThisYear,
  entryModeOfStage,
  entryYearOfOthers,
  guardianHasResidentId,
  onlyCategory,
  overseasStated,
  studentRowChecks,
} from './student-row-checks.ts';
import type { RowCheck } from './student-row-checks.ts';

const ofCategory: Record<IdCategory, readonly RowCheck[]> = {
  resident: [],
  'hmt-foreign': [overseasStated],
  none: [guardianHasResidentId],
};

/** What must hold between the items of a pupil of this entry, in a file and in the form alike. */
export function entryChecks({ kind, category, stage }: RegistrationEntry): readonly RowCheck[] {
  return [
    onlyCategory(category),
    entryModeOfStage(stage),
    kind === 'primary-entrant' ? entersThisYear : entryYearOfOthers(stage),
    ageAtEntry(stage),
    ...ofCategory[category],
    ...studentRowChecks,
  ];
}

export type FormFinding = CellFinding<StudentForm>;

/** A form as it was typed, read by the rules of the import: what it says, and what is wrong with it. */
export interface CheckedForm {
  /** Only what is right, in canonical form. */
  values: StudentForm;
  findings: FormFinding[];
}

/** What is wrong, or doubtful, at its field of the input: `at` is the form's own place in it. */
export function fieldErrorOf(at: string, { column, message, suggestion }: FormFinding): FieldError {
  const mended = suggestion === undefined ? '' : `，建议改为${suggestion}`;
  return { pointer: `${at}/${column}`, detail: `${message}${mended}` };
}

/** As the import says it (shared/spreadsheet). */
export function requiredMessage(title: string): string {
  return `${title}必填，请填写`;
}

/** One item as it is asked for; whether it is may depend on the others. */
export interface AskedItem extends Omit<StudentItem, 'required'> {
  required: boolean | ((values: StudentForm) => boolean);
}

/** `given` has codes for codes and, for everything else, text as a person types it. Items that are not asked for are dropped. */
export function checkForm(entry: RegistrationEntry, given: StudentForm, today: string): CheckedForm {
  return checkItems(studentItems(entry.category), entryChecks(entry), given, today);
}

/** The same of any items, with what must hold between them. */
export function checkItems(
  items: readonly AskedItem[],
  checks: readonly RowCheck[],
  given: StudentForm,
  today: string,
): CheckedForm {
  const values: StudentForm = {};
  const findings: FormFinding[] = [];
  const empty: AskedItem[] = [];
  for (const item of items) {
    const { field, read } = item;
    const text = canonicalText(given[field] ?? '');
    if (text === '') {
      empty.push(item);
      continue;
    }
    const result = read(fieldText(field, text), today);
    if ('value' in result) values[field] = result.value;
    if (result.fault) findings.push({ column: field, ...result.fault });
  }
  for (const { field, title, required } of empty)
    if (typeof required === 'function' ? required(values) : required)
      findings.push({ column: field, severity: 'error', message: requiredMessage(title) });
  for (const check of checks) findings.push(...check(values, today));
  return { values, findings };
}

/**
 * Sex and birth date as the number of the document tells them (features 1.2: they follow from a resident id and are not
 * typed); absent when it does not.
 */
export function toldByNumber({ idType, idNumber }: StudentForm, today: string): Pick<StudentForm, 'sex' | 'birthDate'> {
  if (idType !== '1' || !idNumber) return {};
  const checked = checkIdNumber(idType as IdType, idNumber, today);
  if (!checked.ok || checked.sex === undefined || checked.birthDate === undefined) return {};
  return { sex: checked.sex, birthDate: checked.birthDate };
}

/** What is the same for all pupils of the entry, or nearly so, before anything is typed. */
export function emptyForm({ category }: RegistrationEntry, schoolCode: string): StudentForm {
  const always = { schoolCode, health: '10' };
  if (category === 'hmt-foreign') return always;
  const usual = { nationality: 'CHN', overseas: '00', ethnicGroup: '01' };
  return { ...always, ...usual, idType: category === 'resident' ? '1' : 'Z' };
}
