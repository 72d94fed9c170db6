import { z } from 'zod';
import { ApplicationView } from './application.ts';
import { endpoint } from './core/endpoint.ts';
import { EvidenceFile } from './evidence.ts';
import { handlerRoles } from './orgs/roles.ts';
import { GroupEvent, GroupMember } from './problem-group.ts';
import { HandlingState, ProblemReach, ReviewedHandling } from './problem-record.ts';
import { GroupState, Handling, ProblemKind, ProblemOrigin } from './problem-rules.ts';

/** The page of one group, and what is done there: 佐证 and 删除, 撤销, 催办, 仲裁 (features 2.2–2.7). */

const applicant = { roles: ['school-registrar'], levels: ['school'] } as const;
const oneRecord = { one: 'problem-record', from: 'id' } as const;
const oneHandling = { one: 'problem-handling', from: 'id' } as const;
const arbiter = { roles: ['bureau-registrar'] } as const;
/** Of the group, as it was shown. */
const revision = z.int();

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
  /** The problem record's id. */
  id: z.string(),
  gradeName: z.string(),
  /** Those that were handed in with what it chose, by whichever handling. */
  pictures: z.array(EvidenceFile),
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
  /** As `getProblemProgress` gives it; the other is another once this is out of date. */
  stamp: z.string(),
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

/** Whether the group has changed since it was read, without what is personal: an open page asks with all news. */
export const getProblemProgress = endpoint({
  method: 'get',
  path: '/api/problem-records/progress',
  title: '问题学籍进展',
  access: { roles: handlerRoles, reach: oneRecord },
  input: z.object({ id: z.string() }),
  output: z.object({ stamp: z.string() }),
  problems: ['not-found'],
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

/** 佐证 or 删除, with evidence that was given to the problem record before (2.4–2.6). */
export const handInProblem = endpoint({
  method: 'post',
  path: '/api/problem-records/hand-in',
  title: '提交问题学籍处理',
  access: { ...applicant, reach: oneRecord },
  input: z.object({
    id: z.string(),
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
