import { ClaimIdentity, ReleaseClaim } from '../../contracts/claim.ts';
import type { ClaimCategory } from '../../contracts/claim.ts';
import { identityKeyOfValues } from '../../contracts/key-change-rules.ts';
import type { KeyValues } from '../../contracts/key-data.ts';
import { must } from '../../shared/assert.ts';
import { setBlocked } from '../../shared/chain/chain.ts';
import type { Tx } from '../../shared/db/store.ts';
import { findOrg } from '../../shared/org/table.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { blockedBy } from './rules.ts';
import { getKeyChangeRow, openValues, ownClaim } from './table.ts';
import type { KeyChangeTable } from './table.ts';

const MARK = 'key-change:';

/** Whether the hub was asked, or answers, for a key-data change: also for one that a restore has taken away. */
export function isMarked(mark: string | undefined): boolean {
  return mark?.startsWith(MARK) ?? false;
}

/** Keyed, so it is nobody else's to read. It covers the name: one identity is asked about again under another name. */
export function markOf(vault: Vault, values: KeyValues): string {
  const asked = `${identityKeyOfValues(values)} ${values.name}`;
  return MARK + vault.fingerprint(asked).toString('base64');
}

/**
 * Asks the hub for the identity as it is to be. Of the record's own identity (a change of name) it is granted the claim that the
 * record has, and the name is verified (docs/PROTOCOL.md, "Claims").
 */
export async function claim(province: Province, tx: Tx<ProvinceDb>, change: KeyChangeTable): Promise<void> {
  if (change.checkState !== 'unchecked') return;
  const { after } = await openValues(tx, province.vault, change.id);
  province.outbox.queue(tx, 'hub', ClaimIdentity, {
    application: change.id,
    studentId: change.studentId,
    category: change.category as ClaimCategory,
    identityKey: must(identityKeyOfValues(after), 'the identity of a change'),
    name: must(after.name, 'name'),
    schoolId: change.schoolId,
    schoolName: must(await findOrg(tx, change.schoolId), 'the school').name,
    mark: must(change.mark, 'the mark of what is asked'),
  });
}

/** It comes to nothing, or back to be mended: a claim of its own is let go, that of the record stays. */
export function letGo(
  province: Province,
  tx: Tx<ProvinceDb>,
  change: Pick<KeyChangeTable, 'id' | 'claimNo' | 'claimBefore'>,
): void {
  const claimNo = ownClaim(change);
  if (claimNo !== null) province.outbox.queue(tx, 'hub', ReleaseClaim, { claimNo, application: change.id });
}

/** The claim of this open change is gone at the hub: its checks begin anew. */
export async function claimAgain(province: Province, tx: Tx<ProvinceDb>, id: string): Promise<void> {
  const nothing = { claimNo: null, checkedAt: null, holder: null, verification: null };
  await tx
    .updateTable('key_change')
    .set({ checkState: 'unchecked', ...nothing })
    .where('id', '=', id)
    .execute();
  await setBlocked(province, tx, [id], blockedBy('unchecked'));
  await claim(province, tx, await getKeyChangeRow(tx, id));
}
