import { bloodTypes } from './codes/blood-type.ts';
import { commutingModes } from './codes/commuting-mode.ts';
import { nameOf } from './codes/code-table.ts';
import type { CodeTable } from './codes/code-table.ts';
import { countries } from './codes/country.ts';
import { entryModes } from './codes/entry-mode.ts';
import { ethnicGroups } from './codes/ethnic-group.ts';
import { familyRelations } from './codes/family-relation.ts';
import { healthStates } from './codes/health.ts';
import { hmtOverseas } from './codes/hmt-overseas.ts';
import { householdTypes } from './codes/household-type.ts';
import { idTypes } from './codes/id-type.ts';
import { studentPoliticalStatuses } from './codes/political-status.ts';
import { sexes } from './codes/sex.ts';
import { studentSources } from './codes/student-source.ts';
import { studyModes } from './codes/study-mode.ts';
import { yesNo } from './codes/yes-no.ts';
import { bad, good } from './core/sheet.ts';
import type { ColumnKind } from './core/sheet.ts';
import { maskIdNumber, maskPhone } from './people/names.ts';
import { canonicaliseNumber } from './people/number-text.ts';
import { regionFullName } from './regions/regions.ts';
import * as cells from './student-cells.ts';
import type { ReadCell } from './student-cells.ts';
import { memberFields } from './student-form.ts';
import type { StudentField, StudentForm } from './student-form.ts';

/** The rule of one item of the record: the same on the template, the import, the form and the record page. */
export interface FieldRule {
  kind: ColumnKind;
  read: ReadCell;
  required: boolean;
  codes?: CodeTable;
  note?: string;
  example?: string;
  /** Shown masked in lists and details. */
  personal?: 'id-number' | 'phone';
}

type Options = Omit<Partial<FieldRule>, 'required'>;
const must = (kind: ColumnKind, read: ReadCell, options: Options = {}): FieldRule => ({
  kind,
  read,
  required: true,
  ...options,
});
const may = (kind: ColumnKind, read: ReadCell, options: Options = {}): FieldRule => ({
  kind,
  read,
  required: false,
  ...options,
});
const code = (codes: CodeTable, options: Options = {}): FieldRule =>
  must('code', cells.readCode(codes), { codes, ...options });
const mayCode = (codes: CodeTable, options: Options = {}): FieldRule =>
  may('code', cells.readCode(codes), { codes, ...options });
const yes = (note?: string): FieldRule => code(yesNo, note === undefined ? {} : { note });

/** The number is read together with its type (student-sheet rules); the cell alone only has to look like one. */
const readIdNumber: ReadCell = (text) => {
  const number = canonicaliseNumber(text);
  return number.length <= 40 ? good(number) : bad('身份证件号过长，请核对');
};

/**
 * The items of one family member. Member 1 is obligatory, member 2 optional; of a second member the row check asks for
 * name, relation, phone and whether guardian (template of phase two, §4.4 of the collected field rules).
 */
function memberRules(member: 1 | 2): Partial<Record<StudentField, FieldRule>> {
  const first = member === 1 ? must : may;
  const firstCode = member === 1 ? code : mayCode;
  const rules: Record<(typeof memberFields)[number][0], FieldRule> = {
    Name: first('text', cells.readName),
    Relation: firstCode(familyRelations),
    RelationNote: may('text', cells.readText(30), { note: '关系为“其他”时填写' }),
    Address: first('text', cells.readText(120)),
    HouseholdRegion: first('region', cells.readRegion),
    Phone: first('digits', cells.readPhone, { personal: 'phone' }),
    Guardian: firstCode(yesNo, { note: '至少一名成员为监护人' }),
    IdType: mayCode(idTypes),
    IdNumber: may('digits', readIdNumber, { personal: 'id-number' }),
    EthnicGroup: mayCode(ethnicGroups),
    Employer: may('text', cells.readText(60)),
    Position: may('text', cells.readText(30)),
  };
  return Object.fromEntries(Object.entries(rules).map(([field, rule]) => [`member${member}${field}`, rule]));
}

/**
 * Every item of the record. Which are obligatory: the starred ones of the official form, and the first block of the
 * template (columns up to 是否乘坐校车) apart from those that not every pupil has.
 */
export const fieldRules = {
  schoolCode: must('digits', cells.readSchoolCode, { example: '2137000001', note: '本校的10位学校标识码' }),
  name: must('text', cells.readName, { example: '王小明', note: '与身份证件一致' }),
  sex: code(sexes, { example: '男', note: '与身份证件号一致' }),
  birthDate: must('date', cells.readDate, { example: '20200315', note: '与身份证件号一致' }),
  birthRegion: must('region', cells.readRegion, { example: '370102000000' }),
  nativePlace: must('text', cells.readText(60), { example: '山东省济南市' }),
  ethnicGroup: code(ethnicGroups, { example: '汉族' }),
  nationality: code(countries, { example: '中国' }),
  idType: code(idTypes, { example: '居民身份证' }),
  idNumber: must('digits', readIdNumber, { personal: 'id-number', note: '单元格须为文本格式，末位X大写' }),
  overseas: code(hmtOverseas, { example: '否' }),
  health: code(healthStates, { example: '健康或良好' }),
  politicalStatus: mayCode(studentPoliticalStatuses),
  householdType: code(householdTypes, { example: '非农业户口' }),
  householdRegion: must('region', cells.readRegion, { example: '370102000000' }),
  campusNo: may('text', cells.readText(10)),
  classNo: must('digits', cells.readClassNo, { example: '01' }),
  entryMonth: must('month', cells.readMonth, { example: '202609', note: '进入本学段的年月' }),
  entryMode: code(entryModes, { example: '就近入学' }),
  studyMode: code(studyModes, { example: '走读' }),
  address: must('text', cells.readText(120), { example: '历下区泉城路1号' }),
  mailAddress: must('text', cells.readText(120)),
  homeAddress: must('text', cells.readText(120)),
  phone: must('digits', cells.readPhone, { personal: 'phone', example: '13800000000' }),
  postcode: must('digits', cells.readPostcode, { example: '250000' }),
  onlyChild: yes(),
  hadPreschool: yes(),
  leftBehind: yes('父母双方外出务工或一方外出务工另一方无监护能力、不满十六周岁'),
  ruralLeftBehind: yes('户籍在农村的留守儿童；填“是”时“是否留守儿童”也应为“是”'),
  disabled: yes(),
  needsAid: yes(),
  receivesAid: yes(),
  orphan: yes(),
  martyrChild: yes(),
  migrant: yes(),
  ruralWorkerChild: yes('填“是”时“是否随迁子女”也应为“是”'),
  distance: must('number', cells.readDistance, { example: '1.5', note: '公里' }),
  commutingMode: code(commutingModes, { example: '步行' }),
  schoolBus: yes(),
  formerName: may('text', cells.readName),
  idValidity: may('text', cells.readValidity, { example: '2020.06.01-2030.06.01' }),
  bloodType: mayCode(bloodTypes),
  talent: may('text', cells.readText(60)),
  auxiliaryNumber: may('text', cells.readAuxiliaryNumber),
  numberInClass: may('text', cells.readText(10)),
  source: mayCode(studentSources),
  email: may('text', cells.readEmail),
  homepage: may('text', cells.readHomepage),
  purchasedPlace: mayCode(yesNo),
  ...memberRules(1),
  ...memberRules(2),
} as Record<StudentField, FieldRule>;

/** The cell or form text that `read` reads back to `value`. */
export function fieldText(field: StudentField, value: string): string {
  const rule = fieldRules[field];
  if (rule.kind === 'date' || rule.kind === 'month') return value.replaceAll('-', '');
  return rule.codes ? (nameOf(rule.codes, value) ?? value) : value;
}

/** The value as people read it: names for codes, full region names, id numbers and phones masked. */
export function shownValue(field: StudentField, value: string): string {
  const rule = fieldRules[field];
  if (rule.personal === 'id-number') return maskIdNumber(value);
  if (rule.personal === 'phone') return maskPhone(value);
  if (rule.kind === 'region') return regionFullName(value.slice(0, 6)) ?? value;
  return rule.codes ? (nameOf(rule.codes, value) ?? value) : value;
}

/** The members who are the pupil's guardians. */
export function guardiansOf(form: StudentForm): (1 | 2)[] {
  return ([1, 2] as const).filter((member) => form[`member${member}Guardian`] === '1');
}
