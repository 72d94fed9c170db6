import { applicationStateTitles } from '../../contracts/application.ts';
import { dateText } from '../../contracts/core/china-time.ts';
import { idCategoryTitles } from '../../contracts/people/id-document.ts';
import { checkStateTitles } from '../../contracts/registration.ts';
import type { RegistrationRow } from '../../contracts/registration.ts';
import { entryTitle } from '../../contracts/registration-entry.ts';
import type { ListColumn, ListSheet } from '../../shared/query/exported-list.ts';

const pupil: readonly ListColumn<RegistrationRow>[] = [
  ['学生姓名', 14, 'name'],
  ['性别', 8, 'sex'],
  ['出生日期', 14, 'birthDate'],
  ['身份证件类型', 20, 'idType'],
  ['身份证件号', 24, 'idNumber'],
  ['学校名称', 30, 'schoolName'],
  ['班级名称', 20, 'className'],
  ['注册类别', 28, (row) => entryTitle(row)],
  ['查重认证状态', 20, ({ checkState }) => checkStateTitles[checkState]],
];

export const registrationsSheet: ListSheet<RegistrationRow> = {
  title: '学籍注册列表',
  unit: '人',
  columns: [
    ...pupil,
    ['办理状态', 12, ({ state }) => applicationStateTitles[state]],
    ['当前处理单位', 30, 'turnOrgName'],
    ['学籍号', 24, 'studentNumber'],
    ['录入日期', 14, ({ createdAt }) => dateText(createdAt)],
  ],
};

/** 审核, 上报 and 退回修改. */
export const waitingSheet: ListSheet<RegistrationRow> = {
  title: '待办学籍注册列表',
  unit: '人',
  columns: [
    ...pupil,
    ['证件类别', 16, ({ category }) => idCategoryTitles[category]],
    ['退回意见', 40, 'returnedWith'],
    ['录入日期', 14, ({ createdAt }) => dateText(createdAt)],
    ['待办起始', 14, ({ turnSince }) => dateText(turnSince)],
  ],
};
