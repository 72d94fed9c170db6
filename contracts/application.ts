import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import type { Moves } from './core/moves.ts';
import { Role } from './orgs/roles.ts';
import { limitOn } from './transfer-limit.ts';

/**
 * A reviewed application: what nearly every business is. The engine (shared/chain) owns its states and its chain;
 * a business adds its own form and its effect.
 */
export const ApplicationState = z.enum(['in-review', 'returned', 'approved', 'ended']);
export type ApplicationState = z.infer<typeof ApplicationState>;
export const applicationStateTitles: Record<ApplicationState, string> = {
  'in-review': '办理中',
  returned: '已退回',
  approved: '已通过',
  ended: '已终止',
};

/** `approve` leads to `approved` only from the last step of the chain; from any other it stays in review, one step on. */
export const applicationMoves = {
  approve: { title: '审核', from: ['in-review'], to: 'approved' },
  return: { title: '退回', from: ['in-review'], to: 'returned' },
  resubmit: { title: '重新提交', from: ['returned'], to: 'in-review' },
  end: { title: '终止', from: ['in-review', 'returned'], to: 'ended' },
  refuse: { title: '不予办理', from: ['in-review'], to: 'ended' },
  withdraw: { title: '撤销', from: ['in-review', 'returned', 'approved'], to: 'ended' },
} as const satisfies Moves<ApplicationState>;

/** What the current step asks for: a review (approve or return) or a report upward (上报). */
export const StepAct = z.enum(['review', 'report']);
export type StepAct = z.infer<typeof StepAct>;
export const stepActTitles: Record<StepAct, string> = { review: '审核', report: '上报' };

/** What can wait for somebody: a step of the chain, or what came back to its applicant to be mended. */
export const WaitingAct = z.enum([...StepAct.options, 'mend']);
export type WaitingAct = z.infer<typeof WaitingAct>;
export const waitingActTitles: Record<WaitingAct, string> = { ...stepActTitles, mend: '退回修改' };

/** One step of the chain that an application started with. */
export const ChainStep = z.object({ act: StepAct, orgId: z.string(), orgName: z.string(), role: Role });
export type ChainStep = z.infer<typeof ChainStep>;

/** Why an application cannot be decided although its turn has come: its checks are still running, or have failed. */
export const Blocked = z.enum(['checking', 'check-failed']);
export type Blocked = z.infer<typeof Blocked>;
export const blockedReasons: Record<Blocked, string> = {
  checking: '查重认证完成后才能办理',
  'check-failed': '查重不通过，不能办理，系统将自动结束',
};

export const HistoryAct = z.enum(['submit', 'approve', 'return', 'report', 'resubmit', 'end', 'withdraw']);
export type HistoryAct = z.infer<typeof HistoryAct>;
export const historyActTitles: Record<HistoryAct, string> = {
  submit: '提交申请',
  approve: '审核通过',
  return: '审核不通过',
  report: '上报',
  resubmit: '重新提交',
  end: '系统终止',
  withdraw: '撤销申请',
};

export const HistoryEntry = z.object({
  ordinal: z.int(),
  act: HistoryAct,
  orgName: z.string(),
  personName: z.string(),
  opinion: z.string(),
  at: z.string(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/** Where an application stands: what every detail page shows beside the business's own data. */
export const ApplicationView = z.object({
  id: z.string(),
  kind: z.string(),
  state: ApplicationState,
  revision: z.int(),
  blocked: Blocked.nullable(),
  chain: z.array(ChainStep),
  /** Index into `chain` of the step whose turn it is; its length when all are done. */
  position: z.int(),
  turnSince: z.string(),
  history: z.array(HistoryEntry),
  /** Whether the caller may decide now, else why not (Chinese). */
  mayDecide: z.boolean(),
  reason: z.string().nullable(),
  /** Why they may only return it, although it is theirs to decide (Chinese); null when nothing speaks against approving. */
  reasonAgainstApproving: z.string().nullable(),
});
export type ApplicationView = z.infer<typeof ApplicationView>;

export const Decision = z.enum(['approve', 'return']);
export type Decision = z.infer<typeof Decision>;

export const OPINION_LENGTH_MAX = 500;
const opinion = z.string().trim().max(OPINION_LENGTH_MAX).default('');
const reviewers = ['school-registrar', 'school-head', 'bureau-registrar'] as const;

/** Decide the current step of one application. `revision` is the one that was shown: another decision in between refuses this. */
export const decideApplication = endpoint({
  method: 'post',
  path: '/api/applications/decide',
  title: '审核',
  access: { roles: reviewers, reach: { one: 'application', from: 'id' } },
  input: z
    .object({ id: z.string(), revision: z.int(), decision: Decision, opinion })
    .refine((input) => input.decision === 'approve' || input.opinion !== '', {
      path: ['opinion'],
      message: '审核不通过时须填写审核意见',
    }),
  output: ApplicationView,
  problems: [
    ...(['not-found', 'stale-revision', 'illegal-move', 'checks-not-done', 'maker-is-checker'] as const),
    ...(['number-taken', 'serials-exhausted', 'not-agreed-with-hub', 'not-approvable'] as const),
    'not-agreed-with-province',
  ],
});

/** Decide many: chosen ids, or everything of the kind that waits for the caller (全部审核, 全部上报). Answers a task to watch. */
export const decideApplications = endpoint({
  method: 'post',
  path: '/api/applications/decide-many',
  title: '批量审核',
  access: { roles: reviewers, reach: 'subtree' },
  input: z
    .object({
      kind: z.string(),
      act: StepAct,
      /** Absent: all that wait for the caller, within `orgId` when given. */
      ids: z.array(z.string()).max(1_000).optional(),
      orgId: z.string().optional(),
      group: z.string().optional(),
      decision: Decision,
      opinion,
    })
    .refine((input) => input.decision === 'approve' || input.opinion !== '', {
      path: ['opinion'],
      message: '审核不通过时须填写审核意见',
    }),
  output: z.object({ taskId: z.string(), total: z.int() }),
});

/**
 * Working days that each party has to decide: the newest rule for transfers (`transferLimits`), taken for every chain. Nothing is
 * decided by itself when they are over: what is late is shown.
 */
export const REVIEW_WORKING_DAYS = limitOn('9999-12-31').workingDays;

/** What is due today or within so many working days after is reminded of: time enough to ask the school once more. */
export const REMIND_WORKING_DAYS = 2;

/** What waits for the caller of one kind and act, whatever school it comes from: the cards and reminders of the home page. */
export const TodoRow = z.object({
  kind: z.string(),
  act: WaitingAct,
  total: z.int(),
  /** Of these, how many still wait for their checks, and how many failed them. */
  checking: z.int(),
  checkFailed: z.int(),
  oldestSince: z.string(),
  /** The date in China by which the oldest is to be decided, and how many are past theirs. */
  oldestDueOn: z.string(),
  late: z.int(),
  /** How many are not late, but due within `REMIND_WORKING_DAYS`. */
  dueSoon: z.int(),
});
export type TodoRow = z.infer<typeof TodoRow>;

/** The same, of one school and group: a row of the review lists. */
export const InboxRow = TodoRow.omit({ dueSoon: true }).extend({
  orgId: z.string(),
  orgName: z.string(),
  group: z.string(),
});
export type InboxRow = z.infer<typeof InboxRow>;

export const listInbox = endpoint({
  method: 'get',
  path: '/api/applications/inbox',
  title: '待办',
  access: { roles: reviewers, reach: 'subtree' },
  input: z.object({ kind: z.string().optional(), act: WaitingAct.optional() }),
  output: z.object({ rows: z.array(InboxRow) }),
});

export const countInbox = endpoint({
  method: 'get',
  path: '/api/applications/todo',
  title: '待办统计',
  access: { roles: reviewers, reach: 'subtree' },
  input: z.object({}),
  output: z.object({ rows: z.array(TodoRow) }),
});

/** How many applications of one kind the caller's org has started that are in one state. */
export const StartedCount = z.object({ kind: z.string(), state: ApplicationState, total: z.int() });
export type StartedCount = z.infer<typeof StartedCount>;

/** One application that the caller's org has started, and where it stands. */
export const StartedApplication = z.object({
  id: z.string(),
  kind: z.string(),
  /** Whom or what it is about, such as the pupil's name; null when its business does not say. */
  about: z.string().nullable(),
  state: ApplicationState,
  blocked: Blocked.nullable(),
  /** 当前处理单位 and what it is asked for; null when it has ended. */
  turnOrgName: z.string().nullable(),
  turnAct: WaitingAct.nullable(),
  /** Since when it stands there. */
  turnSince: z.string(),
});
export type StartedApplication = z.infer<typeof StartedApplication>;

/** 我发起的: what the caller's org has applied for, counted by kind and state, and where the latest moved ones stand. */
export const listStarted = endpoint({
  method: 'get',
  path: '/api/applications/started',
  title: '我发起的',
  access: { roles: reviewers, reach: 'subtree' },
  input: z.object({}),
  output: z.object({ counts: z.array(StartedCount), latest: z.array(StartedApplication) }),
});
