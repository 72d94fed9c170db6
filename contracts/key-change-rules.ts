import type { FieldError } from './core/problems.ts';
import type { CellFinding } from './core/sheet.ts';
import type { IdType } from './codes/id-type.ts';
import { changedFields, keyFields, keyFieldTitles } from './key-data.ts';
import type { KeyField, KeyValues } from './key-data.ts';
import { excludes } from './exclusive-business.ts';
import type { OpenKind } from './exclusive-business.ts';
import type { RecordStatus } from './national-index.ts';
import type { Stage } from './orgs/org.ts';
import { idCategoryOf, identityKey } from './people/id-document.ts';
import type { IdCategory } from './people/id-document.ts';
import { fieldErrorOf, requiredMessage, toldByNumber } from './registration-checks.ts';
import { guardianHasResidentId, idNumberAgrees, overseasStated } from './student-row-checks.ts';
import type { RowCheck } from './student-row-checks.ts';
import type { Custody } from './student.ts';
import type { StudentForm } from './student-form.ts';
import { fieldRules, fieldText } from './student-rules.ts';
import { schoolYearOf, yearsOf } from './transfer-rules.ts';

/** What may be changed together, and what follows from it (features 6.2, 6.3; ministry's description §6). */

export const isFormal = (studentNumber: string): boolean => studentNumber.startsWith('G');

export function categoryOf({ idType }: KeyValues): IdCategory {
  return idCategoryOf((idType ?? 'Z') as IdType);
}

/** The identity that these values claim; null without a document. */
export function identityKeyOfValues({ idType, idNumber }: KeyValues): string | null {
  return idType && idNumber ? identityKey(idType as IdType, idNumber) : null;
}

/** Whether it concerns who the pupil is: then it is checked at the hub, when there is a document (features 6.3). */
export function concernsIdentity(changed: readonly KeyField[]): boolean {
  return changed.some((field) => field === 'name' || field === 'idType' || field === 'idNumber');
}

/** Sex and birth date follow from a resident number; without a document there is no number of the old one. */
export function completed(values: KeyValues, today: string): KeyValues {
  const told = toldByNumber(values as StudentForm, today);
  const after = Object.fromEntries(
    keyFields.flatMap((field) => {
      const value = field === 'sex' || field === 'birthDate' ? (told[field] ?? values[field]) : values[field];
      return value ? [[field, value]] : [];
    }),
  );
  return after as KeyValues;
}

/** The values that were typed laid over those of the record. Without a document there is no number, unless one is typed. */
export function laidOver(before: KeyValues, typed: KeyValues): KeyValues {
  const { idNumber: _number, ...withoutNumber } = before;
  return { ...(typed.idType === 'Z' && before.idType !== 'Z' ? withoutNumber : before), ...typed };
}

const together = '学籍姓名和身份证件号不能同时变更（教育部学籍系统二期说明“关键数据变更”）';
const noDocument = '正式学籍号学生的身份证件类型不能变更为无身份证件（教育部学籍系统二期说明“关键数据变更”）';

/** The two combinations that are not applied for (features 6.2), with how to go about it. */
export function refusedCombinations(isFormalNumber: boolean, before: KeyValues, after: KeyValues): FieldError[] {
  const changed = changedFields(before, after);
  const errors: FieldError[] = [];
  if (changed.includes('name') && (changed.includes('idNumber') || changed.includes('idType')))
    errors.push({
      pointer: '/values/name',
      detail: `${together}；请先申请其中一项，办结后再申请另一项，一年内先后变更的须省级审核`,
    });
  if (isFormalNumber && changed.includes('idType') && categoryOf(after) === 'none')
    errors.push({ pointer: '/values/idType', detail: `${noDocument}；证件有误的，请变更为学生本人的其他证件` });
  return errors;
}

/** What is wrong with the new values; `form` is the whole record with them. */
export function keyValueErrors(
  before: KeyValues,
  after: KeyValues,
  form: StudentForm,
  place: { stage: Stage },
  today: string,
): { values: KeyValues; errors: FieldError[] } {
  const [values, errors]: [KeyValues, FieldError[]] = [{ ...after }, []];
  const changed = changedFields(before, after);
  for (const field of changed) {
    const text = after[field] ?? '';
    const mayBeEmpty = field === 'idNumber' && categoryOf(after) === 'none';
    if (text === '') {
      if (!mayBeEmpty) errors.push({ pointer: `/values/${field}`, detail: requiredMessage(keyFieldTitles[field]) });
      continue;
    }
    if (field === 'cohort') {
      if (!cohortChoices(place.stage, Number(before.cohort), today).includes(Number(text)))
        errors.push({ pointer: '/values/cohort', detail: '请从列表中选择本学段的年级' });
      continue;
    }
    const read = fieldRules[field].read(fieldText(field, text), today);
    if ('value' in read) values[field] = read.value;
    if (read.fault?.severity === 'error')
      errors.push(fieldErrorOf('/values', { column: field, ...read.fault } as CellFinding<StudentForm>));
  }
  const concerned = new Set<string>(keyFields);
  const whole = { ...form, ...values } as StudentForm;
  const category = categoryOf(after);
  const touches = (...fields: KeyField[]): boolean => fields.some((field) => changed.includes(field));
  // What is wrong in the record already, and is not touched, does not stand in the way.
  const checks: RowCheck[] = [];
  if (touches('idType', 'idNumber', 'sex', 'birthDate')) checks.push(idNumberAgrees);
  if (touches('idType', 'overseas') && category === 'hmt-foreign') checks.push(overseasStated);
  if (touches('idType') && category === 'none') checks.push(guardianHasResidentId);
  for (const finding of checks.flatMap((check) => check(whole, today))) {
    if (finding.severity !== 'error') continue;
    const at = concerned.has(finding.column) ? finding : { ...finding, column: 'idType' as const };
    errors.push(fieldErrorOf('/values', at));
  }
  const seen = new Set<string>();
  return { values, errors: errors.filter(({ pointer }) => !seen.has(pointer) && seen.add(pointer)) };
}

/** The entry years of the grades that a pupil of the stage can be in, the present one first. */
export function cohortChoices(stage: Stage, present: number, today: string): number[] {
  const newest = schoolYearOf(today);
  const years = Array.from({ length: yearsOf[stage] }, (_, index) => newest - index);
  return [present, ...years.filter((year) => year !== present)];
}

/** Whose chain a change has: its own, or that of registering the new type of document (features 6.2, 6.3). */
export type ChangeGroup = 'ordinary' | 'within-year' | IdCategory;

/**
 * Name, then number within one year, or the reverse, goes up to the province; a new type of document as the registration of
 * that type. `earlier` are the changes that were approved before, wherever the record was then.
 */
export function groupOf(
  before: KeyValues,
  after: KeyValues,
  earlier: readonly { at: string; fields: readonly KeyField[] }[],
  now: string,
): ChangeGroup {
  const changed = changedFields(before, after);
  const wasChanged = (field: KeyField): boolean =>
    earlier.some(({ at, fields }) => fields.includes(field) && yearAfter(at) > now);
  if (changed.includes('name') && wasChanged('idNumber')) return 'within-year';
  if (changed.includes('idNumber') && wasChanged('name')) return 'within-year';
  const category = categoryOf(after);
  return categoryOf(before) === category ? 'ordinary' : category;
}

function yearAfter(at: string): string {
  return `${Number(at.slice(0, 4)) + 1}${at.slice(4)}`;
}

/**
 * What becomes of the number (domain.md §2; MoE FAQ 2016): a formal one stays with its pupil although the id in it changes; it is
 * given up for a new temporary one when the pupil turns out not to have a resident id. A temporary one becomes formal with a
 * resident id that was verified.
 */
export function numberAfter(
  studentNumber: string,
  category: IdCategory,
  isVerified: boolean,
): 'keep' | 'formal' | 'temporary' {
  if (isFormal(studentNumber)) return category === 'resident' ? 'keep' : 'temporary';
  return category === 'resident' && isVerified ? 'formal' : 'keep';
}

/** What the province knows of the record. */
export interface ChangeFacts {
  stage: Stage;
  status: RecordStatus;
  custody: Custody;
  /** 在办业务 of the pupil, with the school that can end it. */
  openBusiness: { kind: OpenKind; title: string; schoolName: string } | null;
  /** 0 or 1: whether it is a problem record. */
  problem: number;
  /** It is how a problem record is handled (变更). */
  ofProblem: boolean;
  /** 0 or 1: it was loaded with its document and the hub has not said yet who else has it. */
  awaitsDedup: number;
}

/** Everything that stands against applying, each with who can clear it; empty when nothing does. */
export function reasonsAgainstChanging(facts: ChangeFacts): string[] {
  const { status, custody, openBusiness, problem, ofProblem } = facts;
  const begun = ofProblem ? 'problem-change' : 'key-change';
  if (custody === 'moved-out') return ['该生学籍已调往外省，请由现学籍所在学校办理。'];
  const reasons: string[] = [];
  if (custody === 'sealed') reasons.push('该生学籍正在调往外省；如调档未成，学籍恢复后再申请。');
  if (status === 'deceased') reasons.push('该生学籍已因死亡注销，不能变更。');
  if (facts.awaitsDedup === 1) reasons.push('该生学籍刚从一期数据载入，正在全国查重，查重完成后再申请。');
  if (problem === 1 && excludes('problem', begun))
    reasons.push('该生是问题学籍，请在“问题学籍处理”中轮到本校时选择“变更”，关键数据随问题学籍一起变更。');
  if (openBusiness && excludes(openBusiness.kind, begun))
    reasons.push(
      `该生有正在办理的“${openBusiness.title}”（${openBusiness.schoolName}），办结或撤销后才能申请关键数据变更。`,
    );
  return reasons;
}
