import { z } from 'zod';
import { ApplicationState, ApplicationView, Blocked, WaitingAct } from './application.ts';
import { ClaimHolder } from './claim.ts';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';
import { KeyChangeItem, KeyValues } from './key-data.ts';
import { Stage } from './orgs/org.ts';
import { handlerRoles } from './orgs/roles.ts';
import { CheckState } from './registration.ts';
import { TransferPupil } from './transfer.ts';

/** Key-data change (关键数据变更, features §6): look-up, form with the values before and after, checks, review. */

const applicant = { roles: ['school-registrar'], levels: ['school'] } as const;
const oneChange = { one: 'key-change', from: 'id' } as const;
const oneDraft = { one: 'key-change-draft', from: 'id' } as const;

/** Of a change that is how a problem record is handled (变更): which group, as it stood when it was shown. */
export const ProblemOfChange = z.object({ groupId: z.string().max(64), revision: z.int() });
export type ProblemOfChange = z.infer<typeof ProblemOfChange>;

/** A change that is being filled in, under the id that its application will have. */
export const KeyChangeDraft = z.object({
  id: z.string(),
  studentId: z.string(),
  /** The saves so far; the next one names it. */
  revision: z.int(),
  pupil: TransferPupil.omit({ provinceName: true }),
  stage: Stage,
  /** Whether the student number is a formal one. */
  isFormal: z.boolean(),
  /** As the record has them; the number masked. */
  before: KeyValues,
  /** What was typed so far: only what is to change. */
  values: KeyValues,
  note: z.string(),
  grades: z.array(z.object({ cohort: z.int(), title: z.string() })),
  /** The opinion with which it came back, when it is to be mended. */
  returnedWith: z.string().nullable(),
});
export type KeyChangeDraft = z.infer<typeof KeyChangeDraft>;

const typed = { values: KeyValues, note: z.string().trim().max(500).default('') };

/**
 * Before anything is typed: the pupil by number and name, or from the record's page by `studentId`, with what stands against a
 * change. What was typed before and not handed in is there still.
 */
export const lookUpKeyChange = endpoint({
  method: 'post',
  path: '/api/key-changes/look-up',
  title: '查询关键数据变更学生',
  access: { ...applicant, reach: 'subtree' },
  input: z.object({
    studentNumber: z.string().trim().toUpperCase().max(32).optional(),
    name: z.string().trim().max(64).optional(),
    studentId: z.string().max(64).optional(),
    /** From the pages of problem records: the change is to handle this group. */
    problem: ProblemOfChange.optional(),
  }),
  output: z.object({
    pupil: TransferPupil.omit({ provinceName: true }).nullable(),
    reasons: z.array(z.string()),
    /** Null when nothing can be applied for. */
    draft: KeyChangeDraft.nullable(),
  }),
  problems: ['invalid-input'],
});

/** A returned change, to be mended and handed in again. */
export const mendKeyChange = endpoint({
  method: 'post',
  path: '/api/key-changes/mend',
  title: '修改关键数据变更申请',
  access: { ...applicant, reach: oneChange },
  input: z.object({ id: z.string() }),
  output: KeyChangeDraft,
  problems: ['not-found', 'illegal-move'],
});

/** What is typed is kept at the node. */
export const saveKeyChange = endpoint({
  method: 'post',
  path: '/api/key-changes/save',
  title: '暂存关键数据变更',
  access: { ...applicant, reach: oneDraft },
  input: z.object({ id: z.string(), revision: z.int(), ...typed }),
  output: z.object({ revision: z.int(), savedAt: z.string() }),
  problems: ['not-found', 'stale-revision'],
});

/** 保存: applies, or hands in again what was returned. */
export const startKeyChange = endpoint({
  method: 'post',
  path: '/api/key-changes/start',
  title: '申请关键数据变更',
  access: { ...applicant, reach: oneDraft },
  input: z.object({ id: z.string(), ...typed, problem: ProblemOfChange.optional() }),
  output: z.object({ id: z.string() }),
  problems: [
    ...(['not-found', 'invalid-input', 'not-changeable', 'identity-held', 'illegal-move'] as const),
    ...(['stale-revision', 'not-agreed-with-hub'] as const),
  ],
});

export const KeyChangeRow = z.object({
  id: z.string(),
  studentId: z.string(),
  /** As at the application; masked where it holds the resident id. */
  studentNumber: z.string(),
  name: z.string(),
  /** Of the document as it is to be, masked. */
  idNumber: z.string(),
  schoolId: z.string(),
  schoolName: z.string(),
  gradeName: z.string(),
  /** What changes: 姓名、性别. */
  items: z.string(),
  checkState: CheckState,
  holder: ClaimHolder.nullable(),
  state: ApplicationState,
  blocked: Blocked.nullable(),
  ofProblem: z.boolean(),
  /** 当前处理单位, null when it has ended. */
  turnOrgName: z.string().nullable(),
  turnAct: WaitingAct.nullable(),
  turnSince: z.string(),
  /** The opinion with which it came back. */
  returnedWith: z.string().nullable(),
  appliedAt: z.string(),
  /** Whether the caller's school has applied for it. */
  mine: z.boolean(),
});
export type KeyChangeRow = z.infer<typeof KeyChangeRow>;

const conditions = {
  /** A school; or a bureau, for all schools below it. */
  orgId: z.string().max(64).optional(),
  name: z.string().max(64).optional(),
  /** The whole numbers. */
  studentNumber: z.string().trim().toUpperCase().max(32).optional(),
  checkState: CheckState.optional(),
  state: ApplicationState.optional(),
};

export const listKeyChanges = endpoint({
  method: 'get',
  path: '/api/key-changes',
  title: '关键数据变更查询',
  access: { roles: handlerRoles, reach: 'subtree' },
  input: PageInput.extend(conditions),
  output: PageOf(KeyChangeRow),
});

export const exportKeyChanges = exportOf(listKeyChanges);

/** What waits for the caller's review, or was returned to be mended, the oldest first. */
export const listWaitingKeyChanges = endpoint({
  method: 'get',
  path: '/api/key-changes/waiting',
  title: '待办关键数据变更',
  access: { roles: handlerRoles, reach: 'subtree' },
  input: PageInput.extend({ ...conditions, act: WaitingAct.default('review') }),
  output: PageOf(KeyChangeRow),
});

export const exportWaitingKeyChanges = exportOf(listWaitingKeyChanges);

export const KeyChangeDetail = z.object({
  change: KeyChangeRow,
  pupil: TransferPupil.omit({ provinceName: true }),
  /** Before and after, numbers masked. */
  items: z.array(KeyChangeItem),
  note: z.string(),
  /** Of an approved change that gave another one, masked where it holds the resident id. */
  numberAfter: z.string().nullable(),
  application: ApplicationView,
});
export type KeyChangeDetail = z.infer<typeof KeyChangeDetail>;

export const getKeyChange = endpoint({
  method: 'get',
  path: '/api/key-changes/one',
  title: '关键数据变更详情',
  access: { roles: handlerRoles, reach: oneChange },
  input: z.object({ id: z.string() }),
  output: KeyChangeDetail,
  problems: ['not-found'],
  audited: true,
});

/** The numbers before and after in full, to be compared with the evidence, for a reason that the audit log keeps. */
export const revealKeyChange = endpoint({
  method: 'post',
  path: '/api/key-changes/reveal',
  title: '查看变更前后完整号码',
  access: { roles: handlerRoles, reach: oneChange },
  input: z.object({ id: z.string(), reason: z.string().trim().min(1, '请填写查看原因').max(200) }),
  output: z.object({ before: z.string().nullable(), after: z.string().nullable() }),
  problems: ['not-found'],
});

/** Until the last approval the school takes it back, also when it was returned. */
export const withdrawKeyChange = endpoint({
  method: 'post',
  path: '/api/key-changes/withdraw',
  title: '撤销关键数据变更',
  access: { ...applicant, reach: oneChange },
  input: z.object({ id: z.string(), reason: z.string().trim().min(1, '请填写撤销原因').max(500) }),
  output: z.object({ id: z.string(), state: ApplicationState }),
  problems: ['not-found', 'illegal-move', 'stale-revision', 'not-agreed-with-hub'],
});
