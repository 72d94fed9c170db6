import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';
import { RecordStatus, recordStatusTitles } from './national-index.ts';
import { Stage } from './orgs/org.ts';
import { StudentEvent } from './packed-record.ts';
import { TransferKind } from './transfer-rules.ts';
import { TransferState } from './transfer.ts';

/** The pupils' records of a school or area (综合查询, features 15.1): list, export, and the page of one record. */

/** Which node may write the record: this one; none while it is being handed over (调档中); another. */
export const Custody = z.enum(['active', 'sealed', 'moved-out']);
export type Custody = z.infer<typeof Custody>;
export const custodyTitles: Record<Custody, string> = { active: '在籍', sealed: '调档中', 'moved-out': '已调出' };

/** 是否分班: who came from elsewhere waits for a class. */
export const Assigned = z.enum(['yes', 'no']);
export const assignedTitles: Record<z.infer<typeof Assigned>, string> = { yes: '已分班', no: '待分班' };

/** What was deleted (已删除) is in no list. */
export const ListedStatus = RecordStatus.exclude(['deleted']);
export const listedStatusTitles: Readonly<Record<string, string>> = Object.fromEntries(
  ListedStatus.options.map((status) => [status, recordStatusTitles[status]]),
);

/** 是否问题学籍. */
export const HasProblem = z.enum(['yes', 'no']);
export const problemTitles: Record<z.infer<typeof HasProblem>, string> = { yes: '问题学籍', no: '无问题' };

/** Where a record is going, or has gone, and since when. */
export const Departure = z.object({
  transfer: z.string(),
  provinceName: z.string(),
  /** Empty when the hub has not told yet. */
  schoolName: z.string(),
  gradeName: z.string().nullable(),
  at: z.string(),
});
export type Departure = z.infer<typeof Departure>;

export const StudentRow = z.object({
  id: z.string(),
  /** Masked where it holds the resident id. */
  studentNumber: z.string(),
  name: z.string(),
  sex: z.string(),
  birthDate: z.string(),
  idType: z.string(),
  /** Masked: lists never show the whole number. */
  idNumber: z.string(),
  schoolId: z.string(),
  schoolName: z.string(),
  gradeName: z.string(),
  /** Null: 待分班. */
  className: z.string().nullable(),
  status: RecordStatus,
  problem: z.boolean(),
  custody: Custody,
  /** Null while the record is in custody here. */
  departure: Departure.nullable(),
  changedAt: z.string(),
});
export type StudentRow = z.infer<typeof StudentRow>;

const people = ['school-registrar', 'school-head', 'bureau-registrar'] as const;
const oneStudent = { roles: people, reach: { one: 'student', from: 'id' } } as const;

const conditions = {
  /** A school; or a bureau, for all schools below it. */
  orgId: z.string().max(64).optional(),
  name: z.string().max(64).optional(),
  /** The whole numbers. */
  studentNumber: z.string().trim().toUpperCase().max(32).optional(),
  idNumber: z.string().max(32).optional(),
  stage: Stage.optional(),
  /** Entry year of the grade. */
  cohort: z
    .string()
    .trim()
    .regex(/^(19|20)\d\d$/, '请填写四位的入学年份，如 2023')
    .transform(Number)
    .optional(),
  classNo: z
    .string()
    .trim()
    .regex(/^\d{1,2}$/, '请填写班号，如 03')
    .transform((digits) => digits.padStart(2, '0'))
    .optional(),
  assigned: Assigned.optional(),
  status: ListedStatus.optional(),
  custody: Custody.optional(),
  problem: HasProblem.optional(),
};

/** 学生信息查询: pupils in every state, past cohorts and those who have left included (features 15.1). */
export const listStudents = endpoint({
  method: 'get',
  path: '/api/students',
  title: '学生信息查询',
  access: { roles: people, reach: 'subtree' },
  input: PageInput.extend(conditions),
  output: PageOf(StudentRow),
  problems: ['invalid-input'],
});

/** What the conditions select, as the list shows it; more than a list reaches must be narrowed first. */
export const exportStudents = exportOf(listStudents);

const Sections = z.array(
  z.object({ title: z.string(), items: z.array(z.object({ title: z.string(), value: z.string() })) }),
);

/** Everything that the page of one record shows but its pictures: readable values, id numbers and phones masked. */
/** A cross-province case of the pupil, as the hub last told: the whole of it, and its 案卷, are on the unified platform. */
export const StudentCase = z.object({
  id: z.string(),
  kind: TransferKind,
  state: TransferState,
  fromSchoolName: z.string(),
  toSchoolName: z.string(),
  appliedAt: z.string(),
});
export type StudentCase = z.infer<typeof StudentCase>;

export const StudentRecord = z.object({
  student: StudentRow,
  createdAt: z.string(),
  /** The groups of problem records that it is or was in, the open ones first; `title` is the 错误类型. */
  problems: z.array(z.object({ recordId: z.string(), title: z.string(), isOpen: z.boolean() })),
  /** 在办业务: what is under way on the record, and for whom; null without one. */
  openBusiness: z.string().nullable(),
  sections: Sections,
  family: Sections,
  /** 学籍变动情况, the latest first. */
  events: z.array(StudentEvent),
  /** The latest first. */
  cases: z.array(StudentCase),
});
export type StudentRecord = z.infer<typeof StudentRecord>;

export const getStudentRecord = endpoint({
  method: 'get',
  path: '/api/students/one',
  title: '查看学籍',
  access: oneStudent,
  input: z.object({ id: z.string() }),
  output: StudentRecord,
  problems: ['not-found'],
  audited: true,
});

/** The numbers in full, for a reason that the audit log keeps. */
export const revealNumbers = endpoint({
  method: 'post',
  path: '/api/students/reveal',
  title: '查看完整号码',
  access: oneStudent,
  input: z.object({ id: z.string(), reason: z.string().trim().min(1, '请填写查看原因').max(200) }),
  output: z.object({ studentNumber: z.string(), idNumber: z.string().nullable() }),
  problems: ['not-found'],
});

/** For the home page of a school: who came and waits for a class, and whose record is on its way to another province. */
export const countMovingStudents = endpoint({
  method: 'get',
  path: '/api/students/moving',
  title: '调入调出学生统计',
  access: { roles: ['school-registrar', 'school-head'], levels: ['school'], reach: 'subtree' },
  input: z.object({}),
  output: z.object({ unassigned: z.int(), sealed: z.int() }),
});
