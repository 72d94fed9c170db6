import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';
import { Stage } from './orgs/org.ts';
import { handlerRoles } from './orgs/roles.ts';
import { GroupState, Handling, MemberState, ProblemKind, problemKindTitles, ProblemOrigin } from './problem-rules.ts';

/**
 * 问题学籍 in a province (features 2.1–2.9): one problem record is one record in one group. 省内 groups are the province's own, 跨省
 * ones the hub's; both are handled and looked at in the same way, in menus of their own (2.8).
 */

/** What evidence of a handling belongs to: the problem record. */
export const PROBLEM_EVIDENCE = 'problem-record';

/** Which of the two menus: groups of this province alone, or with records of others. */
export const ProblemReach = z.enum(['in-province', 'cross-province']);
export type ProblemReach = z.infer<typeof ProblemReach>;
export const problemReachTitles: Record<ProblemReach, string> = { 'in-province': '省内', 'cross-province': '跨省' };

/** The kinds of applications, one a menu: a handling is reviewed where its group is listed. */
export const problemApplicationKinds: Record<ProblemReach, string> = {
  'in-province': 'problem-handling',
  'cross-province': 'problem-handling-across',
};

/** 变更 is reviewed as a key-data change (关键数据变更); these two have chains of their own. */
export const ReviewedHandling = Handling.extract(['attest', 'delete']);
export type ReviewedHandling = z.infer<typeof ReviewedHandling>;

/** 是否锁定: it is another record's turn, or the handling is under review: nothing can be handed in now. */
export const Locked = z.enum(['yes', 'no']);
export const lockedTitles: Record<z.infer<typeof Locked>, string> = { yes: '已锁定', no: '未锁定' };

/** 问题学籍类型, each with its 错误类型 (domain.md §1.7). */
export const ProblemType = z.enum(['held-twice', 'same-person', 'wrong-number']);
export type ProblemType = z.infer<typeof ProblemType>;
export const kindsOfType: Record<ProblemType, readonly ProblemKind[]> = {
  'held-twice': ['identity-held-twice'],
  'same-person': ['same-person'],
  'wrong-number': ['check-digit', 'not-found', 'name-mismatch'],
};
export const problemTypeTitles: Record<ProblemType, string> = {
  'held-twice': problemKindTitles['identity-held-twice'],
  'same-person': problemKindTitles['same-person'],
  'wrong-number': problemKindTitles['check-digit'],
};

/**
 * `sent`: approved here, and the hub has not said yet that it counts; `refused`: the hub says that it does not. The others as
 * the application's.
 */
export const HandlingState = z.enum(['in-review', 'sent', 'done', 'ended', 'refused']);
export type HandlingState = z.infer<typeof HandlingState>;
export const handlingStateTitles: Record<HandlingState, string> = {
  'in-review': '审核中',
  sent: '等待国家平台确认',
  done: '已生效',
  ended: '已退回或撤销',
  refused: '国家平台未接受',
};

const applicant = { roles: ['school-registrar'], levels: ['school'] } as const;

export const ProblemRow = z.object({
  id: z.string(),
  groupId: z.string(),
  kind: ProblemKind,
  origin: ProblemOrigin,
  studentId: z.string(),
  name: z.string(),
  sex: z.string(),
  idType: z.string(),
  /** Masked. */
  idNumber: z.string(),
  /** Masked where it holds the resident id. */
  studentNumber: z.string(),
  schoolId: z.string(),
  schoolName: z.string(),
  gradeName: z.string(),
  /** Null: 待分班. */
  className: z.string().nullable(),
  state: MemberState,
  /** 仲裁不通过: only 变更 and 删除 are left. */
  lost: z.boolean(),
  /** 处理方式: chosen last; null before. */
  handling: Handling.nullable(),
  groupState: GroupState,
  locked: z.boolean(),
  /** 当前处理单位; null when nobody is to act. */
  turnName: z.string().nullable(),
  turnSince: z.string(),
  /** Until when; null when nobody is to act. */
  dueOn: z.string().nullable(),
  isLate: z.boolean(),
  /** Of what is under review. */
  applicationId: z.string().nullable(),
  openedAt: z.string(),
});
export type ProblemRow = z.infer<typeof ProblemRow>;

const conditions = {
  reach: ProblemReach,
  type: ProblemType.optional(),
  /** 错误类型. */
  error: ProblemKind.optional(),
  handling: Handling.optional(),
  locked: Locked.optional(),
  standing: MemberState.optional(),
  origin: ProblemOrigin.optional(),
  /** A school; or a bureau, for all schools below it. */
  orgId: z.string().max(64).optional(),
  stage: Stage.optional(),
  /** Entry year of the grade. */
  cohort: z
    .string()
    .trim()
    .regex(/^(19|20)\d\d$/, '请填写四位的入学年份，如 2023')
    .transform(Number)
    .optional(),
  name: z.string().max(64).optional(),
  /** The whole numbers. */
  studentNumber: z.string().trim().toUpperCase().max(32).optional(),
  idNumber: z.string().max(32).optional(),
};

/** 查询: every problem record of the caller's schools, those that are settled too, the latest first. */
export const listProblemRecords = endpoint({
  method: 'get',
  path: '/api/problem-records',
  title: '问题学籍查询',
  access: { roles: handlerRoles, reach: 'subtree' },
  input: PageInput.extend(conditions),
  output: PageOf(ProblemRow),
  problems: ['invalid-input'],
});

/** 处理: those whose turn it is at the caller's school, the one that has waited longest first. */
export const listProblemTurns = endpoint({
  method: 'get',
  path: '/api/problem-records/turns',
  title: '问题学籍处理',
  access: { ...applicant, reach: 'subtree' },
  input: PageInput.extend(conditions),
  output: PageOf(ProblemRow),
  problems: ['invalid-input'],
});

/** 审核: what waits for the caller's review. */
export const listProblemReviews = endpoint({
  method: 'get',
  path: '/api/problem-records/reviews',
  title: '问题学籍审核',
  access: { roles: ['school-head', 'bureau-registrar'], reach: 'subtree' },
  input: PageInput.extend(conditions),
  output: PageOf(ProblemRow),
  problems: ['invalid-input'],
});

export const exportProblemRecords = exportOf(listProblemRecords);
export const exportProblemTurns = exportOf(listProblemTurns);
export const exportProblemReviews = exportOf(listProblemReviews);

/** 省内问题学籍仲裁: groups that wait for the caller's bureau, or that it has decided. */
export const ArbitrationRow = z.object({
  /** Of the group's first problem record: the group is found by it. */
  id: z.string(),
  groupId: z.string(),
  kind: ProblemKind,
  origin: ProblemOrigin,
  groupState: GroupState,
  names: z.string(),
  schools: z.string(),
  idNumber: z.string(),
  turnSince: z.string(),
  dueOn: z.string().nullable(),
  isLate: z.boolean(),
});
export type ArbitrationRow = z.infer<typeof ArbitrationRow>;

const arbiter = { roles: ['bureau-registrar'] } as const;

export const listArbitrations = endpoint({
  method: 'get',
  path: '/api/problem-records/arbitrations',
  title: '省内问题学籍仲裁',
  access: { ...arbiter, reach: 'subtree' },
  input: PageInput.extend({
    state: z.enum(['waiting', 'decided']).default('waiting'),
    kind: ProblemKind.optional(),
    name: z.string().max(64).optional(),
  }),
  output: PageOf(ArbitrationRow),
  problems: ['invalid-input'],
});

export const exportArbitrations = exportOf(listArbitrations);

/** What waits for the caller beside reviews: turns of their school, and arbitrations. As the cards of the home page show it. */
export const ProblemTodoRow = z.object({
  what: z.enum(['in-province', 'cross-province', 'arbitration']),
  total: z.int(),
  oldestSince: z.string(),
  oldestDueOn: z.string(),
  late: z.int(),
  dueSoon: z.int(),
  /** Of them, those that somebody has urged since their turn began. */
  urged: z.int(),
});
export type ProblemTodoRow = z.infer<typeof ProblemTodoRow>;

export const countProblemTurns = endpoint({
  method: 'get',
  path: '/api/problem-records/todo',
  title: '待办问题学籍统计',
  access: { roles: handlerRoles, reach: 'subtree' },
  input: z.object({}),
  output: z.object({
    rows: z.array(ProblemTodoRow),
    /** What the caller's school had handed in and the hub did not count, until it is handed in anew. */
    refused: z.int(),
    /** The problem record of the oldest of them: its page says why. */
    refusedRecord: z.string().nullable(),
  }),
});
