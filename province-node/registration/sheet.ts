import { declareSheet } from '../../contracts/core/sheet.ts';
import type { SheetColumn, SheetDeclaration } from '../../contracts/core/sheet.ts';
import { stageTitles } from '../../contracts/orgs/org.ts';
import { idCategoryTitles } from '../../contracts/people/id-document.ts';
import { entryChecks } from '../../contracts/registration-checks.ts';
import type { AskedItem } from '../../contracts/registration-checks.ts';
import { entryTitle } from '../../contracts/registration-entry.ts';
import type { RegistrationEntry } from '../../contracts/registration-entry.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { studentItems } from '../../contracts/student-items.ts';
import { fieldText } from '../../contracts/student-rules.ts';
import { must } from '../../shared/assert.ts';
import { identityKeyOf } from './form.ts';

/** What the registrar downloads, fills in and uploads to register the pupils of one entry (features 1.6, 1.14). */
function entrySheet(name: string, entry: RegistrationEntry): SheetDeclaration<StudentForm> {
  return declareSheet<StudentForm>({
    module: import.meta.url,
    name,
    title: entryTitle(entry),
    instructions: [
      whoseTemplate(entry),
      '表头带★的为必填项。选项列请从下拉列表中选择名称，不要填写代码。',
      '身份证件号、联系电话、行政区划代码等数字列已设为文本格式，请不要改动单元格格式，粘贴时选“只粘贴文本”。',
      `日期填8位数字，如20200315；入学年月填6位数字，如202609${
        entry.kind === 'other-entrant' ? `，为进入${stageTitles[entry.stage]}的年月` : ''
      }；行政区划填12位代码，如370102000000。`,
      '文件中只要有一行存在错误，整份文件都不会注册；按提示修改后重新上传即可。',
    ],
    columns: studentItems(entry.category).map(({ example, ...item }) =>
      columnOf(
        example === undefined || (item.field === 'idType' && entry.category !== 'resident')
          ? item
          : { ...item, example },
      ),
    ),
    rowChecks: entryChecks(entry),
    unique: [{ column: 'idNumber', key: (pupil) => identityKeyOf(pupil) ?? undefined }],
  });
}

/** An item of a pupil as a column that people fill in. */
export function columnOf(item: AskedItem): SheetColumn<StudentForm> {
  const { field: key, title, kind, required, read, codes, note, example } = item;
  return {
    key,
    title,
    kind,
    required,
    parse: read,
    show: (value: string) => fieldText(key, value),
    ...(codes === undefined ? {} : { codes }),
    ...(note === undefined ? {} : { note }),
    ...(example === undefined ? {} : { example }),
  } as SheetColumn<StudentForm>;
}

function whoseTemplate({ kind, category, stage }: RegistrationEntry): string {
  const document = `持${category === 'resident' ? '居民身份证' : '港澳台和外籍证件'}的`;
  const pupils = kind === 'primary-entrant' ? '小学一年级新生' : `${stageTitles[stage]}学生（小学一年级新生除外）`;
  const others = (['resident', 'hmt-foreign', 'none'] as const)
    .filter((other) => other !== category)
    .map((other) => idCategoryTitles[other]);
  return `本模板只用于${document}${pupils}；${others.join('、')}的学生不能混在一起导入。`;
}

const primaryEntrant = { kind: 'primary-entrant', stage: 'primary' } as const;

/** 居民身份证小学新生注册: the 73 columns of the phase-two template, in its order. */
export const residentEntrantSheet = entrySheet('residentEntrantSheet', { ...primaryEntrant, category: 'resident' });
/** 港澳台和外籍小学新生注册: fewer items. */
export const hmtForeignEntrantSheet = entrySheet('hmtForeignEntrantSheet', {
  ...primaryEntrant,
  category: 'hmt-foreign',
});

const other = (category: 'resident' | 'hmt-foreign', stage: RegistrationEntry['stage']): RegistrationEntry => ({
  kind: 'other-entrant',
  category,
  stage,
});
// The worker thread finds a sheet among the exports of this module: each is one.
export const residentPrimarySheet = entrySheet('residentPrimarySheet', other('resident', 'primary'));
export const residentJuniorSheet = entrySheet('residentJuniorSheet', other('resident', 'junior'));
export const residentSeniorSheet = entrySheet('residentSeniorSheet', other('resident', 'senior'));
export const hmtForeignPrimarySheet = entrySheet('hmtForeignPrimarySheet', other('hmt-foreign', 'primary'));
export const hmtForeignJuniorSheet = entrySheet('hmtForeignJuniorSheet', other('hmt-foreign', 'junior'));
export const hmtForeignSeniorSheet = entrySheet('hmtForeignSeniorSheet', other('hmt-foreign', 'senior'));

const sheets = [
  ...([residentEntrantSheet, hmtForeignEntrantSheet] as const),
  ...([residentPrimarySheet, residentJuniorSheet, residentSeniorSheet] as const),
  ...([hmtForeignPrimarySheet, hmtForeignJuniorSheet, hmtForeignSeniorSheet] as const),
];

/** The sheet of an entry by file; there is none without a document. */
export function sheetOf(entry: RegistrationEntry): SheetDeclaration<StudentForm> {
  return must(
    sheets.find(({ title }) => title === entryTitle(entry)),
    `a sheet of ${entryTitle(entry)}`,
  );
}
