import { describe, expect, test } from 'vitest';
import { checkForm, emptyForm, toldByNumber } from './registration-checks.ts';
import { entryTitle, reasonAgainstEntry } from './registration-entry.ts';
import { studentItems } from './student-items.ts';
import { ageAtEntry, entryYearOfOthers, guardianHasResidentId } from './student-row-checks.ts';
import { studentFields } from './student-form.ts';

const today = '2026-09-10';
const resident = { kind: 'other-entrant', category: 'resident', stage: 'primary' } as const;

describe('a form is read by the rules of the import', () => {
  test('what is typed in variants is stored in one form; what is wrong is told at its field', () => {
    const { values, findings } = checkForm(resident, { name: ' 王 小明 ', classNo: '3班', phone: '123' }, today);
    expect(values).toMatchObject({ name: '王小明', classNo: '03' });
    expect(values.phone).toBeUndefined();
    expect(findings).toContainEqual(expect.objectContaining({ column: 'phone', severity: 'error' }));
    expect(findings).toContainEqual({ column: 'address', severity: 'error', message: '现住址必填，请填写' });
  });
  test('a code that is not in its table is an error, not a value', () => {
    const { values, findings } = checkForm(resident, { ethnicGroup: '汉族', nationality: 'XXX', sex: '7' }, today);
    expect(values.ethnicGroup).toBe('01');
    expect(findings.map(({ column }) => column)).toEqual(expect.arrayContaining(['nationality', 'sex']));
  });
  test('an item that the id category does not have is dropped', () => {
    const foreign = { ...resident, category: 'hmt-foreign' } as const;
    expect(checkForm(foreign, { householdType: '1' }, today).values).toEqual({});
  });
  test('every item of a form can be checked, whatever stands in it', () => {
    for (const text of ['', ' ', '1', 'x'.repeat(500), '２０２０', '\u0000', '长期'])
      for (const category of ['resident', 'hmt-foreign', 'none'] as const)
        checkForm({ ...resident, category }, Object.fromEntries(studentFields.map(([field]) => [field, text])), today);
  });
});

test('1.2 sex and birth date follow from a right resident id only', () => {
  expect(toldByNumber({ idType: '1', idNumber: '11010519491231002X' }, today)).toEqual({
    sex: '2',
    birthDate: '1949-12-31',
  });
  expect(toldByNumber({ idType: '1', idNumber: '110105194912310021' }, today)).toEqual({});
  expect(toldByNumber({ idType: 'A', idNumber: '11010519491231002X' }, today)).toEqual({});
});

test('the items by id category: 73, fewer for 港澳台和外籍; without a document its number is not asked for', () => {
  expect(studentItems('resident')).toHaveLength(73);
  expect(studentItems('hmt-foreign')).toHaveLength(58);
  expect(studentItems('none').find(({ field }) => field === 'idNumber')?.required).toBe(false);
  expect(emptyForm({ ...resident, category: 'none' }, '2137000003')).toMatchObject({ idType: 'Z', nationality: 'CHN' });
});

test('1.1, 1.14 the ways by kind and category', () => {
  const of = (kind: 'primary-entrant' | 'other-entrant', category: 'resident' | 'none') =>
    ({ kind, category, stage: 'primary' }) as const;
  expect(reasonAgainstEntry(of('primary-entrant', 'none'), 'single', ['primary'])).toBeUndefined();
  expect(reasonAgainstEntry(of('primary-entrant', 'none'), 'import', ['primary'])).toContain('逐个录入');
  expect(reasonAgainstEntry(of('primary-entrant', 'resident'), 'single', ['primary'])).toContain('文件导入');
  expect(reasonAgainstEntry(of('other-entrant', 'resident'), 'single', ['primary'])).toBeUndefined();
  expect(reasonAgainstEntry(of('primary-entrant', 'none'), 'single', ['senior'])).toContain('没有小学学段');
  expect(entryTitle({ ...resident, stage: 'junior' })).toBe('居民身份证非小学新生注册（初中）');
});

describe('a guardian with a resident id (无身份证件)', () => {
  const found = (form: object): string[] => guardianHasResidentId(form, today).map(({ column }) => column);
  const number = '370102198001010015';
  test.each([
    [{ member1Guardian: '1', member1IdType: '1', member1IdNumber: number }, []],
    [{ member1Guardian: '0', member2Guardian: '1', member2IdType: '1', member2IdNumber: number }, []],
    [{ member1Guardian: '0', member1IdType: '1', member1IdNumber: number, member2Guardian: '1' }, ['member2IdType']],
    [{ member1Guardian: '1', member1IdType: '1' }, ['member1IdNumber']],
    [{}, ['member1IdType']],
  ])('%j', (form, columns) => {
    expect(found(form)).toEqual(columns);
  });
});

describe('1.14 the year of entry of a pupil who is no first-grader', () => {
  const found = (stage: 'primary' | 'junior' | 'senior', entryMonth: string, now = today): string[] =>
    entryYearOfOthers(stage)({ entryMonth }, now).map(({ severity }) => severity);
  test.each([
    ['primary', '2026-09', today, ['error']],
    ['primary', '2025-09', today, []],
    ['primary', '2025-09', '2026-05-10', ['error']],
    ['primary', '2020-09', today, []],
    ['primary', '2019-09', today, ['warning']],
    ['junior', '2026-09', today, []],
    ['junior', '2027-09', today, ['error']],
    ['senior', '2022-09', today, ['warning']],
  ] as const)('%s %s on %s', (stage, entryMonth, now, severities) => {
    expect(found(stage, entryMonth, now)).toEqual(severities);
  });

  test.each([
    ['junior', '2014-08-31', 0],
    ['junior', '2014-09-01', 1],
    ['junior', '2010-09-01', 0],
    ['junior', '2010-08-31', 1],
    ['senior', '2011-08-31', 0],
    ['senior', '2011-09-01', 1],
    ['senior', '2006-08-31', 1],
  ] as const)('the age at entry of %s, born %s', (stage, birthDate, warnings) => {
    expect(ageAtEntry(stage)({ birthDate, entryMonth: '2025-09' }, today)).toHaveLength(warnings);
  });
});
