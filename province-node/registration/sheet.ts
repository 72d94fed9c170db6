import { declareSheet } from '../../contracts/core/sheet.ts';
import type { SheetColumn } from '../../contracts/core/sheet.ts';
import type { IdType } from '../../contracts/codes/id-type.ts';
import { identityKey } from '../../contracts/people/id-document.ts';
import { studentFields } from '../../contracts/student-form.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import {
  entersThisYear,
  entryModeOfStage,
  onlyCategory,
  studentRowChecks,
} from '../../contracts/student-row-checks.ts';
import { fieldRules, fieldText } from '../../contracts/student-rules.ts';

/** The 73 columns of the phase-two template, in its order. */
const columns = studentFields.map(([key, title]) => {
  const { kind, read, required, codes, note, example } = fieldRules[key];
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
});

/** 居民身份证小学新生注册: what the registrar downloads, fills in and uploads (features 1.6). */
export const residentEntrantSheet = declareSheet<StudentForm>({
  module: import.meta.url,
  name: 'residentEntrantSheet',
  title: '居民身份证小学新生注册',
  instructions: [
    '本模板只用于持居民身份证的小学一年级新生；港澳台和外籍、无身份证件的学生不能混在一起导入。',
    '表头带★的为必填项。选项列请从下拉列表中选择名称，不要填写代码。',
    '身份证件号、联系电话、行政区划代码等数字列已设为文本格式，请不要改动单元格格式，粘贴时选“只粘贴文本”。',
    '日期填8位数字，如20200315；入学年月填6位数字，如202609；行政区划填12位代码，如370102000000。',
    '文件中只要有一行存在错误，整份文件都不会注册；按提示修改后重新上传即可。',
  ],
  columns,
  rowChecks: [onlyCategory('resident'), entryModeOfStage('primary'), entersThisYear, ...studentRowChecks],
  unique: [
    {
      column: 'idNumber',
      key: ({ idType, idNumber }) =>
        idType === undefined || idNumber === undefined
          ? undefined
          : (identityKey(idType as IdType, idNumber) ?? undefined),
    },
  ],
});
