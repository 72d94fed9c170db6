import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { exportOf } from './core/list-export.ts';
import { PageInput, PageOf } from './core/page.ts';
import { EvidenceFile } from './evidence.ts';
import { GroupEvent, GroupMember } from './problem-group.ts';
import { SimilarDecision } from './problem-handling.ts';
import { ProblemReach, ProblemType } from './problem-record.ts';
import { GroupState, Handling, MemberState, ProblemKind, ProblemOrigin } from './problem-rules.ts';

/**
 * 问题学籍联动 and 跨省问题学籍仲裁 at the hub (features 2.7, 2.8): the ministry sees every group of the nation, and decides of those across
 * provinces, one person proposing and another confirming.
 */

const watching = { roles: ['ministry-operator', 'ministry-arbitrator'], reach: 'subtree' } as const;
const arbitrating = { roles: ['ministry-arbitrator'], reach: 'subtree' } as const;

export const YesNo = z.enum(['yes', 'no']);

/** What an arbitrator has proposed, until another one confirms or returns it. */
export const ArbitrationProposal = z.object({
  id: z.string(),
  winner: z.string(),
  opinions: z.array(z.object({ studentId: z.string(), opinion: z.string() })),
  personName: z.string(),
  at: z.string(),
  isMine: z.boolean(),
});
export type ArbitrationProposal = z.infer<typeof ArbitrationProposal>;

export const LinkedGroupRow = z.object({
  id: z.string(),
  reach: ProblemReach,
  kind: ProblemKind,
  origin: ProblemOrigin,
  state: GroupState,
  members: z.array(
    z.object({ studentId: z.string(), name: z.string(), schoolName: z.string(), provinceName: z.string() }),
  ),
  /** Masked; of the first. */
  idNumber: z.string(),
  openedAt: z.string(),
  turnSince: z.string(),
  /** Whose turn it is, for people; null when the group has ended. */
  turnName: z.string().nullable(),
  dueOn: z.string().nullable(),
  isLate: z.boolean(),
  reasonAgainstUrging: z.string().nullable(),
  /** Who has proposed how to decide, and waits for a second person. */
  proposedBy: z.string().nullable(),
});
export type LinkedGroupRow = z.infer<typeof LinkedGroupRow>;

const groupConditions = {
  reach: ProblemReach.optional(),
  type: ProblemType.optional(),
  kind: ProblemKind.optional(),
  origin: ProblemOrigin.optional(),
  state: GroupState.optional(),
  /** A record of it is there. */
  province: z.string().max(8).optional(),
  /** It is the turn of a school there. */
  turnProvince: z.string().max(8).optional(),
  late: YesNo.optional(),
  name: z.string().max(64).optional(),
  studentNumber: z.string().trim().toUpperCase().max(32).optional(),
};

export const listLinkedGroups = endpoint({
  method: 'get',
  path: '/api/problem-groups',
  title: '问题学籍联动',
  access: watching,
  input: PageInput.extend(groupConditions),
  output: PageOf(LinkedGroupRow),
  problems: ['invalid-input'],
});

/** What the conditions select, as the list shows it. */
export const exportLinkedGroups = exportOf(listLinkedGroups);

export const LinkageCount = z.object({
  province: z.string(),
  provinceName: z.string(),
  /** Groups in which a school of it has the turn, and those of them that are late. */
  waiting: z.int(),
  late: z.int(),
});
export type LinkageCount = z.infer<typeof LinkageCount>;

/** How many are open, how many wait for the ministry, and where the others wait. */
export const countLinkedGroups = endpoint({
  method: 'get',
  path: '/api/problem-groups/counts',
  title: '问题学籍联动统计',
  access: watching,
  input: z.object({}),
  output: z.object({
    crossProvince: z.int(),
    inProvince: z.int(),
    /** Across provinces, for the ministry to decide; and of these, proposed and not yet confirmed. */
    arbitration: z.int(),
    proposed: z.int(),
    late: z.int(),
    provinces: z.array(LinkageCount),
  }),
});

/** 跨省问题学籍仲裁: what waits for the ministry, or what it has decided. */
export const listCrossArbitrations = endpoint({
  method: 'get',
  path: '/api/problem-groups/arbitrations',
  title: '跨省问题学籍仲裁',
  access: watching,
  input: PageInput.extend({
    state: z.enum(['waiting', 'decided']).default('waiting'),
    origin: ProblemOrigin.optional(),
    name: z.string().max(64).optional(),
  }),
  output: PageOf(LinkedGroupRow),
  problems: ['invalid-input'],
});

export const exportCrossArbitrations = exportOf(listCrossArbitrations);

/** A record as all may see it; how it stands is in the progress. */
export const LinkedMember = GroupMember.omit({ state: true, lost: true, handling: true, evidence: true }).extend({
  gradeName: z.string(),
});
export type LinkedMember = z.infer<typeof LinkedMember>;

export const LinkedStanding = z.object({
  studentId: z.string(),
  state: MemberState,
  lost: z.boolean(),
  handling: Handling.nullable(),
  isTurn: z.boolean(),
  pictures: z.array(EvidenceFile),
  /** Handed in, and not here: on its way, not a picture, or at the province that decides of the group. */
  missing: z.array(z.string()),
});
export type LinkedStanding = z.infer<typeof LinkedStanding>;

/** What changes of a group. */
export const LinkedProgress = z.object({
  state: GroupState,
  revision: z.int(),
  reach: ProblemReach,
  turnName: z.string().nullable(),
  turnSince: z.string(),
  dueOn: z.string().nullable(),
  isLate: z.boolean(),
  closedAt: z.string().nullable(),
  standings: z.array(LinkedStanding),
  events: z.array(GroupEvent),
  proposal: ArbitrationProposal.nullable(),
  reasonAgainstUrging: z.string().nullable(),
  /** Why the caller cannot propose, or confirm what is proposed, now (Chinese); null when they can. */
  reasonAgainstProposing: z.string().nullable(),
  reasonAgainstConfirming: z.string().nullable(),
});
export type LinkedProgress = z.infer<typeof LinkedProgress>;

export const LinkedGroup = z.object({
  id: z.string(),
  kind: ProblemKind,
  origin: ProblemOrigin,
  openedAt: z.string(),
  arbiterName: z.string(),
  /** Why the system matched them (Chinese). */
  why: z.string(),
  members: z.array(LinkedMember),
  /** The latest decisions on records that agreed in the same come first. */
  similar: z.array(SimilarDecision.extend({ isAlike: z.boolean() })),
  progress: LinkedProgress,
});
export type LinkedGroup = z.infer<typeof LinkedGroup>;

export const getLinkedGroup = endpoint({
  method: 'get',
  path: '/api/problem-groups/one',
  title: '查看问题学籍联动',
  access: watching,
  input: z.object({ id: z.string() }),
  output: LinkedGroup,
  problems: ['not-found'],
  audited: true,
});

/** The same without what is personal: a page that shows the group reads it with all news. */
export const getLinkedProgress = endpoint({
  method: 'get',
  path: '/api/problem-groups/progress',
  title: '问题学籍联动进展',
  access: watching,
  input: z.object({ id: z.string() }),
  output: LinkedProgress,
  problems: ['not-found'],
});

export const urgeLinkedGroup = endpoint({
  method: 'post',
  path: '/api/problem-groups/urge',
  title: '催办问题学籍',
  access: watching,
  input: z.object({ id: z.string(), words: z.string().trim().max(200).default('') }),
  output: z.object({ turnName: z.string() }),
  problems: ['not-found', 'illegal-move', 'not-agreed-with-province'],
});

const revision = z.int();

/** One record is to keep the identity, the others may only change or go, each with the grounds. Nothing happens until a second person confirms. */
export const proposeArbitration = endpoint({
  method: 'post',
  path: '/api/problem-groups/propose',
  title: '提出跨省问题学籍仲裁意见',
  access: arbitrating,
  input: z.object({
    id: z.string(),
    /** Of the group, as it was shown. */
    revision,
    winner: z.string(),
    opinions: z.array(
      z.object({ studentId: z.string(), opinion: z.string().trim().min(1, '请填写仲裁意见').max(500) }),
    ),
  }),
  output: z.object({ id: z.string() }),
  problems: ['not-found', 'illegal-move', 'stale-revision', 'invalid-input', 'not-agreed-with-province'],
});

/** By another arbitrator: the decision takes effect and is told to all provinces of the group. Cannot be undone. */
export const confirmArbitration = endpoint({
  method: 'post',
  path: '/api/problem-groups/confirm',
  title: '确认跨省问题学籍仲裁',
  access: arbitrating,
  input: z.object({ id: z.string(), proposal: z.string(), revision }),
  output: z.object({ id: z.string() }),
  problems: ['not-found', 'illegal-move', 'stale-revision', 'maker-is-checker', 'not-agreed-with-province'],
});

/** By another arbitrator with a reason, or by the one who proposed: it is to be proposed anew. */
export const returnArbitration = endpoint({
  method: 'post',
  path: '/api/problem-groups/return',
  title: '退回跨省问题学籍仲裁意见',
  access: arbitrating,
  input: z.object({
    id: z.string(),
    proposal: z.string(),
    reason: z.string().trim().min(1, '请填写退回原因').max(200),
  }),
  output: z.object({ id: z.string() }),
  problems: ['not-found', 'illegal-move'],
});
