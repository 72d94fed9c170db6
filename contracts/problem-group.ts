import { z } from 'zod';
import { ClaimCategory } from './claim.ts';
import { message } from './core/message.ts';
import { RecordStatus } from './national-index.ts';
import { Stage } from './orgs/org.ts';
import { GroupStanding, Handling, MemberStanding, ProblemOrigin } from './problem-rules.ts';

/**
 * Problem groups between nodes (protocol §5). The hub owns a group whose records are in more than one province, a province one
 * that is all its own. The owner tells every change of it as a whole, so that both sides and the ministry hold the same history;
 * acts on a group of the hub's come from the provinces as messages and count when the told group shows them.
 */

/**
 * Order: this record came with phase one's data. The hub claims its identity; where another record holds it already, it waits
 * as a contender and a group is opened on both sides. It is the record's first summary as well: the national index has it from
 * then on, with its claim number, and `record.summarised` tells of later changes only. Without a document nothing is claimed:
 * such a record is summarised as ever.
 */
export const RecordLoaded = message(
  'record.loaded',
  z.object({
    studentId: z.string(),
    /** Of the record: an older one changes nothing in the index. */
    version: z.int(),
    category: ClaimCategory,
    identityKey: z.string().max(64),
    idType: z.string(),
    name: z.string().max(64),
    sex: z.string(),
    birthDate: z.string(),
    studentNumber: z.string(),
    schoolId: z.string(),
    schoolName: z.string().max(80),
    stage: Stage,
    cohort: z.int(),
    status: RecordStatus,
    /** When phase one registered it, or changed its key data. */
    since: z.iso.datetime(),
  }),
  { confidential: true },
);

/**
 * Fact: a number in the order of all claims was given to it; `contended`: another record has the identity. Said again the same;
 * of two numbers, after a restore of the hub, the later word counts.
 */
export const RecordLoadAnswered = message(
  'record.load-answered',
  z.object({ studentId: z.string(), claimNo: z.int(), contended: z.boolean() }),
);

/**
 * Order: this number is another pupil's, who was there first; a number belongs to one pupil for ever (MoE FAQ 2016), so this record is
 * given a temporary one (features 2.1: the same number twice). One that has another number by now stays as it is.
 */
export const RenumberRecord = message(
  'record.renumber',
  z.object({ studentId: z.string(), studentNumber: z.string() }),
  { confidential: true },
);

/** One picture that was given with a handling. */
export const HandlingEvidence = z.object({
  /** Sha-256 of the bytes, in hex: what reviewers and the arbiter saw. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  fileName: z.string().max(255),
  contentType: z.enum(['image/jpeg', 'image/png']),
  bytes: z.int(),
});
export type HandlingEvidence = z.infer<typeof HandlingEvidence>;

/** A record of the group as both sides may see it: the identity is the same one, so it is masked; nothing else of it travels. */
export const GroupMember = MemberStanding.extend({
  province: z.string(),
  provinceName: z.string(),
  schoolId: z.string(),
  schoolName: z.string(),
  stage: Stage,
  cohort: z.int(),
  name: z.string(),
  sex: z.string(),
  birthDate: z.string(),
  idType: z.string(),
  maskedIdentity: z.string(),
  studentNumber: z.string(),
  status: RecordStatus,
  /** What was chosen last, with its evidence; null before. */
  handling: Handling.nullable(),
  evidence: z.array(HandlingEvidence),
});
export type GroupMember = z.infer<typeof GroupMember>;

export const GroupAct = z.enum([
  'found',
  'joined',
  'hand-in',
  'approve',
  'return',
  'withdraw',
  'carry-out',
  'cleared',
  'arbitrate',
  'urge',
  'closed',
]);
export type GroupAct = z.infer<typeof GroupAct>;
export const groupActTitles: Record<GroupAct, string> = {
  found: '发现问题',
  joined: '新增同组学籍',
  'hand-in': '提交处理',
  approve: '审核通过',
  return: '审核不通过',
  withdraw: '撤销处理',
  'carry-out': '处理生效',
  cleared: '自动佐证',
  arbitrate: '仲裁',
  urge: '催办',
  closed: '处理完毕',
};

/** One thing that happened, on whichever side. `studentId` null: to the whole group. */
export const GroupEvent = z.object({
  at: z.string(),
  act: GroupAct,
  studentId: z.string().nullable(),
  handling: Handling.nullable(),
  orgName: z.string(),
  personName: z.string(),
  opinion: z.string().max(1_000),
});
export type GroupEvent = z.infer<typeof GroupEvent>;

/** A group as its owner tells it. */
export const ProblemGroup = GroupStanding.extend({
  id: z.uuid(),
  /** `hub` or the province's node. */
  owner: z.string(),
  origin: ProblemOrigin,
  members: z.array(GroupMember).min(1),
  openedAt: z.string(),
  /** Since when it has been the turn of whoever has it. */
  turnSince: z.string(),
  closedAt: z.string().nullable(),
  /** 共同上级: the org that arbitrates; null where nobody need, or the group has one member. */
  arbiterOrgId: z.string().nullable(),
  arbiterName: z.string(),
  events: z.array(GroupEvent),
});
export type ProblemGroup = z.infer<typeof ProblemGroup>;

/**
 * Fact of the owner, at every change: the hub to each province with a member, a province to the hub. Of the same owner an older
 * revision changes nothing.
 *
 * A group that the hub found inside one province is told to it with that province as owner, and is its own from then on; told so
 * of a group that it knows, the members that it does not know join (`joined`; a closed group opens again), and it tells the whole.
 * When a record of another province joins, the hub takes the group over, with the same id and history: a group told with the hub as owner stands in
 * place of the province's own whatever their revisions, and what the province had told meanwhile the hub merges and tells again.
 */
export const ProblemTold = message('problem.told', ProblemGroup, { confidential: true });

/**
 * Order of a province on a group that the hub owns, about a record that it holds. `hand-in` counts when nothing has changed for
 * anybody since `revision` (history alone is no change) and the rules allow it. The acts that follow it count while the record is
 * `in-review` with that handling: nobody else's turn comes meanwhile, so that a province without a link may go on. `carry-out` of
 * a change counts as long as the record is in the group: it is true already. What does not count is answered by `problem.refused`.
 */
export const ProblemAct = message(
  'problem.act',
  z.object({
    /** Of this act: the answer names it, and a repeat has no second effect. */
    id: z.uuid(),
    group: z.uuid(),
    revision: z.int(),
    studentId: z.string(),
    act: GroupAct.extract(['hand-in', 'approve', 'return', 'withdraw', 'carry-out', 'urge']),
    handling: Handling.nullable(),
    evidence: z.array(HandlingEvidence),
    orgName: z.string(),
    personName: z.string(),
    opinion: z.string().max(1_000),
    at: z.string(),
    /**
     * Of a `carry-out` of 变更 or 删除: it has happened already, by other business (关键数据变更, the handling of another group). It
     * counts as long as the record is in the group, handed in or not.
     */
    done: z.boolean().default(false),
  }),
  { confidential: true },
);

/** Fact: the act came too late or does not fit; `text` says what has changed (Chinese). The group as it stands was told. */
export const ProblemRefused = message(
  'problem.refused',
  z.object({ id: z.uuid(), group: z.uuid(), studentId: z.string(), text: z.string() }),
);

/**
 * A piece of a picture of evidence, province → hub and on to the other provinces of the group, in base64; the whole has the hash.
 */
export const ProblemEvidence = message(
  'problem.evidence',
  z.object({ group: z.uuid(), hash: z.string(), bytes: z.int(), index: z.int(), count: z.int(), data: z.string() }),
  { confidential: true },
);
