import { describe, expect, test } from 'vitest';
import {
  cohortChoices,
  completed,
  groupOf,
  keyValueErrors,
  laidOver,
  numberAfter,
  reasonsAgainstChanging,
  refusedCombinations,
} from './key-change-rules.ts';
import { changedFields, keyValuesOf, shownChanges } from './key-data.ts';
import type { KeyField, KeyValues } from './key-data.ts';
import { maskIdNumber } from './people/names.ts';
import { checkCharacter } from './people/number-text.ts';
import { formalNumber } from './people/student-number.ts';

const today = '2026-11-26';
const withCheck = (body: string): string => body + checkCharacter(body);
const [own, girl] = [withCheck('37010220190215001'), withCheck('37010220190301002')];
const before: KeyValues = {
  name: '王小明',
  idType: '1',
  idNumber: own,
  sex: '1',
  birthDate: '2019-02-15',
  nationality: 'CHN',
  overseas: '00',
  cohort: '2025',
  classNo: '01',
};
const pointers = (after: KeyValues, form: object = {}): string[] =>
  keyValueErrors(before, after, { ...form, ...after }, { stage: 'primary' }, today).errors.map(
    ({ pointer }) => pointer,
  );

describe('6.2 what is not applied for', () => {
  test.each<[string, boolean, KeyValues, string[]]>([
    ['name alone', true, { name: '王明' }, []],
    ['number alone', true, { idNumber: girl }, []],
    ['name and number', true, { name: '王明', idNumber: girl }, ['/values/name']],
    ['name and type', false, { name: '王明', idType: 'A', idNumber: 'E1234567' }, ['/values/name']],
    ['a formal number without a document', true, { idType: 'Z' }, ['/values/idType']],
    ['a temporary number without a document', false, { idType: 'Z' }, []],
    ['a formal number with a passport', true, { idType: 'A', idNumber: 'E1234567' }, []],
  ])('%s', (_name, isFormal, typed, refused) => {
    const errors = refusedCombinations(isFormal, before, laidOver(before, typed));
    expect(errors.map(({ pointer }) => pointer)).toEqual(refused);
  });
});

describe('6.2, 6.3 whose chain it has', () => {
  const earlier = (field: KeyField, at: string) => [{ at, fields: [field] }];
  const now = '2026-11-26T01:00:00.000Z';
  test.each<[string, KeyValues, ReturnType<typeof earlier>, string]>([
    ['name', { name: '王明' }, [], 'ordinary'],
    ['name after number, 364 days', { name: '王明' }, earlier('idNumber', '2025-11-27T01:00:00.000Z'), 'within-year'],
    ['name after number, one year', { name: '王明' }, earlier('idNumber', '2025-11-26T01:00:00.000Z'), 'ordinary'],
    ['number after name', { idNumber: girl }, earlier('name', '2026-09-01T00:00:00.000Z'), 'within-year'],
    ['name after name', { name: '王明' }, earlier('name', '2026-09-01T00:00:00.000Z'), 'ordinary'],
    ['to a passport', { idType: 'A', idNumber: 'E1234567' }, [], 'hmt-foreign'],
    ['to no document', { idType: 'Z' }, [], 'none'],
    ['class', { classNo: '02' }, earlier('idNumber', '2026-09-01T00:00:00.000Z'), 'ordinary'],
  ])('%s', (_name, typed, changes, group) => {
    expect(groupOf(before, laidOver(before, typed), changes, now)).toBe(group);
  });
});

test('1.13, 2.3 the number stays, becomes formal, or gives way to a temporary one', () => {
  const [formal, temporary] = [formalNumber(before.idNumber!), 'L37010220190901001X'];
  expect(numberAfter(formal, 'resident', true)).toBe('keep');
  expect(numberAfter(formal, 'hmt-foreign', false)).toBe('temporary');
  expect(numberAfter(temporary, 'resident', true)).toBe('formal');
  expect(numberAfter(temporary, 'resident', false)).toBe('keep');
  expect(numberAfter(temporary, 'none', false)).toBe('keep');
  expect(numberAfter(temporary, 'hmt-foreign', false)).toBe('keep');
});

describe('6.1 the values', () => {
  test('sex and birth date follow from a resident number', () => {
    const after = completed(laidOver(before, { idNumber: girl }), today);
    expect(after).toMatchObject({ birthDate: '2019-03-01', sex: '2' });
    expect(changedFields(before, after)).toEqual(['idNumber', 'sex', 'birthDate']);
  });

  test('without a document the old number goes', () => {
    expect(laidOver(before, { idType: 'Z' }).idNumber).toBeUndefined();
  });

  test('each is read by its own rule, and what must hold between them', () => {
    expect(pointers({ ...before, idNumber: '370102201902150010' })).toContain('/values/idNumber');
    expect(pointers({ ...before, name: '王' })).toEqual(['/values/name']);
    expect(pointers({ ...before, cohort: '1999' })).toEqual(['/values/cohort']);
    expect(pointers({ ...before, idType: 'A', idNumber: 'E1234567' })).toEqual(['/values/overseas']);
    expect(pointers({ ...before, idType: 'A' })).toContain('/values/idNumber');
    expect(pointers(laidOver(before, { idType: 'Z' }))).toEqual(['/values/idType']);
    const guardian = { member1Guardian: '1', member1IdType: '1', member1IdNumber: '370102198001010015' };
    expect(pointers(laidOver(before, { idType: 'Z' }), guardian)).toEqual([]);
  });

  test('numbers are masked where they are shown', () => {
    const values = keyValuesOf(before as object, { cohort: 2025, classNo: '01' });
    expect(values).toEqual(before);
    expect(shownChanges(values, { ...values, idNumber: girl, cohort: '2024' }, 'primary')).toEqual([
      { field: 'idNumber', before: maskIdNumber(own), after: maskIdNumber(girl) },
      { field: 'cohort', before: '小学2025级', after: '小学2024级' },
    ]);
    expect(cohortChoices('primary', 2025, today)).toEqual([2025, 2026, 2024, 2023, 2022, 2021]);
  });
});

test('1.6 what stands against it names who can clear it', () => {
  const free = {
    stage: 'primary',
    status: 'enrolled',
    custody: 'active',
    openBusiness: null,
    problem: 0,
    ofProblem: false,
    awaitsDedup: 0,
  } as const;
  expect(reasonsAgainstChanging(free)).toEqual([]);
  expect(reasonsAgainstChanging({ ...free, custody: 'sealed', status: 'deceased' })).toHaveLength(2);
  const openBusiness = { kind: 'in-province-transfer', title: '省内转学', schoolName: '市中区实验小学' } as const;
  expect(reasonsAgainstChanging({ ...free, openBusiness })[0]).toContain('市中区实验小学');
  expect(reasonsAgainstChanging({ ...free, awaitsDedup: 1 })[0]).toContain('正在全国查重');
  expect(reasonsAgainstChanging({ ...free, problem: 1 })[0]).toContain('问题学籍');
  expect(reasonsAgainstChanging({ ...free, problem: 1, ofProblem: true })).toEqual([]);
});
