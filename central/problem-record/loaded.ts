import { RecordLoadAnswered, RenumberRecord } from '../../contracts/problem-group.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { must } from '../../shared/assert.ts';
import type { Tx } from '../../shared/db/store.ts';
import { identityOf, listContendersOn, saveContenders } from '../claim/contender.ts';
import { mustBeCounted } from '../claim/recount.ts';
import { listClaimsOn, listEndedOf, saveNewClaims, sortedByFingerprint, takeClaimNumbers } from '../claim/table.ts';
import type { IdentityClaim } from '../claim/table.ts';
import type { Hub } from '../context.ts';
import { enterLoaded, ownLoaded } from '../national-index/loaded.ts';
import type { Loaded, Numbered } from '../national-index/loaded.ts';
import type { HubDb } from '../schema.ts';
import { standAgainst } from './open.ts';
import { claimOfRecord } from './record-claim.ts';

/**
 * Phase one's records (features 2.10), a message at a time, in a few statements: each claims its identity, which is held at once, since
 * its number is known; where another record has it already, it contends, and a group is opened on both sides. Who comes first
 * holds, whichever province it is of; that says nothing of who is right.
 *
 * Said again, the same answer; of a record that has let this identity go since, none. Of a record that another province holds nothing is taken (attack: a province names another's).
 */
export async function recordsLoaded(
  hub: Hub,
  tx: Tx<HubDb>,
  items: readonly Loaded[],
  { from }: { from: NodeId },
): Promise<void> {
  await mustBeCounted(tx);
  const own = await stillClaiming(hub, tx, await ownLoaded(hub, tx, items, from));
  const numbered = await claimAll(hub, tx, own, from);
  const renumbered = await enterLoaded(hub, tx, numbered, from);
  for (const { item, claimNo, contended } of numbered)
    hub.outbox.queue(tx, from, RecordLoadAnswered, { studentId: item.studentId, claimNo, contended });
  for (const { studentId, studentNumber } of renumbered)
    hub.outbox.queue(tx, from, RenumberRecord, { studentId, studentNumber });
  const contended = numbered.filter((one) => one.contended);
  await standAgainst(
    hub,
    tx,
    contended.map(({ fingerprint }) => fingerprint),
    'legacy',
  );
}

/** Those that have not let the very identity go: a change or a deletion came after the load, which is told once more after a restore. */
async function stillClaiming(hub: Hub, tx: Tx<HubDb>, items: readonly Loaded[]): Promise<Loaded[]> {
  const gone = await listEndedOf(
    tx,
    items.map(({ studentId }) => studentId),
  );
  if (gone.length === 0) return [...items];
  const keys = new Set(gone.map((claim) => keyOf(claim)));
  return items.filter(
    ({ studentId, identityKey }) => !keys.has(keyOf({ studentId, fingerprint: hub.vault.fingerprint(identityKey) })),
  );
}

/** The unique index decides, as for claims of applications: sorted by fingerprint, of two in a message the earlier first. */
async function claimAll(hub: Hub, tx: Tx<HubDb>, items: readonly Loaded[], province: NodeId): Promise<Numbered[]> {
  const firstNo = await takeClaimNumbers(tx, items.length);
  const claims = items.map((item, index) => {
    const fingerprint = hub.vault.fingerprint(item.identityKey);
    return claimOfRecord({ ...item, province, fingerprint }, firstNo + index);
  });
  const sorted = sortedByFingerprint(claims);
  const saved = await saveNewClaims(tx, sorted);
  const taken = sorted.filter((_, index) => !saved[index]);
  const fingerprints = taken.map(({ fingerprint }) => fingerprint);
  const holders = new Map((await listClaimsOn(tx, fingerprints)).map((holder) => [identityOf(holder), holder]));
  const contending = new Map((await listContendersOn(tx, fingerprints)).map((one) => [keyOf(one), one.claimNo]));
  const contendedIdentities = new Set([...contending.keys()].map((key) => key.split(' ')[0]));
  const answers = new Map<IdentityClaim, Pick<Numbered, 'claimNo' | 'contended'>>();
  const contenders: IdentityClaim[] = [];
  for (const claim of taken) {
    const holder = must(holders.get(identityOf(claim)), 'the holder');
    if (holder.studentId === claim.studentId) {
      answers.set(claim, { claimNo: holder.claimNo, contended: contendedIdentities.has(identityOf(claim)) });
      continue;
    }
    const known = contending.get(keyOf(claim));
    answers.set(claim, { claimNo: known ?? claim.claimNo, contended: true });
    if (known !== undefined) continue;
    contending.set(keyOf(claim), claim.claimNo);
    contenders.push(claim);
  }
  await saveContenders(tx, contenders);
  return items.map((item, index) => {
    const claim = must(claims[index], 'the claim');
    const answer = answers.get(claim) ?? { claimNo: claim.claimNo, contended: false };
    return { item, fingerprint: claim.fingerprint, ...answer };
  });
}

const keyOf = (claim: Pick<IdentityClaim, 'fingerprint' | 'studentId'>): string =>
  `${identityOf(claim)} ${claim.studentId}`;
