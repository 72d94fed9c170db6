import { z } from 'zod';
import { ApplicationView } from './application.ts';
import { endpoint } from './core/endpoint.ts';
import { PageInput, PageOf } from './core/page.ts';
import { Stage } from './orgs/org.ts';
import { handlerRoles } from './orgs/roles.ts';
import { GroupEvent, GroupMember } from './problem-group.ts';
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
const oneRecord = { one: 'problem-record', from: 'id' } as const;
const oneHandling = { one: 'problem-handling', from: 'id' } as const;

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

/** What the conditions select, as 查询 shows it. */
export const exportProblemRecords = endpoint({
  kind: 'download',
  method: 'get',
  path: '/api/problem-records/export',
  title: '导出问题学籍',
  access: { roles: handlerRoles, reach: 'subtree' },
  input: z.object(conditions),
  output: z.unknown(),
  problems: ['invalid-input'],
  audited: true,
});

/** One choice of whoever's turn it is. */
export const ProblemChoice = z.object({
  handling: Handling,
  /** Why not (Chinese); null when it can be chosen. */
  reason: z.string().nullable(),
  /** What it causes once it is approved. */
  consequence: z.string(),
});
export type ProblemChoice = z.infer<typeof ProblemChoice>;

export const ProblemMember = GroupMember.omit({ evidence: true }).extend({
  /** The problem record's id; its pictures are found by it. */
  id: z.string(),
  gradeName: z.string(),
  /** How many pictures were given with what it chose. */
  pictures: z.int(),
  /** Of these, how many are still on their way from the other province. */
  picturesDue: z.int(),
  /** A record of this province. */
  isHere: z.boolean(),
  /** Of the caller's school. */
  isMine: z.boolean(),
  isTurn: z.boolean(),
  /** For the school that may act on it; empty for all others. */
  choices: z.array(ProblemChoice),
  /** Its last handling here, and what the hub has against it. */
  handed: z
    .object({
      id: z.string(),
      handling: Handling,
      state: HandlingState,
      note: z.string(),
      text: z.string().nullable(),
      at: z.string(),
    })
    .nullable(),
});
export type ProblemMember = z.infer<typeof ProblemMember>;

/** An earlier decision on two records of the same kind, for the arbiter. */
export const SimilarDecision = z.object({
  groupId: z.string(),
  at: z.string(),
  arbiterName: z.string(),
  /** What they were: names masked, with the schools. */
  winner: z.string(),
  losers: z.array(z.string()),
  opinion: z.string(),
});
export type SimilarDecision = z.infer<typeof SimilarDecision>;

export const ProblemGroupView = z.object({
  id: z.string(),
  reach: ProblemReach,
  kind: ProblemKind,
  origin: ProblemOrigin,
  state: GroupState,
  revision: z.int(),
  openedAt: z.string(),
  closedAt: z.string().nullable(),
  turnSince: z.string(),
  dueOn: z.string().nullable(),
  isLate: z.boolean(),
  /** Whose turn it is, for people; null when the group has ended. */
  turnName: z.string().nullable(),
  /** Why the records were matched (Chinese). */
  why: z.string(),
  members: z.array(ProblemMember),
  events: z.array(GroupEvent),
  /** Why the caller cannot urge now (Chinese); null when they can. */
  reasonAgainstUrging: z.string().nullable(),
  /** Why the caller cannot arbitrate now (Chinese); null when they can. */
  reasonAgainstArbitrating: z.string().nullable(),
  arbiterName: z.string(),
  similar: z.array(SimilarDecision),
});
export type ProblemGroupView = z.infer<typeof ProblemGroupView>;

/** The group of one problem record: the records side by side, whose turn it is, what happened on each side (2.2). */
export const getProblemGroup = endpoint({
  method: 'get',
  path: '/api/problem-records/one',
  title: '查看问题学籍',
  access: { roles: handlerRoles, reach: oneRecord },
  input: z.object({ id: z.string() }),
  output: ProblemGroupView,
  problems: ['not-found'],
  audited: true,
});

/** A handling under review, with its group: what the reviewer decides on. */
export const ProblemHandlingDetail = z.object({
  handling: ReviewedHandling,
  note: z.string(),
  recordId: z.string(),
  consequence: z.string(),
  group: ProblemGroupView,
  application: ApplicationView,
});
export type ProblemHandlingDetail = z.infer<typeof ProblemHandlingDetail>;

export const getProblemHandling = endpoint({
  method: 'get',
  path: '/api/problem-records/handling',
  title: '问题学籍处理申请',
  access: { roles: handlerRoles, reach: oneHandling },
  input: z.object({ id: z.string() }),
  output: ProblemHandlingDetail,
  problems: ['not-found'],
  audited: true,
});

const revision = z.int();

/** 佐证 or 删除, with evidence that was given to the problem record before (2.4–2.6). */
export const handInProblem = endpoint({
  method: 'post',
  path: '/api/problem-records/hand-in',
  title: '提交问题学籍处理',
  access: { ...applicant, reach: oneRecord },
  input: z.object({
    id: z.string(),
    /** Of the group, as it was shown. */
    revision,
    handling: ReviewedHandling,
    note: z.string().trim().max(500).default(''),
  }),
  output: z.object({ applicationId: z.string() }),
  problems: ['not-found', 'illegal-move', 'stale-revision', 'not-agreed-with-hub'],
});

/** Until the last approval the school takes its handling back. */
export const withdrawProblem = endpoint({
  method: 'post',
  path: '/api/problem-records/withdraw',
  title: '撤销问题学籍处理',
  access: { ...applicant, reach: oneRecord },
  input: z.object({ id: z.string(), reason: z.string().trim().min(1, '请填写撤销原因').max(500) }),
  output: z.object({ id: z.string() }),
  problems: ['not-found', 'illegal-move', 'stale-revision'],
});

/** 催办 of whoever's turn it is, by any other side; once a working day. */
export const urgeProblem = endpoint({
  method: 'post',
  path: '/api/problem-records/urge',
  title: '催办问题学籍',
  access: { roles: handlerRoles, reach: oneRecord },
  input: z.object({ id: z.string(), words: z.string().trim().max(200).default('') }),
  output: z.object({ turnName: z.string() }),
  problems: ['not-found', 'illegal-move'],
});

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

/** One record keeps the identity, the others may only change or go; each with the grounds (2.7). Cannot be undone. */
export const arbitrateProblem = endpoint({
  method: 'post',
  path: '/api/problem-records/arbitrate',
  title: '仲裁问题学籍',
  access: { ...arbiter, reach: oneRecord },
  input: z.object({
    /** Any problem record of the group. */
    id: z.string(),
    revision,
    winner: z.string(),
    opinions: z.array(
      z.object({ studentId: z.string(), opinion: z.string().trim().min(1, '请填写仲裁意见').max(500) }),
    ),
  }),
  output: z.object({ id: z.string() }),
  problems: ['not-found', 'illegal-move', 'stale-revision', 'invalid-input', 'not-agreed-with-hub'],
});

/** What waits for the caller beside reviews: turns of their school, and arbitrations. As the cards of the home page show it. */
export const ProblemTodoRow = z.object({
  what: z.enum(['in-province', 'cross-province', 'arbitration']),
  total: z.int(),
  oldestSince: z.string(),
  oldestDueOn: z.string(),
  late: z.int(),
  dueSoon: z.int(),
});
export type ProblemTodoRow = z.infer<typeof ProblemTodoRow>;

export const countProblemTurns = endpoint({
  method: 'get',
  path: '/api/problem-records/todo',
  title: '待办问题学籍统计',
  access: { roles: handlerRoles, reach: 'subtree' },
  input: z.object({}),
  output: z.object({ rows: z.array(ProblemTodoRow) }),
});
