import type { z } from 'zod';
import { ChangeIdentity } from '../../contracts/claim.ts';
import { maskName } from '../../contracts/people/names.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { findMovedHolders } from '../transfer/table.ts';
import { logRefusal, mustKnow } from './business.ts';
import type { From } from './business.ts';
import { countClaims } from './event.ts';
import { mayEnd, reasonAgainstChanging } from './rules.ts';
import { endClaims, findClaims, saveChanged } from './table.ts';
import type { IdentityClaim } from './table.ts';

type Order = z.output<typeof ChangeIdentity.item>;

/**
 * Records have another identity, name or number from now on: the new claim is theirs for good and the former one ends, in one
 * decision. Twice changes nothing; what names a claim that is not the record's own is refused quietly and logged, and then the
 * former one stays: a record would stand without an identity.
 */
export async function changeIdentities(
  hub: Hub,
  tx: Tx<HubDb>,
  orders: readonly Order[],
  message: From,
): Promise<void> {
  const named = orders.flatMap(({ claimNo, before }) => [claimNo, before].filter((one) => one !== null));
  const claims = await findClaims(tx, named);
  await mustKnow(
    tx,
    named.map((claimNo) => ({ claimNo })),
    claims,
  );
  const studentIds = orders.map(({ studentId }) => studentId);
  const moved = await findMovedHolders(tx, studentIds);
  // After a restore the claim of a record that has moved may still be under where it was registered.
  const isHeldThere = (claim: IdentityClaim | undefined): boolean =>
    claim !== undefined && (moved.get(claim.studentId)?.province ?? claim.province) === message.from;
  const nowMs = hub.clock.now();
  for (const order of orders) {
    const claim = order.claimNo === null ? undefined : claims.get(order.claimNo);
    const reason = order.claimNo === null ? undefined : reasonAgainstChanging(claim, isHeldThere(claim), order);
    if (reason) {
      logRefusal(hub, ChangeIdentity.kind, message, order, reason);
      continue;
    }
    const { studentNumber, studentId, before, claimNo } = order;
    if (claim) {
      const changed = { ...claim, studentNumber, maskedName: maskName(order.name) };
      await saveChanged(tx, changed);
      claims.set(claim.claimNo, changed);
      await countClaims(tx, nowMs, message.from, { confirmed: claim.studentNumber === null ? 1 : 0 });
    }
    const former = before === null || before === claimNo ? undefined : claims.get(before);
    if (!former || !mayEnd(former, isHeldThere(former), studentId)) continue;
    await endClaims(tx, [former], nowMs);
    claims.delete(former.claimNo);
    await countClaims(tx, nowMs, message.from, { released: 1 });
  }
}
