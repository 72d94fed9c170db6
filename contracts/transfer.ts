import { z } from 'zod';
import { WaitingAct } from './application.ts';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import type { Moves } from './core/moves.ts';
import { PageInput, PageOf } from './core/page.ts';
import { HandOverFault } from './hand-over-fault.ts';
import { NationalRecord } from './national-query.ts';
import { Stage } from './orgs/org.ts';
import { ReminderStage } from './transfer-limit.ts';
import { Blocker, TransferKind } from './transfer-rules.ts';

/** Cross-province business on the unified platform (统一平台) at the hub (features 18.1–18.7). */

/**
 * Where a transfer stands. Until `approved` people decide; then the record is handed over by itself: `sealing` at the origin,
 * `copying` to the destination, `handed-over` (调档完毕: nobody takes it back), `closed` when both have said that they know.
 */
export const TransferState = z.enum([
  'parked',
  'in-review',
  'sealing',
  'copying',
  'handed-over',
  'closed',
  'undoing',
  'refused',
  'withdrawn',
  'failed',
]);
export type TransferState = z.infer<typeof TransferState>;
export const transferStateTitles: Record<TransferState, string> = {
  parked: '等待条件具备',
  'in-review': '核办中',
  sealing: '调档中（转出省封存学籍）',
  copying: '调档中（转入省接收档案）',
  'handed-over': '调档完毕',
  closed: '办结',
  undoing: '正在恢复转出省学籍',
  refused: '核办不通过',
  withdrawn: '已撤销',
  failed: '调档未成',
};

/** The states in which nothing more comes of it. */
export const endedTransferStates = ['closed', 'refused', 'withdrawn', 'failed'] as const satisfies TransferState[];

export const transferMoves = {
  begin: { title: '开始核办', from: ['parked'], to: 'in-review' },
  approve: { title: '核办通过', from: ['in-review'], to: 'sealing' },
  seal: { title: '封存', from: ['sealing'], to: 'copying' },
  packAgain: { title: '重新打包', from: ['copying'], to: 'sealing' },
  commit: { title: '调档', from: ['copying'], to: 'handed-over' },
  close: { title: '办结', from: ['handed-over'], to: 'closed' },
  refuse: { title: '不通过', from: ['in-review'], to: 'refused' },
  withdraw: { title: '撤销', from: ['parked', 'in-review'], to: 'withdrawn' },
  undo: { title: '撤销', from: ['sealing', 'copying'], to: 'undoing' },
  undoneWithdrawn: { title: '撤销', from: ['undoing'], to: 'withdrawn' },
  end: { title: '终止', from: ['parked', 'in-review'], to: 'failed' },
  undoneFailed: { title: '终止调档', from: ['undoing'], to: 'failed' },
} as const satisfies Moves<TransferState>;

/** Until it is handed over it can be taken back; on its way both sides first put back what they did. */
export const withdrawableStates = [
  ...transferMoves.withdraw.from,
  ...transferMoves.undo.from,
] as const satisfies TransferState[];

/** 转学理由, as the pages offer them. */
export const TransferReason = z.enum(['household', 'parents-work', 'military', 'graduated', 'other']);
export type TransferReason = z.infer<typeof TransferReason>;
export const transferReasonTitles: Record<TransferReason, string> = {
  household: '户籍迁移',
  'parents-work': '监护人工作调动或务工',
  military: '军人子女随迁',
  graduated: '毕业后跨省升学',
  other: '其他',
};

const handlers = ['school-registrar', 'school-head', 'bureau-registrar'] as const;
/** Who may look at a transfer: the people of either side, and the ministry. */
export const watchers = [...handlers, 'ministry-operator', 'ministry-arbitrator'] as const;

/** The pupil as the platform shows them: document and formal number masked. */
export const TransferPupil = NationalRecord.omit({ stage: true, cohort: true, problem: true, changedAt: true }).extend({
  gradeName: z.string(),
});
export type TransferPupil = z.infer<typeof TransferPupil>;

/**
 * Before anything is typed: the pupil by number and name, what stands against a transfer and who can clear it, and the grades
 * that the caller's school may take them into. `id` is the transfer's, should it be applied for: evidence is given to it.
 */
export const lookUpTransfer = endpoint({
  method: 'post',
  path: '/api/transfers/look-up',
  title: '查询转学学生',
  access: { roles: ['school-registrar'], levels: ['school'], reach: 'subtree' },
  input: z.object({
    kind: TransferKind,
    studentNumber: z.string().trim().toUpperCase().min(1, '请填写全国学籍号').max(32),
    name: z.string().trim().min(1, '请填写姓名').max(64),
  }),
  output: z.object({
    /** Null when nobody was found. */
    id: z.string().nullable(),
    pupil: TransferPupil.nullable(),
    blockers: z.array(Blocker),
    grades: z.array(z.object({ stage: Stage, cohort: z.int(), title: z.string() })),
  }),
  problems: ['too-many-requests', 'invalid-input'],
});

/** Applies. With blockers that can pass it is kept (`parked`), when the applicant says so, and begins by itself later. */
export const startTransfer = endpoint({
  method: 'post',
  path: '/api/transfers/start',
  title: '申请跨省转学',
  access: { roles: ['school-registrar'], levels: ['school'], reach: { one: 'transfer-draft', from: 'id' } },
  input: z.object({
    id: z.string(),
    stage: Stage,
    cohort: z.int(),
    reason: TransferReason,
    note: z.string().trim().max(500).default(''),
    park: z.boolean().default(false),
  }),
  output: z.object({ id: z.string(), state: TransferState }),
  problems: ['not-found', 'illegal-move', 'invalid-input', 'not-transferable', 'not-agreed-with-province'],
});

/** One row of 跨省转学查询. */
export const TransferRow = z.object({
  id: z.string(),
  kind: TransferKind,
  state: TransferState,
  /** Masked where it holds the resident id. */
  studentNumber: z.string(),
  name: z.string(),
  fromProvinceName: z.string(),
  fromSchoolName: z.string(),
  toProvinceName: z.string(),
  toSchoolName: z.string(),
  gradeName: z.string(),
  appliedAt: z.string(),
  /** 当前处理单位: an org while people decide, a node while machines do; null when it has ended. */
  turn: z.string().nullable(),
  turnAct: WaitingAct.nullable(),
  turnSince: z.string(),
  dueOn: z.string().nullable(),
  late: z.boolean(),
  /** When the ministry last urged (催办) whose turn it is; null when it has not. */
  urgedAt: z.string().nullable(),
  /** Of which part of its days whose turn it is was reminded last. */
  reminded: ReminderStage.nullable(),
  /** Why nothing came of the hand-over. */
  fault: HandOverFault.nullable(),
});
export type TransferRow = z.infer<typeof TransferRow>;

/** The caller's side of a transfer: pupils who come, pupils who leave. */
export const Direction = z.enum(['in', 'out']);
export type Direction = z.infer<typeof Direction>;
export const directionTitles: Record<Direction, string> = { in: '转入', out: '转出' };

const conditions = {
  kind: TransferKind.optional(),
  direction: Direction.optional(),
  state: TransferState.optional(),
  /** Not yet ended, or ended. */
  open: z.enum(['yes', 'no']).optional(),
  name: z.string().max(64).optional(),
  studentNumber: z.string().max(32).optional(),
  /** Only what the caller's own school may still take back (跨省转学撤销). */
  withdrawable: z.enum(['yes']).optional(),
};

export const listTransfers = endpoint({
  method: 'get',
  path: '/api/transfers',
  title: '跨省转学查询',
  access: { roles: watchers, reach: 'subtree' },
  input: PageInput.extend(conditions),
  output: PageOf(TransferRow),
});

export const exportTransfers = exportOf(listTransfers);

/** What waits for the caller's decision (核办), oldest first. */
export const listWaitingTransfers = endpoint({
  method: 'get',
  path: '/api/transfers/waiting',
  title: '跨省转学核办',
  access: { roles: handlers, reach: 'subtree' },
  input: PageInput.extend({ kind: TransferKind.optional(), name: z.string().max(64).optional() }),
  output: PageOf(TransferRow),
});

export const exportWaitingTransfers = exportOf(listWaitingTransfers);

/** Until it is handed over (调档完毕) the school that applied may take it back. */
export const withdrawTransfer = endpoint({
  method: 'post',
  path: '/api/transfers/withdraw',
  title: '撤销跨省转学',
  access: { roles: ['school-registrar'], levels: ['school'], reach: { one: 'transfer', from: 'id' } },
  input: z.object({ id: z.string(), reason: z.string().trim().min(1, '请填写撤销原因').max(500) }),
  output: z.object({ id: z.string(), state: TransferState }),
  problems: ['not-found', 'illegal-move', 'not-agreed-with-province'],
});
