import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { GroupEvent } from '../../contracts/problem-group.ts';
import type {
  ArbitrationProposal,
  confirmArbitration,
  proposeArbitration,
  returnArbitration,
} from '../../contracts/problem-linkage.ts';
import { arbitrated, groupStateTitles, hasLeft } from '../../contracts/problem-rules.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { peopleMustWait } from '../transfer/agreed.ts';
import { findGroup } from './group.ts';
import { likenessOf } from './rules.ts';
import { changeGroup, stepped, tellGroupPages } from './tell.ts';
import type { HeldGroup, ProblemProposalTable } from './table.ts';

/**
 * 跨省问题学籍仲裁 (2.7): the ministry is the common superior of all provinces. One arbitrator proposes who keeps the identity, with the
 * grounds for each side; nothing happens until another one confirms. Then the decision is the group's, told to both sides.
 */

/** What is proposed and not yet decided. */
export function findProposal(db: Kysely<HubDb>, groupId: string): Promise<ProblemProposalTable | undefined> {
  return db
    .selectFrom('problem_proposal')
    .selectAll()
    .where('groupId', '=', groupId)
    .where('state', '=', 'proposed')
    .executeTakeFirst();
}

/** Proposed twice by the same person, the later proposal stands. */
export async function propose(
  hub: Hub,
  call: Call<HubDb>,
  { id, revision, winner, opinions }: z.output<typeof proposeArbitration.input>,
): Promise<{ id: string }> {
  return call.decide(async (tx, note) => {
    const group = await mayDecide(tx, id);
    const before = await findProposal(tx, id);
    const reason = reasonAgainstProposing(group, before, call.caller);
    if (reason !== null) throw new Problem('illegal-move', reason);
    mustBeCurrent(group, revision);
    mustSayAll(group, winner, opinions);
    if (before) await tx.deleteFrom('problem_proposal').where('id', '=', before.id).execute();
    const { account, personName } = call.caller;
    await tx
      .insertInto('problem_proposal')
      .values({
        winner,
        account,
        personName,
        revision: group.revision,
        id: hub.ids.next(),
        groupId: id,
        opinions: JSON.stringify(opinions),
        likeness: likenessOf(thereIn(group)),
        at: isoTime(hub.clock.now()),
        state: 'proposed',
        decidedBy: null,
        decidedByName: null,
        decidedAt: null,
        reason: '',
      })
      .execute();
    tellGroupPages(hub, tx);
    note(id, '提出跨省问题学籍仲裁意见');
    return { id };
  });
}

/** The second person: the decision stands from here on, and the identity follows it. A second click meets a group that is decided. */
export async function confirm(
  hub: Hub,
  call: Call<HubDb>,
  { id, proposal: proposalId, revision }: z.output<typeof confirmArbitration.input>,
): Promise<{ id: string }> {
  return call.decide(async (tx, note) => {
    const group = await mayDecide(tx, id);
    const proposal = await findProposal(tx, id);
    if (proposal?.account === call.caller.account) throw new Problem('maker-is-checker', ownProposal);
    const reason = reasonAgainstConfirming(group, proposal, call.caller);
    if (reason !== null) throw new Problem('illegal-move', reason);
    if (proposal?.id !== proposalId) throw new Problem('stale-revision', '仲裁意见已重新提出，请核对后再确认');
    mustBeCurrent(group, revision);
    await decide(hub, tx, proposal.id, 'confirmed', call.caller, '');
    const { winner, personName } = proposal;
    const opinions = JSON.parse(proposal.opinions) as ArbitrationProposal['opinions'];
    const events = opinions.map(({ studentId, opinion }): GroupEvent => ({
      studentId,
      act: 'arbitrate',
      handling: null,
      at: isoTime(hub.clock.now()),
      orgName: call.caller.org.name,
      personName: `${personName}、${call.caller.personName}`,
      opinion: `${studentId === winner ? '仲裁通过' : '仲裁不通过'}：${opinion}`,
    }));
    await changeGroup(hub, tx, stepped(hub, group, arbitrated(group, winner), events));
    note(id, '确认跨省问题学籍仲裁');
    return { id };
  });
}

/** Not agreed with: it is to be proposed anew, by whomever. Nobody below hears of it. */
export async function sendBack(
  hub: Hub,
  call: Call<HubDb>,
  { id, proposal: proposalId, reason }: z.output<typeof returnArbitration.input>,
): Promise<{ id: string }> {
  return call.decide(async (tx, note) => {
    await mayDecide(tx, id);
    const proposal = await findProposal(tx, id);
    if (proposal?.id !== proposalId) throw new Problem('illegal-move', '这项仲裁意见已确认、退回或重新提出，请刷新');
    await decide(hub, tx, proposal.id, 'returned', call.caller, reason);
    tellGroupPages(hub, tx);
    note(id, '退回跨省问题学籍仲裁意见');
    return { id };
  });
}

async function decide(
  hub: Hub,
  tx: Tx<HubDb>,
  id: string,
  state: 'confirmed' | 'returned',
  { account, personName }: Caller,
  reason: string,
): Promise<void> {
  const decided = { decidedBy: account, decidedByName: personName, decidedAt: isoTime(hub.clock.now()) };
  await tx
    .updateTable('problem_proposal')
    .set({ ...decided, state, reason })
    .where('id', '=', id)
    .execute();
}

/** After a restore of the hub its provinces first tell what it forgot: the group may have been decided already. */
async function mayDecide(tx: Tx<HubDb>, id: string): Promise<HeldGroup> {
  const group = await findGroup(tx, id);
  if (!group) throw new Problem('not-found', '没有这组问题学籍');
  await peopleMustWait(tx, [...new Set(group.members.map(({ province }) => province as NodeId))]);
  return group;
}

export function thereIn({ members }: HeldGroup): HeldGroup['members'] {
  return members.filter((member) => !hasLeft(member));
}

function mustBeCurrent(group: HeldGroup, revision: number): void {
  if (revision >= group.standingRevision) return;
  const last = must(group.events.at(-1), 'an event of a group');
  throw new Problem(
    'stale-revision',
    `您打开后这组问题学籍有了变化（${last.orgName}），请刷新后重新核对；您填写的内容没有丢失`,
  );
}

function mustSayAll(
  group: HeldGroup,
  winner: string,
  opinions: z.output<typeof proposeArbitration.input>['opinions'],
): void {
  const there = thereIn(group).map(({ studentId }) => studentId);
  if (!there.includes(winner)) throw missing('/winner', '请选择仲裁通过的一方');
  const said = opinions.map(({ studentId }) => studentId);
  if (there.length !== said.length || there.some((studentId) => !said.includes(studentId)))
    throw missing('/opinions', '请填写对每一方的仲裁意见');
}

function missing(pointer: string, detail: string): Problem {
  return new Problem('invalid-input', undefined, { errors: [{ pointer, detail }] });
}

const ownProposal = '不能确认自己提出的仲裁意见，须由另一名仲裁员确认';

/** Why the caller cannot propose now (Chinese); null when they can. */
export function reasonAgainstProposing(
  group: HeldGroup,
  proposal: ProblemProposalTable | undefined,
  caller: Caller,
): string | null {
  if (group.owner !== 'hub') return `省内问题学籍由${group.arbiterName || '共同上级教育部门'}仲裁`;
  if (group.state !== 'arbitration') return `目前“${groupStateTitles[group.state]}”，各方都佐证后才需要仲裁`;
  if (caller.role !== 'ministry-arbitrator') return '由教育部仲裁员仲裁';
  if (proposal && proposal.account !== caller.account) return `${proposal.personName}已提出仲裁意见，请确认或退回`;
  return null;
}

/** Why the caller cannot confirm what is proposed (Chinese); null when they can. */
export function reasonAgainstConfirming(
  group: HeldGroup,
  proposal: ProblemProposalTable | undefined,
  caller: Caller,
): string | null {
  if (!proposal) return '还没有仲裁意见';
  if (caller.role !== 'ministry-arbitrator') return '由教育部仲裁员确认';
  if (proposal.account === caller.account) return ownProposal;
  if (group.state !== 'arbitration' || proposal.revision < group.standingRevision)
    return '提出仲裁意见后这组问题学籍有了变化，请退回后重新提出';
  return null;
}
