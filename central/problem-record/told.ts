import type { z } from 'zod';
import type { GroupMember, ProblemTold } from '../../contracts/problem-group.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { carriedOut, handedIn, hasLeft } from '../../contracts/problem-rules.ts';
import type { Tx } from '../../shared/db/store.ts';
import { findClaims } from '../claim/table.ts';
import type { Hub } from '../context.ts';
import { findHolders } from '../national-index/table.ts';
import type { HubDb } from '../schema.ts';
import { findGroup, saveGroup } from './group.ts';
import { settleIdentity } from './settle.ts';
import { changeGroup, stepped, tellGroupPages } from './tell.ts';
import type { HeldGroup } from './table.ts';

type Told = z.output<typeof ProblemTold.item>;

/**
 * A province tells of a group that is all its own: the linkage view follows it, and the claims do. Of a group that has become the hub's
 * meanwhile what the province had decided before it heard of that is merged in. What names a record of another province, or a group of another's, changes
 * nothing and is logged.
 */
export async function groupsTold(
  hub: Hub,
  tx: Tx<HubDb>,
  items: readonly Told[],
  { from }: { from: NodeId },
): Promise<void> {
  for (const told of items) {
    const known = await findGroup(tx, told.id);
    const reason = await reasonAgainstTold(tx, told, known, from);
    if (reason) {
      hub.log.warn({ group: told.id, from, reason }, 'a problem group was not taken');
      continue;
    }
    if (known?.owner === 'hub') await mergeTold(hub, tx, known, told);
    else if (!known || told.revision > known.revision) await takeTold(hub, tx, known, told, from);
  }
}

async function reasonAgainstTold(
  tx: Tx<HubDb>,
  told: Told,
  known: HeldGroup | undefined,
  from: NodeId,
): Promise<string | undefined> {
  if (told.owner !== from) return 'of another owner';
  if (known && known.owner !== from && known.owner !== 'hub') return 'the group of another province';
  if (told.members.some(({ province }) => province !== from)) return 'a member of another province';
  const holders = await findHolders(
    tx,
    told.members.map(({ studentId }) => studentId),
  );
  if ([...holders.values()].some((province) => province !== from)) return 'a record of another province';
  if (known?.owner === 'hub' && !known.members.some(({ province }) => province === from)) return 'not in the group';
  return undefined;
}

async function takeTold(
  hub: Hub,
  tx: Tx<HubDb>,
  known: HeldGroup | undefined,
  told: Told,
  from: NodeId,
): Promise<void> {
  const isKnown = ({ studentId }: GroupMember): boolean => told.members.some((one) => one.studentId === studentId);
  // Found by the hub since: the province hears of them, and tells again.
  const found = known?.members.filter((member) => !isKnown(member)) ?? [];
  // With them the group has not ended, whatever the province decided before it heard of them.
  const goesOn = found.some((member) => !hasLeft(member));
  const group: HeldGroup = {
    ...told,
    ...(goesOn && told.state === 'closed' ? { state: 'open', closedAt: null } : {}),
    owner: from,
    standingRevision: told.revision,
    fingerprint: known?.fingerprint ?? null,
    members: [...told.members, ...found],
  };
  await saveGroup(tx, group);
  await settleIdentity(tx, group, hub.clock.now(), from);
  tellGroupPages(hub, tx);
}

/**
 * The hub took the group over while the province still decided of it: what its members did stands, as far as the rules allow it now, and all
 * hear of it again with a revision above both.
 */
async function mergeTold(hub: Hub, tx: Tx<HubDb>, known: HeldGroup, told: Told): Promise<void> {
  let group: HeldGroup = { ...known, revision: Math.max(known.revision, told.revision) };
  for (const theirs of told.members) {
    const ours = group.members.find(({ studentId }) => studentId === theirs.studentId);
    if (!ours || ours.state === theirs.state) continue;
    const events = told.events.filter(
      (event) =>
        event.studentId === theirs.studentId &&
        !known.events.some((one) => one.at === event.at && one.act === event.act),
    );
    const { handling, evidence } = theirs;
    const facts = group.members.map((member) => (member === ours ? { ...member, handling, evidence } : member));
    const before = { ...group, members: facts };
    if (theirs.state === 'in-review' && ours.state === 'waiting')
      group = stepped(hub, before, handedIn(group, theirs.studentId), events);
    else if (hasLeft(theirs))
      group = stepped(
        hub,
        before,
        carriedOut(group, theirs.studentId, theirs.state === 'changed' ? 'change' : 'delete'),
        events,
      );
    else if (keepsToIt(theirs, told) && (ours.state === 'waiting' || ours.state === 'in-review'))
      group = stepped(hub, before, carriedOut(group, theirs.studentId, 'attest'), events);
  }
  // Nothing of it is new: what was under way had been told before the hub took over.
  if (group.revision === known.revision) return;
  await changeGroup(hub, tx, group);
}

/** Also who had won before its bureau: across provinces the ministry decides anew. The last one left of a group had no say in it. */
function keepsToIt({ state }: GroupMember, told: Told): boolean {
  return state === 'attested' || (state === 'cleared' && told.state !== 'closed');
}

/**
 * Own words that come back after a restore of the hub: the newest of a group stand again, whichever province returns them first. The claims
 * follow once they have been recounted (`identitiesRecounted`).
 */
export async function toldRecalled(hub: Hub, tx: Tx<HubDb>, items: readonly Told[]): Promise<void> {
  for (const told of items) {
    const known = await findGroup(tx, told.id);
    if (known && known.revision >= told.revision) continue;
    const fingerprint = known?.fingerprint ?? (await identityOfGroup(tx, told));
    await saveGroup(tx, { ...told, owner: told.owner as NodeId, standingRevision: told.revision, fingerprint });
    tellGroupPages(hub, tx);
  }
}

/** The identity that they stand for, by their records. */
async function identityOfGroup(tx: Tx<HubDb>, { members, kind, state }: Told): Promise<Uint8Array | null> {
  if (kind !== 'identity-held-twice' || state === 'closed') return null;
  const claims = await findClaims(
    tx,
    members.map(({ claimNo }) => claimNo),
  );
  for (const { claimNo } of members) {
    const claim = claims.get(claimNo);
    if (claim) return claim.fingerprint;
  }
  return null;
}
