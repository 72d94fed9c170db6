import { dateText } from '../../contracts/core/china-time.ts';
import { declareSheet } from '../../contracts/core/sheet.ts';
import type { SheetColumn } from '../../contracts/core/sheet.ts';
import { supplementStateTitles } from '../../contracts/preschool.ts';
import type { PreschoolEntry } from '../../contracts/preschool.ts';
import {
  listedChecks,
  listedItems,
  matchStateTitles,
  registrationProgressTitles,
} from '../../contracts/preschool-rules.ts';
import type { ListedPupil } from '../../contracts/preschool-rules.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { ListSheet } from '../../shared/query/exported-list.ts';
import { identityKeyOf } from '../registration/form.ts';
import { columnOf } from '../registration/sheet.ts';

/** What the registrar downloads, fills in and uploads (features 1.2). */
export const preschoolListSheet = declareSheet<ListedPupil>({
  module: import.meta.url,
  name: 'preschoolListSheet',
  title: '学前调档名单',
  instructions: [
    '每行填写一名将入读本校一年级的学生，一个文件最多10000人。',
    '身份证件类型为“居民身份证”的，性别和出生日期可以不填，由身份证件号得出；填写了的须与号码一致。',
    '无身份证件的学生，身份证件类型选“其他”，身份证件号不填。',
    '身份证件号列已设为文本格式，请不要改动单元格格式，粘贴时选“只粘贴文本”。',
    '文件中只要有一行存在错误，整份文件都不会导入；按提示修改后重新上传即可。',
  ],
  columns: listedItems.map(
    (item) => ({ ...columnOf(item), width: item.field === 'idNumber' ? 24 : 16 }) as SheetColumn<ListedPupil>,
  ),
  rowChecks: listedChecks as NonNullable<Parameters<typeof declareSheet<ListedPupil>>[0]['rowChecks']>,
  unique: [
    { column: 'idNumber', key: (pupil) => identityKeyOf(pupil) ?? undefined },
    { column: 'name', key: (pupil) => (pupil.idType === 'Z' ? personKey(pupil) : undefined) },
  ],
});

/** Who a pupil without a document is, within one school. */
export function personKey({ name, sex, birthDate, idNumber = '' }: StudentForm): string {
  return [name, sex, birthDate, idNumber].join(':');
}

export const preschoolEntriesSheet: ListSheet<PreschoolEntry> = {
  title: '学前调档名单列表',
  unit: '人',
  columns: [
    ['姓名', 14, 'name'],
    ['性别', 8, 'sex'],
    ['出生日期', 14, 'birthDate'],
    ['身份证件类型', 24, 'idType'],
    ['身份证件号', 24, 'idNumber'],
    ['导入Excel名称', 30, 'fileName'],
    ['处理状态', 20, ({ matchState }) => matchStateTitles[matchState]],
    ['是否完成补录', 14, ({ supplement }) => supplementStateTitles[supplement]],
    ['学籍注册状态', 16, ({ progress }) => registrationProgressTitles[progress]],
    ['录入日期', 14, ({ createdAt }) => dateText(createdAt)],
  ],
};
