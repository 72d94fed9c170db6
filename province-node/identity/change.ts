import { ChangeIdentity } from '../../contracts/claim.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { noteEndedClaim } from './table.ts';

export interface IdentityChange {
  studentId: string;
  application: string;
  /** The claim of the identity that the record has from now on; null: it has none. */
  claimNo: number | null;
  /** The claim that it had. Another one ends, and its identity is free. */
  before: number | null;
  name: string;
  studentNumber: string;
}

/** Tells the hub in the decision that changes the record or ends it (docs/PROTOCOL.md, "Change of identity"). */
export async function changeIdentity(province: Province, tx: Tx<ProvinceDb>, change: IdentityChange): Promise<void> {
  const { before, claimNo, studentId } = change;
  if (before === null && claimNo === null) return;
  province.outbox.queue(tx, 'hub', ChangeIdentity, change);
  if (before !== null && before !== claimNo) await noteEndedClaim(tx, { claimNo: before, studentId });
}
