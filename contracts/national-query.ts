import { z } from 'zod';
import { askers } from './captcha.ts';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';
import { RecordStatus } from './national-index.ts';
import { Stage } from './orgs/org.ts';

/** 全国学籍查询 (features 17.1) and what the national index refused to take (H.2). */

/** Questions that one account may ask an hour: enough for a person at work, too few to copy the register (attack A36). */
export const NATIONAL_QUERIES_PER_HOUR_MAX = 30;
/** And all accounts of one school or bureau together, so that more accounts are not more of the register. The ministry has none. */
export const NATIONAL_QUERIES_PER_ORG_AND_HOUR_MAX = 60;

/** A record as the national query shows it: the document masked, the grade by name. */
export const NationalRecord = z.object({
  studentNumber: z.string(),
  name: z.string(),
  sex: z.string(),
  birthDate: z.string(),
  idType: z.string(),
  maskedIdNumber: z.string().nullable(),
  provinceName: z.string(),
  schoolName: z.string(),
  stage: Stage,
  /** Entry year: 小学2026级 is stage primary, cohort 2026. */
  cohort: z.int(),
  status: RecordStatus,
  problem: z.boolean(),
  changedAt: z.string(),
});
export type NationalRecord = z.infer<typeof NationalRecord>;

/**
 * The exact name with the student number or the id number; nothing fuzzy, so that it answers only who knows the pupil: for the
 * ministry, and for who fills in a cross-province application (ministry's description §17).
 * A post although it only reads: what was asked must not stand in an address, and every question is audited and counted.
 */
export const queryNationalRecords = endpoint({
  method: 'post',
  path: '/api/national-query',
  title: '全国学籍查询',
  access: { roles: askers, reach: 'subtree' },
  input: z
    .object({
      name: z.string().trim().min(1, '请填写姓名').max(64),
      studentNumber: z.string().trim().toUpperCase().max(32).optional(),
      idNumber: z.string().trim().toUpperCase().max(64).optional(),
      captcha: z.string().trim().min(1, '请填写验证码').max(16),
      purpose: z.string().trim().min(2, '请填写查询事由').max(100),
    })
    .refine((input) => Boolean(input.studentNumber) !== Boolean(input.idNumber), {
      path: ['studentNumber'],
      message: '请填写学籍号或身份证件号中的一项',
    }),
  output: z.object({ records: z.array(NationalRecord), remaining: z.int() }),
  problems: ['too-many-requests', 'invalid-input'],
});

/** Why a summary was refused: its formal number is another pupil's (invariant I08), or another province holds the record. */
export const IndexAlarmKind = z.enum(['number-taken', 'not-holder', 'claim-of-another']);
export type IndexAlarmKind = z.infer<typeof IndexAlarmKind>;
export const indexAlarmTitles: Record<IndexAlarmKind, string> = {
  'number-taken': '正式学籍号已属于其他学生',
  'not-holder': '该学籍由其他省份管理',
  'claim-of-another': '查重编号不属于该学生或该省份',
};

export const IndexAlarm = z.object({
  alarmNo: z.int(),
  at: z.string(),
  kind: IndexAlarmKind,
  provinceName: z.string(),
  schoolName: z.string(),
  maskedName: z.string(),
  maskedStudentNumber: z.string(),
  /** Who has the number, the record or the claim. */
  otherProvinceName: z.string().nullable(),
  /** How often it was refused; a province sends the summary again after each change. */
  times: z.int(),
});
export type IndexAlarm = z.infer<typeof IndexAlarm>;

export const listIndexAlarms = endpoint({
  method: 'get',
  path: '/api/national-index/alarms',
  title: '全国学籍库异常',
  access: { roles: ['ministry-operator'], reach: 'subtree' },
  input: PageInput.extend({ kind: IndexAlarmKind.optional() }),
  output: PageOf(IndexAlarm),
});

export const exportIndexAlarms = exportOf(listIndexAlarms);
