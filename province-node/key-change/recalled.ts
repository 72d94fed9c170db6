import type { z } from 'zod';
import type { ReleaseClaim } from '../../contracts/claim.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { claimAgain } from './claim.ts';
import { findKeyChange } from './table.ts';

/**
 * After a restore the node's own words come back (docs/PROTOCOL.md, "HELLO and restore"): the change had been returned or withdrawn,
 * and its claim is gone. Where it is open with that claim it needs another; else the grant of that claim comes once more and counts
 * no longer. What had been approved the summary of the record tells (`bringUpTo`); approved once more, it is the same.
 */
export async function changesReleased(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: ReadonlyArray<z.output<typeof ReleaseClaim.item>>,
): Promise<void> {
  for (const { application, claimNo } of items) {
    const change = await findKeyChange(tx, application);
    if (change?.state !== 'in-review') continue;
    const releasedNo = Math.max(change.releasedNo ?? 0, claimNo);
    await tx.updateTable('key_change').set({ releasedNo }).where('id', '=', application).execute();
    if (change.claimNo === claimNo) await claimAgain(province, tx, application);
  }
}
