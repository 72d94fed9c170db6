import type { z } from 'zod';
import { IdentityClaimed, RecountClaims, RecountEnded } from '../../contracts/claim.ts';
import type { ClaimRestated, ClaimsRecounted } from '../../contracts/claim.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { maskName } from '../../contracts/people/names.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { AnyTx } from '../../shared/db/tables-of.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import { NotYet } from '../../shared/messaging/handlers.ts';
import { replayParkedAfter } from '../../shared/messaging/replay.ts';
import { loadDirectory } from '../../shared/messaging/verify-log.ts';
import type { Hub } from '../context.ts';
import { raiseAlarm } from '../national-index/table.ts';
import { identitiesRecounted, membersAmong } from '../problem-record/recounted.ts';
import type { HubDb } from '../schema.ts';
import { orderAgain } from '../transfer/hand-over.ts';
import { holderOf } from './holder.ts';
import {
  awaitNoLonger,
  awaitRecount,
  isRecounting,
  listAwaited,
  raiseCounter,
  saveRestated,
  takeRestated,
} from './recount-table.ts';
import { categoryCodes, lastClaimNumber, listClaimsOn } from './table.ts';

type Restated = z.output<typeof ClaimRestated.item>;
type Recounted = z.output<typeof ClaimsRecounted.item>;

/**
 * A number that nobody remembers is not given again either. More than are granted in the time that a backup can lack are
 * left out; and since one backup may be restored twice, the numbers of each restore begin where the clock is, in
 * microseconds, which no hub's grants can outrun.
 */
const NUMBERS_LEFT_OUT = 1_000_000_000;
const NUMBERS_PER_MS = 1_000;

/**
 * The hub was restored (docs/PROTOCOL.md, "Recount"): it asks every active province for the claims that it may have
 * forgotten. Until all have told them it decides none: what it cannot know yet may be taken.
 */
export async function claimsForgotten(hub: Hub, tx: Tx<HubDb>): Promise<void> {
  const { document } = await loadDirectory(tx);
  const provinces = (document?.nodes ?? []).filter(({ id, state }) => id !== HUB && state === 'active');
  const recount = hub.ids.next();
  // The backup may be from the midst of another recount: what was asked for then is asked for again.
  const unanswered = (await listAwaited(tx)).map((row) => row.afterNo);
  const last = await lastClaimNumber(tx);
  const afterNo = Math.min(last, ...unanswered);
  await raiseCounter(tx, Math.max(last + NUMBERS_LEFT_OUT, hub.clock.now() * NUMBERS_PER_MS));
  const since = isoTime(hub.clock.now());
  await awaitRecount(
    tx,
    provinces.map(({ id }) => ({ province: id, recount, afterNo, since })),
  );
  for (const { id } of provinces) hub.outbox.queue(tx, id, RecountClaims, { recount, afterNo });
  if (provinces.length === 0) await tellEnded(hub, tx);
}

/** Throws `NotYet` while provinces are to tell their claims: the message waits in the log. */
export async function mustBeCounted(tx: Tx<HubDb>): Promise<void> {
  if (await isRecounting(tx)) throw new NotYet('claims are being recounted');
}

/** Kept apart until all have answered: of two claims on one identity the lower number stands, whoever tells it first. */
export async function claimsRestated(
  hub: Hub,
  tx: Tx<HubDb>,
  items: readonly Restated[],
  { from }: { from: NodeId },
): Promise<void> {
  const claims = items.map(({ identityKey, name, category, since, ended, ...claim }) => ({
    ...claim,
    fingerprint: hub.vault.fingerprint(identityKey),
    category: categoryCodes[category],
    province: from,
    maskedName: maskName(name),
    at: Date.parse(since),
    ended: ended ? 1 : 0,
  }));
  await saveRestated(tx, claims);
}

/** One that answers late, because it was suspended meanwhile, ends its own recount. */
export async function claimsRecounted(
  hub: Hub,
  tx: Tx<HubDb>,
  items: readonly Recounted[],
  { from }: { from: NodeId },
): Promise<void> {
  for (const { recount, highestNo } of items) {
    await raiseCounter(tx, highestNo);
    await awaitNoLonger(tx, from, recount);
  }
  await endWhenCounted(hub, tx);
}

/** An operator has suspended the province: the others wait for it no longer. */
export async function recountWithout(hub: Hub, tx: Tx<HubDb>, province: NodeId): Promise<void> {
  if (!(await isRecounting(tx))) return;
  await awaitNoLonger(tx, province);
  await endWhenCounted(hub, tx);
}

/** Of claims whose identity another has: an application is told so, as it would have been; for a record people decide. */
async function endWhenCounted(hub: Hub, tx: Tx<HubDb>): Promise<void> {
  if (await isRecounting(tx)) return;
  const nowMs = hub.clock.now();
  const lost = await takeRestated(tx, nowMs);
  const holders = await listClaimsOn(
    tx,
    lost.map((claim) => claim.fingerprint),
  );
  const inGroups = await membersAmong(
    tx,
    lost.map(({ studentId }) => studentId),
  );
  for (const claim of lost) {
    const { claimNo, province, studentId, studentNumber, maskedName, schoolName } = claim;
    hub.log.warn({ claimNo, from: province, studentId }, 'a restated claim found its identity taken');
    const holder = holders.find((one) => Buffer.compare(one.fingerprint, claim.fingerprint) === 0);
    if (studentNumber === null && holder) {
      const { application } = claim;
      hub.outbox.queue(tx, province, IdentityClaimed, { application, result: 'held', holder: holderOf(holder) });
      continue;
    }
    // Known as a problem record, which contends again; or it was loaded, and contends as it did when it was.
    if (inGroups.has(studentId) || claim.application === studentId) continue;
    await raiseAlarm(tx, {
      at: isoTime(nowMs),
      kind: 'claim-of-another',
      province,
      studentId,
      maskedName,
      schoolName,
      studentNumber: studentNumber ?? '',
      otherProvince: null,
    });
  }
  await identitiesRecounted(hub, tx, lost);
  await orderAgain(hub, tx);
  await tellEnded(hub, tx);
  replayParkedAfter(tx as AnyTx, hub);
}

/** Behind what was ordered again; to provinces that are suspended as well, for when they are resumed. */
async function tellEnded(hub: Hub, tx: Tx<HubDb>): Promise<void> {
  const { document } = await loadDirectory(tx);
  const endedAt = isoTime(hub.clock.now());
  for (const { id } of document?.nodes ?? []) if (id !== HUB) hub.outbox.queue(tx, id, RecountEnded, { endedAt });
}
