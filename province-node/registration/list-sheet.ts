import { applicationStateTitles } from '../../contracts/application.ts';
import { declareSheet, listColumns } from '../../contracts/core/sheet.ts';
import { checkStateTitles } from '../../contracts/registration.ts';
import type { RegistrationRow } from '../../contracts/registration.ts';
import { entryTitle } from '../../contracts/registration-entry.ts';
import { chinaDate } from '../../shared/clock.ts';

/** One registration as a line of the exported list: as the page shows it. */
type RegistrationLine = Record<keyof typeof lineTitles, string>;

const lineTitles = {
  name: ['学生姓名', 14],
  sex: ['性别', 8],
  birthDate: ['出生日期', 14],
  idType: ['身份证件类型', 20],
  idNumber: ['身份证件号', 24],
  schoolName: ['学校名称', 30],
  className: ['班级名称', 20],
  kind: ['注册类别', 28],
  checkState: ['查重认证状态', 20],
  state: ['办理状态', 12],
  turnOrgName: ['当前处理单位', 30],
  studentNumber: ['学籍号', 24],
  createdAt: ['录入日期', 14],
} as const;

export const registrationsSheet = declareSheet<RegistrationLine>({
  module: import.meta.url,
  name: 'registrationsSheet',
  title: '学籍注册列表',
  instructions: [],
  columns: listColumns<RegistrationLine>(lineTitles),
});

export function lineOf(row: RegistrationRow): RegistrationLine {
  return {
    ...row,
    kind: entryTitle(row),
    checkState: checkStateTitles[row.checkState],
    state: applicationStateTitles[row.state],
    turnOrgName: row.turnOrgName ?? '',
    studentNumber: row.studentNumber ?? '',
    createdAt: chinaDate(Date.parse(row.createdAt)),
  };
}
