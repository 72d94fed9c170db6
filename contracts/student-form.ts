import { z } from 'zod';

/**
 * The items of a pupil's record (学籍信息) in the order of the phase-two import template: 73 columns, of which two
 * family members of twelve items each. Sections are those of the record page.
 */
export const memberFields = [
  ['Name', '姓名'],
  ['Relation', '关系'],
  ['RelationNote', '关系说明'],
  ['Address', '现住址'],
  ['HouseholdRegion', '户口所在地行政区划'],
  ['Phone', '联系电话'],
  ['Guardian', '是否监护人'],
  ['IdType', '身份证件类型'],
  ['IdNumber', '身份证件号'],
  ['EthnicGroup', '民族'],
  ['Employer', '工作单位'],
  ['Position', '职务'],
] as const;
type MemberField = (typeof memberFields)[number][0];

export const pupilFields = [
  ['schoolCode', '学校标识码'],
  ['name', '姓名'],
  ['sex', '性别'],
  ['birthDate', '出生日期'],
  ['birthRegion', '出生地行政区划代码'],
  ['nativePlace', '籍贯'],
  ['ethnicGroup', '民族'],
  ['nationality', '国籍/地区'],
  ['idType', '身份证件类型'],
  ['idNumber', '身份证件号'],
  ['overseas', '港澳台侨外'],
  ['health', '健康状况'],
  ['politicalStatus', '政治面貌'],
  ['householdType', '户口性质'],
  ['householdRegion', '户口所在地行政区划'],
  ['campusNo', '校区号'],
  ['classNo', '班号'],
  ['entryMonth', '入学年月'],
  ['entryMode', '入学方式'],
  ['studyMode', '就读方式'],
  ['address', '现住址'],
  ['mailAddress', '通信地址'],
  ['homeAddress', '家庭地址'],
  ['phone', '联系电话'],
  ['postcode', '邮政编码'],
  ['onlyChild', '是否独生子女'],
  ['hadPreschool', '是否受过学前教育'],
  ['leftBehind', '是否留守儿童'],
  ['ruralLeftBehind', '是否农村留守儿童'],
  ['disabled', '是否残疾人'],
  ['needsAid', '是否需要申请资助'],
  ['receivesAid', '是否享受一补'],
  ['orphan', '是否孤儿'],
  ['martyrChild', '是否烈士或优抚子女'],
  ['migrant', '是否随迁子女'],
  ['ruralWorkerChild', '是否进城务工人员随迁子女'],
  ['distance', '上下学距离'],
  ['commutingMode', '上下学交通方式'],
  ['schoolBus', '是否乘坐校车'],
  ['formerName', '曾用名'],
  ['idValidity', '身份证件有效期'],
  ['bloodType', '血型'],
  ['talent', '特长'],
  ['auxiliaryNumber', '学籍辅号'],
  ['numberInClass', '班内学号'],
  ['source', '学生来源'],
  ['email', '电子信箱'],
  ['homepage', '主页地址'],
  ['purchasedPlace', '是否由政府购买学位'],
] as const;
type PupilField = (typeof pupilFields)[number][0];

export type StudentField = PupilField | `member${1 | 2}${MemberField}`;

export const studentFields: readonly (readonly [StudentField, string])[] = [
  ...pupilFields,
  ...([1, 2] as const).flatMap((member) =>
    memberFields.map(([field, title]) => [`member${member}${field}`, `成员${member}${title}`] as const),
  ),
];

export const studentFieldTitles = Object.fromEntries(studentFields) as Record<StudentField, string>;

/** As a page says it: regions are chosen and shown by name, only the template speaks of their code. */
export function shownTitle(title: string): string {
  return title.replace(/行政区划(代码)?$/, '');
}

/**
 * What was filled in. Codes are stored as codes, dates as `2019-09-01`, months as `2026-09`, everything else as text;
 * items that were left empty are absent.
 */
export type StudentForm = Partial<Record<StudentField, string>>;
export const StudentForm: z.ZodType<StudentForm> = z.partialRecord(
  z.enum(studentFields.map(([field]) => field) as [StudentField, ...StudentField[]]),
  z.string().max(500),
);

/** How the record page and every detail drawer group the items. */
export const studentSections: readonly { title: string; fields: readonly StudentField[] }[] = [
  {
    title: '个人基础信息',
    fields: [
      ...(['name', 'sex', 'birthDate', 'idType', 'idNumber', 'ethnicGroup', 'nationality', 'overseas'] as const),
      ...(['birthRegion', 'nativePlace', 'householdType', 'householdRegion', 'health', 'politicalStatus'] as const),
    ],
  },
  {
    title: '学籍信息',
    fields: [
      ...(['schoolCode', 'campusNo', 'classNo', 'numberInClass', 'entryMonth', 'entryMode', 'studyMode'] as const),
      ...(['source', 'auxiliaryNumber', 'purchasedPlace'] as const),
    ],
  },
  {
    title: '联系方式',
    fields: ['address', 'mailAddress', 'homeAddress', 'phone', 'postcode', 'email', 'homepage'],
  },
  {
    title: '扩展信息',
    fields: [
      ...(['onlyChild', 'hadPreschool', 'leftBehind', 'ruralLeftBehind', 'disabled', 'needsAid'] as const),
      ...(['receivesAid', 'orphan', 'martyrChild', 'migrant', 'ruralWorkerChild', 'distance'] as const),
      ...(['commutingMode', 'schoolBus', 'formerName', 'idValidity', 'bloodType', 'talent'] as const),
    ],
  },
  ...([1, 2] as const).map((member) => ({
    title: `家庭成员${member}`,
    fields: memberFields.map(([field]) => `member${member}${field}` as const),
  })),
];
