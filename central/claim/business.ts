import type { z } from 'zod';
import { ConfirmClaim, IdentityClaimed, ReleaseClaim } from '../../contracts/claim.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { maskName } from '../../contracts/people/names.ts';
import { must } from '../../shared/assert.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Hub } from '../context.ts';
import { standAgainst } from '../problem-record/open.ts';
import { awaitVerification } from '../population-registry/table.ts';
import type { HubDb } from '../schema.ts';
import { countClaims, saveClaimEvents } from './event.ts';
import { holderOf } from './holder.ts';
import { mustBeCounted } from './recount.ts';
import { isOwn, reasonAgainstConfirming, reasonAgainstReleasing } from './rules.ts';
import type { Claiming, Refusal } from './rules.ts';
import {
  categoryCodes,
  endClaims,
  findClaims,
  listClaimsOn,
  saveHolders,
  saveNewClaims,
  takeClaimNumbers,
  sortedByFingerprint,
} from './table.ts';
import type { IdentityClaim } from './table.ts';

/** What a handler knows of the message that its items came in. */
export interface From {
  id: string;
  from: NodeId;
}

/** The asked item and the claim that has its identity now: its own when granted, another's when refused. */
interface Decided {
  asked: Claiming;
  claim: IdentityClaim;
  granted: boolean;
  isNew: boolean;
}

/**
 * National dedup (1.8, 1.16): the unique index decides, the claim number orders. A whole message is decided in a few
 * statements, sorted by fingerprint for the B-tree's sake; of two items on one identity the earlier wins.
 *
 * Asked twice, the same application gets the same answer with the same number, and is verified again. Asked after its
 * own release, it gets a new claim (a returned application that is handed in anew does so).
 */
export async function claimIdentities(
  hub: Hub,
  tx: Tx<HubDb>,
  items: readonly Claiming[],
  message: From,
): Promise<void> {
  await mustBeCounted(tx);
  const nowMs = hub.clock.now();
  const { firstNo, decided } = await decideClaims(hub, tx, items, message.from, nowMs);
  for (const { asked, claim, granted } of decided) {
    const { application, mark } = asked;
    const answer = granted
      ? { application, mark, result: 'granted' as const, claimNo: claim.claimNo }
      : { application, mark, result: 'held' as const, holder: holderOf(claim) };
    hub.outbox.queue(tx, message.from, IdentityClaimed, answer, { cause: message.id });
  }
  const granted = decided.filter((one) => one.granted);
  await awaitVerification(
    hub,
    tx,
    message.from,
    granted.filter(({ asked }) => asked.category === 'resident').map(({ asked }) => asked),
  );
  await recordDecisions(tx, firstNo, decided, message.from, nowMs);
}

async function decideClaims(
  hub: Hub,
  tx: Tx<HubDb>,
  items: readonly Claiming[],
  province: NodeId,
  nowMs: number,
): Promise<{ firstNo: number; decided: Decided[] }> {
  const firstNo = await takeClaimNumbers(tx, items.length);
  const claims = items.map((item, index): IdentityClaim => ({
    claimNo: firstNo + index,
    fingerprint: hub.vault.fingerprint(item.identityKey),
    category: categoryCodes[item.category],
    province,
    studentId: item.studentId,
    application: item.application,
    schoolId: item.schoolId,
    schoolName: item.schoolName,
    maskedName: maskName(item.name),
    studentNumber: null,
    at: nowMs,
  }));
  const sorted = sortedByFingerprint(claims);
  const saved = await saveNewClaims(tx, sorted);
  const taken = sorted.filter((_, index) => !saved[index]);
  const holders = new Map(
    (
      await listClaimsOn(
        tx,
        taken.map((claim) => claim.fingerprint),
      )
    ).map((holder) => [keyOf(holder), holder]),
  );
  const refused = new Map(taken.map((claim) => [claim.claimNo, must(holders.get(keyOf(claim)), 'the holder')]));
  const decided = items.map((asked, index): Decided => {
    const mine = must(claims[index], 'the claim');
    const holder = refused.get(mine.claimNo);
    if (!holder) return { asked, claim: mine, granted: true, isNew: true };
    return { asked, claim: holder, granted: isOwn(holder, province, asked), isNew: false };
  });
  return { firstNo, decided };
}

function keyOf({ fingerprint }: IdentityClaim): string {
  return Buffer.from(fingerprint).toString('base64');
}

/** New decisions, for 查重动态; the same answer given again is none. */
async function recordDecisions(
  tx: Tx<HubDb>,
  firstNo: number,
  decided: readonly Decided[],
  province: NodeId,
  nowMs: number,
): Promise<void> {
  const refused = decided.flatMap(({ asked, claim, granted }, place) =>
    granted
      ? []
      : [{ place, province, claimNo: claim.claimNo, schoolName: asked.schoolName, maskedName: maskName(asked.name) }],
  );
  await saveClaimEvents(tx, nowMs, { firstNo, count: decided.length }, refused);
  const granted = decided.filter((one) => one.isNew).length;
  await countClaims(tx, nowMs, province, { granted, refused: refused.length });
}

/**
 * The applications were approved: the claims are the pupils' for good. Twice changes nothing; after a release, or from
 * a province that does not own the claim, it is refused quietly and logged.
 */
export async function confirmClaims(
  hub: Hub,
  tx: Tx<HubDb>,
  orders: ReadonlyArray<z.output<typeof ConfirmClaim.item>>,
  message: From,
): Promise<void> {
  const claims = await findClaims(
    tx,
    orders.map((order) => order.claimNo),
  );
  await mustKnow(tx, orders, claims);
  const confirmed = orders.filter((order) => {
    const claim = claims.get(order.claimNo);
    const reason = reasonAgainstConfirming(claim, message.from, order);
    if (reason) return logRefusal(hub, ConfirmClaim.kind, message, order, reason);
    claims.set(order.claimNo, { ...must(claim, 'the claim'), studentNumber: order.studentNumber });
    return true;
  });
  await saveHolders(tx, confirmed);
  await countClaims(tx, hub.clock.now(), message.from, { confirmed: confirmed.length });
}

/**
 * The applications ended without a record: the identities are free again, the numbers are not. Twice changes nothing;
 * after the claim was confirmed, or from a province that does not own it, it is refused quietly and logged.
 */
export async function releaseClaims(
  hub: Hub,
  tx: Tx<HubDb>,
  orders: ReadonlyArray<z.output<typeof ReleaseClaim.item>>,
  message: From,
): Promise<void> {
  const nowMs = hub.clock.now();
  const claims = await findClaims(
    tx,
    orders.map((order) => order.claimNo),
  );
  await mustKnow(tx, orders, claims);
  const released: IdentityClaim[] = [];
  for (const order of orders) {
    const claim = claims.get(order.claimNo);
    const reason = reasonAgainstReleasing(claim, message.from, order);
    if (reason) logRefusal(hub, ReleaseClaim.kind, message, order, reason);
    else released.push(must(claim, 'the claim'));
    claims.delete(order.claimNo);
  }
  await endClaims(tx, released, nowMs);
  // Of several loaded records that an application kept from the identity, one has it now: the others stand against it.
  const free = released.map(({ fingerprint }) => fingerprint);
  await standAgainst(hub, tx, free, 'legacy');
  await countClaims(tx, nowMs, message.from, { released: released.length });
}

/** Of claims that are still to be restated nothing can be said. What is known is carried out: it makes room for others. */
export async function mustKnow(
  tx: Tx<HubDb>,
  orders: ReadonlyArray<{ claimNo: number }>,
  claims: ReadonlyMap<number, IdentityClaim>,
): Promise<void> {
  if (orders.some(({ claimNo }) => !claims.has(claimNo))) await mustBeCounted(tx);
}

/** Answers false, so that a filter may end with it. */
export function logRefusal(
  hub: Hub,
  kind: string,
  { id, from }: From,
  { claimNo, application }: { claimNo: number | null; application: string },
  reason: Refusal,
): false {
  const level = reason === 'already-done' ? 'debug' : 'warn';
  hub.log[level]({ kind, message: id, from, claimNo, application, reason }, 'an order about a claim changed nothing');
  return false;
}
