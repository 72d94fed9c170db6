import {
  ChangeIdentity,
  ClaimIdentity,
  IdentityClaimed,
  IdentityVerified,
  RecountClaims,
  RecountEnded,
  ReleaseClaim,
} from '../../contracts/claim.ts';
import type { Tx } from '../../shared/db/store.ts';
import { soon } from '../../shared/jobs/soon.ts';
import { on } from '../../shared/messaging/handlers.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import type { Province } from '../context.ts';
import { changesClaimed, changesVerified } from '../key-change/checks.ts';
import { isMarked } from '../key-change/claim.ts';
import { changesReleased } from '../key-change/recalled.ts';
import { identitiesClaimed, identitiesVerified } from '../registration/checks.ts';
import { claimRecalled, releaseRecalled } from '../registration/forgotten.ts';
import type { ProvinceDb } from '../schema.ts';
import { agreedWithHub, awaitRecount, recountEnded } from './awaited-recount.ts';
import { recountAsked, restateOwed } from './recount.ts';
import { noteEndedClaim } from './table.ts';

/** What a crash cut off, or the hub had no room for, goes on after so long. */
const AGAIN_EVERY_MS = 1_000;

/** What the hub says of identities, and this node's own words of them: each to the business that asked. */
export const identity: ProvinceBusiness = {
  name: 'identity',
  endpoints: [],
  restored: (_province, tx) => awaitRecount(tx),
  agreed: agreedWithHub,
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
    on(RecountEnded, recountEnded),
  ],
  jobs: [{ name: 'restate-claims', everyMs: AGAIN_EVERY_MS, run: (province: Province) => soon(province, restateOwed) }],
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
