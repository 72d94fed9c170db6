import { describe, expect, test } from 'vitest';
import { ageAtEntry, entersThisYear, entryModeOfStage, onlyCategory, studentRowChecks } from './student-row-checks.ts';
import { readRegion } from './student-cells.ts';
import type { StudentForm } from './student-form.ts';

const today = '2026-09-10';
const found = (form: Partial<StudentForm>): [string, string][] =>
  [ageAtEntry('primary'), ...studentRowChecks]
    .flatMap((check) => check(form, today))
    .map(({ column, severity }) => [column, severity]);

describe('age of a first-grader (义务教育法 第十一条: six by 31 August of the entry year)', () => {
  test.each([
    ['2020-08-31', []],
    ['2020-09-01', [['birthDate', 'warning']]],
    ['2018-09-01', []],
    ['2018-08-31', [['birthDate', 'warning']]],
    ['2020-02-29', []],
  ])('born %s, entered in September 2026', (birthDate, findings) => {
    expect(found({ birthDate, entryMonth: '2026-09' })).toEqual(findings);
  });
});

describe('family members', () => {
  const father = { member1Name: '王强', member1Relation: '1', member1Guardian: '1' };
  test('one of them is a guardian, the first or the second', () => {
    const mother = { member2Name: '李丽', member2Relation: '2', member2Phone: '13800000000' };
    expect(found({ ...father, ...mother, member2Guardian: '0' })).toEqual([]);
    expect(found({ ...father, member1Guardian: '0', ...mother, member2Guardian: '1' })).toEqual([]);
    expect(found({ ...father, member1Guardian: '0' })).toEqual([['member1Guardian', 'error']]);
  });

  test('a second member of whom anything is said has a name: a nameless guardian is none', () => {
    const nameless = { ...father, member1Guardian: '0', member2Guardian: '1' };
    expect(found(nameless)).toContainEqual(['member2Name', 'error']);
    expect(found({ ...father, member2Employer: '某公司' }).map(([column]) => column)).toEqual([
      'member2Name',
      'member2Relation',
      'member2Phone',
      'member2Guardian',
    ]);
  });

  test('a document has both its type and its number', () => {
    expect(found({ ...father, member1IdNumber: '11010519491231002X' })).toEqual([['member1IdType', 'error']]);
    expect(found({ ...father, member1IdType: '1' })).toEqual([['member1IdNumber', 'error']]);
    expect(found({ ...father, member1IdType: 'Z' })).toEqual([]);
  });
});

test('§3.6 a first-grader enters by the modes of compulsory education only', () => {
  const check = entryModeOfStage('primary');
  expect(check({ entryMode: '11' }, today)).toEqual([]);
  expect(check({ entryMode: '21' }, today)).toMatchObject([
    { column: 'entryMode', severity: 'error', message: '小学的入学方式只有就近入学、其他（义务教育阶段）' },
  ]);
});

test.each([
  ['2026-09-10', '2026-09', 0],
  ['2026-09-10', '2025-09', 1],
  ['2026-06-10', '2025-09', 0],
  ['2026-06-10', '2026-09', 0],
  ['2026-06-10', '2016-09', 1],
])('on %s a first-grader of %s is asked about %i times', (day, entryMonth, times) => {
  expect(entersThisYear({ entryMonth }, day)).toHaveLength(times);
});

test('1.4 a pupil of another id category is told so', () => {
  expect(onlyCategory('resident')({ idType: 'A' }, today)).toMatchObject([{ column: 'idType', severity: 'error' }]);
});

test.each([
  ['370102000000', true],
  ['370100000000', false],
  ['370000000000', false],
  ['441900000000', true],
  ['460400', true],
  ['990101', false],
])('§3.10 a region is a county, or a city without counties: %s', (code, isRight) => {
  expect('value' in readRegion(code, today)).toBe(isRight);
});
