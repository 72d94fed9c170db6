import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import { gradeTitle } from '../../contracts/orgs/org.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import type { EvidenceFile } from '../../contracts/evidence.ts';
import type { GroupMember } from '../../contracts/problem-group.ts';
import type {
  ArbitrationProposal,
  getLinkedGroup,
  getLinkedProgress,
  LinkedGroup,
  LinkedProgress,
  LinkedStanding,
} from '../../contracts/problem-linkage.ts';
import { turnOf } from '../../contracts/problem-rules.ts';
import { listEvidenceOf, viewEvidence } from '../../shared/evidence/evidence.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { findProposal, reasonAgainstConfirming, reasonAgainstProposing } from './arbitrate.ts';
import { PROBLEM_EVIDENCE } from './evidence.ts';
import { findGroup } from './group.ts';
import { whyMatched } from './rules.ts';
import { similarDecisions } from './similar.ts';
import type { HeldGroup, ProblemProposalTable } from './table.ts';
import { dueOn, lateSince, reasonAgainstUrging } from './urge.ts';

export async function getGroup(db: Kysely<HubDb>, id: string): Promise<HeldGroup> {
  const group = await findGroup(db, id);
  if (!group) throw new Problem('not-found', '没有这组问题学籍');
  return group;
}

/** A group as the ministry looks at it: the records side by side, with all that happened on each side (2.7, 2.8). */
export async function viewGroup(
  hub: Hub,
  call: Call<HubDb>,
  { id }: z.output<typeof getLinkedGroup.input>,
): Promise<LinkedGroup> {
  return call.decide(async (tx, note) => {
    const group = await getGroup(tx, id);
    note(id, '查看问题学籍');
    const { kind, origin, openedAt, arbiterName, members } = group;
    return {
      id,
      kind,
      origin,
      openedAt,
      arbiterName,
      why: whyMatched(kind, members),
      members: members.map(({ state: _state, lost: _lost, handling: _handling, evidence: _evidence, ...member }) => ({
        ...member,
        studentNumber: maskStudentNumber(member.studentNumber),
        gradeName: gradeTitle(member.stage, member.cohort),
      })),
      similar: await similarDecisions(tx, group),
      progress: await progressOf(hub, tx, group, call.caller),
    };
  });
}

export async function viewProgress(
  hub: Hub,
  { caller }: Call<HubDb>,
  { id }: z.output<typeof getLinkedProgress.input>,
): Promise<LinkedProgress> {
  const db = hub.store.read;
  return progressOf(hub, db, await getGroup(db, id), caller);
}

async function progressOf(hub: Hub, db: Kysely<HubDb>, group: HeldGroup, caller: Caller): Promise<LinkedProgress> {
  const { state, revision, turnSince, closedAt, events } = group;
  const proposal = await findProposal(db, group.id);
  return {
    state,
    revision,
    turnSince,
    closedAt,
    events,
    ...turnFacts(group, hub.clock.now()),
    reach: reachOf(group),
    standings: await standingsOf(db, group),
    proposal: proposal ? viewProposal(proposal, caller) : null,
    reasonAgainstUrging: reasonAgainstUrging(group, hub.clock.now()),
    reasonAgainstProposing: reasonAgainstProposing(group, proposal, caller),
    reasonAgainstConfirming: reasonAgainstConfirming(group, proposal, caller),
  };
}

export function reachOf({ members }: Pick<HeldGroup, 'members'>): LinkedProgress['reach'] {
  return new Set(members.map(({ province }) => province)).size > 1 ? 'cross-province' : 'in-province';
}

/** Whose turn it is and until when; nobody's when the group has ended. */
export function turnFacts(
  group: HeldGroup,
  nowMs: number,
): { turnName: string | null; dueOn: string | null; isLate: boolean } {
  if (group.state === 'closed') return { turnName: null, dueOn: null, isLate: false };
  const turn = group.members.find(({ studentId }) => studentId === turnOf(group));
  const turnName = turn ? `${turn.provinceName} ${turn.schoolName}` : `${group.arbiterName || '共同上级教育部门'}仲裁`;
  return { turnName, dueOn: dueOn(group.turnSince), isLate: group.turnSince < lateSince(nowMs) };
}

async function standingsOf(db: Kysely<HubDb>, group: HeldGroup): Promise<LinkedStanding[]> {
  const pictures = await db.selectFrom('problem_picture').selectAll().where('groupId', '=', group.id).execute();
  const files = (await listEvidenceOf(db, PROBLEM_EVIDENCE, group.id)).map(viewEvidence);
  const turn = turnOf(group);
  return group.members.map(({ studentId, state, lost, handling, evidence }: GroupMember) => {
    const shown = evidence.map(({ hash, fileName }) => {
      const picture = pictures.find((one) => one.hash === hash);
      const file = files.find(({ id }) => id === picture?.fileId);
      return { file, fileName, fault: picture?.fault };
    });
    return {
      studentId,
      state,
      lost,
      handling,
      isTurn: studentId === turn,
      pictures: shown.flatMap(({ file }): EvidenceFile[] => (file ? [file] : [])),
      missing: shown.flatMap(({ file, fileName, fault }) => (file ? [] : [`${fileName}：${fault ?? whereIs(group)}`])),
    };
  });
}

/** Of a province's own group only the names of the pictures travel. */
function whereIs({ owner }: HeldGroup): string {
  return owner === 'hub' ? '正在从省级节点传来' : '在省级节点查看';
}

function viewProposal(
  { id, winner, opinions, account, personName, at }: ProblemProposalTable,
  caller: Caller,
): ArbitrationProposal {
  const given = JSON.parse(opinions) as ArbitrationProposal['opinions'];
  return { id, winner, personName, at, opinions: given, isMine: account === caller.account };
}
