import type { z } from 'zod';
import {
  ChangeIdentity,
  ClaimIdentity,
  ClaimsRecounted,
  IdentityClaimed,
  IdentityVerified,
  RecountClaims,
  ReleaseClaim,
} from '../../contracts/claim.ts';
import type { Tx } from '../../shared/db/store.ts';
import { on } from '../../shared/messaging/handlers.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import type { Province } from '../context.ts';
import { changesClaimed, changesVerified } from '../key-change/checks.ts';
import { isMarked } from '../key-change/claim.ts';
import { changesReleased } from '../key-change/recalled.ts';
import { restateChanges } from '../key-change/recount.ts';
import { tellAll } from '../publication/business.ts';
import { identitiesClaimed, identitiesVerified } from '../registration/checks.ts';
import { claimRecalled, releaseRecalled } from '../registration/forgotten.ts';
import { restateRegistrations } from '../registration/recount.ts';
import type { ProvinceDb } from '../schema.ts';
import { noteEndedClaim } from './table.ts';

/** What the hub says of identities, and this node's own words of them: each to the business that asked. */
export const identity: ProvinceBusiness = {
  name: 'identity',
  endpoints: [],
  messages: [
    on(IdentityClaimed, async (province: Province, tx: Tx<ProvinceDb>, items) => {
      const { changes, registrations } = await apart(tx, items);
      await changesClaimed(province, tx, changes);
      await identitiesClaimed(province, tx, registrations);
    }),
    on(IdentityVerified, async (province: Province, tx: Tx<ProvinceDb>, items) => {
      const { changes, registrations } = await apart(tx, items);
      await changesVerified(province, tx, changes);
      await identitiesVerified(province, tx, registrations);
    }),
    on(RecountClaims, recountAsked),
  ],
  recalls: [
    on(ClaimIdentity, async (province: Province, tx: Tx<ProvinceDb>, items) =>
      // What a change had asked for is given back when the answer comes again, unless the change is known.
      claimRecalled(province, tx, (await apart(tx, items)).registrations),
    ),
    on(ReleaseClaim, async (province: Province, tx: Tx<ProvinceDb>, items) => {
      const { changes, registrations } = await apart(tx, items);
      await changesReleased(province, tx, changes);
      await releaseRecalled(province, tx, registrations);
    }),
    on(ChangeIdentity, async (_province: Province, tx: Tx<ProvinceDb>, items) => {
      for (const { before, claimNo, studentId } of items)
        if (before !== null && before !== claimNo) await noteEndedClaim(tx, { claimNo: before, studentId });
    }),
  ],
};

/** Those of key-data changes, known here or marked as such, and the others. */
async function apart<Item extends { application: string; mark?: string | undefined }>(
  tx: Tx<ProvinceDb>,
  items: readonly Item[],
): Promise<{ changes: Item[]; registrations: Item[] }> {
  const ids = items.map(({ application }) => application);
  const known = await tx.selectFrom('key_change').select('id').where('id', 'in', ids).execute();
  const ofChanges = new Set(known.map(({ id }) => id));
  const isOfChange = ({ application, mark }: Item): boolean => isMarked(mark) || ofChanges.has(application);
  return { changes: items.filter(isOfChange), registrations: items.filter((item) => !isOfChange(item)) };
}

/**
 * The hub was restored and has forgotten claims above a number: it is told every one that this province was granted
 * since, also those that were let go, and then that these were all. What it had been told of this province's people comes
 * again too.
 */
export async function recountAsked(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: ReadonlyArray<z.output<typeof RecountClaims.item>>,
): Promise<void> {
  await tellAll(province, tx);
  for (const { recount, afterNo } of items) {
    const ofChanges = await restateChanges(province, tx, afterNo);
    const ofRegistrations = await restateRegistrations(province, tx, afterNo);
    province.outbox.queue(tx, 'hub', ClaimsRecounted, { recount, highestNo: Math.max(ofChanges, ofRegistrations) });
  }
}
