import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bloodTypes } from './blood-type.ts';
import { codeSchema, codesOf, lookUpName, nameOf, namesOf, type CodeTable } from './code-table.ts';
import { commutingModes } from './commuting-mode.ts';
import { countries, CountryCode, countryOfNumber } from './country.ts';
import { disabilityTypes } from './disability-type.ts';
import { entryModes, entryModesOf } from './entry-mode.ts';
import { ethnicGroups } from './ethnic-group.ts';
import { familyRelations } from './family-relation.ts';
import { healthStates } from './health.ts';
import { hmtOverseas } from './hmt-overseas.ts';
import { householdTypes } from './household-type.ts';
import { idTypes } from './id-type.ts';
import { politicalStatuses, studentPoliticalStatuses } from './political-status.ts';
import { attachedClassTypes, categoryOfSchoolType, schoolTypes, stagesOfSchoolType } from './school-type.ts';
import { Sex, sexes } from './sex.ts';
import { studentSources } from './student-source.ts';
import { studyModes } from './study-mode.ts';
import { yesNo } from './yes-no.ts';

const tables: CodeTable[] = [
  attachedClassTypes,
  bloodTypes,
  commutingModes,
  countries,
  disabilityTypes,
  entryModes,
  ethnicGroups,
  familyRelations,
  healthStates,
  hmtOverseas,
  householdTypes,
  idTypes,
  politicalStatuses,
  schoolTypes,
  sexes,
  studentPoliticalStatuses,
  studentSources,
  studyModes,
  yesNo,
];

describe.each(tables.map((table) => [table.title, table.source, table] as const))(
  'code table %s (%s)',
  (_, __, table) => {
    test('has each code and each name once, and a source', () => {
      expect(new Set(codesOf(table)).size).toBe(table.rows.length);
      expect(new Set(namesOf(table)).size).toBe(table.rows.length);
      expect(table.source).not.toBe('');
    });

    test('every name leads to its code and back, also written with blanks, full-width letters and other brackets', () => {
      for (const [code, name] of table.rows) {
        expect(nameOf(table, code)).toBe(name);
        const untidy = ` ${name.replaceAll('（', '(').replaceAll('）', ')').split('').join('\u3000')}\t`;
        for (const text of [name, untidy, fullWidth(name)]) expect(lookUpName(table, text)).toEqual({ ok: true, code });
      }
    });

    test('every alias leads to a code of the table and hides no name', () => {
      for (const [alias, code] of Object.entries(table.aliases ?? {})) {
        expect([alias, lookUpName(table, alias)]).toEqual([alias, { ok: true, code }]);
        expect([alias, codesOf(table).includes(code)]).toEqual([alias, true]);
        expect([alias, namesOf(table).includes(alias)]).toEqual([alias, false]);
      }
    });

    test('a suggestion is always one of its names, and no text makes the look-up fail', () => {
      const anyText = fc.oneof(
        fc.string(),
        fc.constantFrom(...namesOf(table)).map((name) => `${name}x`),
      );
      fc.assert(
        fc.property(anyText, (text) => {
          const found = lookUpName(table, text);
          if (found.ok) expect(codesOf(table)).toContain(found.code);
          else if (found.suggestion !== undefined) expect(namesOf(table)).toContain(found.suggestion);
        }),
      );
    });
  },
);

describe('look-up of a name from an Excel cell', () => {
  test('a slip of the pen is refused with the name that was probably meant', () => {
    expect(lookUpName(ethnicGroups, '维吾尓族')).toMatchObject({ ok: false, suggestion: '维吾尔族' });
    expect(lookUpName(politicalStatuses, '共青团圆')).toMatchObject({ ok: false, suggestion: '共青团员' });
    expect(lookUpName(idTypes, '居民身份证件')).toMatchObject({ ok: false, suggestion: '居民身份证' });
  });

  test('a code in place of a name is refused with its name', () => {
    expect(lookUpName(sexes, '1')).toMatchObject({ ok: false, suggestion: '男' });
    expect(lookUpName(countries, 'chn')).toMatchObject({ ok: false, suggestion: '中国' });
  });

  test('what is near to nothing, or to two names alike, is refused with the list', () => {
    expect(lookUpName(sexes, '不详')).toEqual({ ok: false, message: '性别中没有“不详”，请填写：男、女' });
    expect(lookUpName(politicalStatuses, '民某会员')).not.toHaveProperty('suggestion');
    expect(lookUpName(sexes, '  ')).toEqual({ ok: false, message: '性别为空，请填写' });
  });

  test('the schema takes codes only', () => {
    expect(Sex.safeParse('1').success).toBe(true);
    expect(codeSchema(sexes).safeParse('男').error?.issues[0]?.message).toBe('不是“性别”中的选项');
    expect(CountryCode.safeParse('CHN').success).toBe(true);
    expect(CountryCode.safeParse('XXX').success).toBe(false);
  });
});

describe('tables with rules', () => {
  test('the tables have as many rows as their standards', () => {
    expect([ethnicGroups.rows.length, countries.rows.length, politicalStatuses.rows.length]).toEqual([58, 249, 13]);
    expect([nameOf(ethnicGroups, '30'), nameOf(ethnicGroups, '56')]).toEqual(['土族', '基诺族']);
  });

  test('Hong Kong, Macao and Taiwan are named as parts of China', () => {
    expect(['CHN', 'HKG', 'MAC', 'TWN'].map((code) => nameOf(countries, code))).toEqual([
      '中国',
      '中国香港',
      '中国澳门',
      '中国台湾',
    ]);
  });

  test('a country is found by its number', () => {
    expect(['682', '156', '840', '004'].map(countryOfNumber)).toEqual(['SAU', 'CHN', 'USA', 'AFG']);
    expect(countryOfNumber('000')).toBeUndefined();
  });

  test('entry modes belong to the compulsory or to the senior stage, each to one', () => {
    expect([...entryModesOf('junior'), ...entryModesOf('senior')]).toEqual(codesOf(entryModes));
  });

  test('11.1 其他残疾 is not offered', () => {
    expect(namesOf(disabilityTypes)).not.toContain('其他残疾');
  });

  test('a school type tells the stages and the group of review chains', () => {
    expect(stagesOfSchoolType['341']).toEqual(['junior', 'senior']);
    expect((['211', '371', '513'] as const).map(categoryOfSchoolType)).toEqual([
      'regular',
      'reformatory',
      'special-education',
    ]);
  });
});

function fullWidth(text: string): string {
  return text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
}
