import type { z } from 'zod';
import type { IdentityClaimed, IdentityVerified } from '../../contracts/claim.ts';
import { ReleaseClaim } from '../../contracts/claim.ts';
import { endApplication, getApplication, setBlocked } from '../../shared/chain/chain.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Province } from '../context.ts';
import { endedOf } from '../identity/table.ts';
import { holderText } from '../registration/checks.ts';
import { afterGrant, afterVerification } from '../registration/rules.ts';
import type { ProvinceDb } from '../schema.ts';
import { changeStudent } from '../student/change.ts';
import { claimAgain } from './claim.ts';
import { tellListener } from './listener.ts';
import type { KeyChangeListener } from './listener.ts';
import { blockedBy } from './rules.ts';
import { findKeyChange, KEY_CHANGES } from './table.ts';
import type { KeyChangeTable } from './table.ts';

type Claimed = z.output<(typeof IdentityClaimed)['item']>;
type Verified = z.output<(typeof IdentityVerified)['item']>;

/** How long a change whose dedup failed stays to be looked at before the system ends it, as a registration (features 1.9). */
const FAILED_KEPT_MS = 3_600_000;

/**
 * The hub decided claims of changes. Repeats change nothing. A grant for a change that has ended, that asks about something else by
 * now, or that a restore has taken away is given back: otherwise the identity would be held by nobody's application.
 */
export async function changesClaimed(province: Province, tx: Tx<ProvinceDb>, items: readonly Claimed[]): Promise<void> {
  for (const item of items) await claimed(province, tx, item);
}

async function claimed(province: Province, tx: Tx<ProvinceDb>, item: Claimed): Promise<void> {
  const { application, result } = item;
  const claimNo = item.claimNo ?? null;
  const change = await findKeyChange(tx, application);
  const isOpen = change?.state === 'in-review' && isAbout(change, item);
  const isFailed = change?.checkState === 'dedup-failed';
  if (result === 'granted' && (!isOpen || isFailed)) {
    if (await isUnwanted(tx, change, claimNo))
      province.outbox.queue(tx, 'hub', ReleaseClaim, { claimNo: claimNo!, application });
    return;
  }
  if (!isOpen) return;
  // A restored hub had to give the identity to another who had it.
  const isOverruled = result === 'held' && change.claimNo !== null;
  if (change.checkState !== 'unchecked' && !isOverruled) return;
  // Numbers rise: every claim up to the last that was let go is gone.
  if (claimNo !== null && claimNo !== change.claimBefore && claimNo <= (change.releasedNo ?? 0)) {
    // The hub may have forgotten that it was let go, and would give the same number for ever.
    province.outbox.queue(tx, 'hub', ReleaseClaim, { claimNo, application });
    return claimAgain(province, tx, application);
  }
  const checkState = result === 'granted' ? afterGrant(change.category) : 'dedup-failed';
  const holder = item.holder ? JSON.stringify(item.holder) : null;
  await tx
    .updateTable('key_change')
    .set({ checkState, claimNo, holder, checkedAt: isoTime(province.clock.now()) })
    .where('id', '=', application)
    .execute();
  await setBlocked(province, tx, [application], blockedBy(checkState));
  tellOf(province, tx, change);
}

/** Whether nobody here has a use for the claim: of an approved change the record has it, unless it has been given up since. */
async function isUnwanted(
  tx: Tx<ProvinceDb>,
  change: KeyChangeTable | undefined,
  claimNo: number | null,
): Promise<boolean> {
  if (change && claimNo === change.claimBefore) return false;
  return change?.state !== 'approved' || (await endedOf(tx, [change.claimNo])).size > 0;
}

/** Not about what the change asked before it was mended. */
function isAbout({ mark }: KeyChangeTable, answer: { mark?: string | undefined }): boolean {
  return answer.mark === undefined || answer.mark === mark;
}

/** The population registry answered. `registry-unreachable` is only shown; the final answer comes later, and stays. */
export async function changesVerified(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: readonly Verified[],
): Promise<void> {
  for (const item of items) {
    const change = await findKeyChange(tx, item.application);
    if (change?.state !== 'in-review' || !isAbout(change, item)) continue;
    if (change.checkState !== 'verifying' && change.checkState !== 'registry-unreachable') continue;
    const { verification } = item;
    const checkState = afterVerification(verification);
    await tx.updateTable('key_change').set({ checkState, verification }).where('id', '=', change.id).execute();
    await setBlocked(province, tx, [change.id], blockedBy(checkState));
    tellOf(province, tx, change);
  }
}

/** Ends changes whose dedup failed a while ago, with who holds the identity as the reason. */
export async function endFailedChanges(province: Province, listener: KeyChangeListener | undefined): Promise<void> {
  const before = isoTime(province.clock.now() - FAILED_KEPT_MS);
  const failed = await province.store.read
    .selectFrom('key_change')
    .select('id')
    .where('checkState', '=', 'dedup-failed')
    .where('state', '=', 'in-review')
    .where('checkedAt', '<', before)
    .execute();
  for (const { id } of failed)
    await province.store.decide(async (tx) => {
      const change = await findKeyChange(tx, id);
      if (change?.state !== 'in-review' || change.checkState !== 'dedup-failed') return;
      const reason = `查重不通过：${holderText(change.holder)}`;
      await endApplication(province, tx, await getApplication(tx, id), reason);
      await tx.updateTable('key_change').set({ state: 'ended', openFingerprint: null }).where('id', '=', id).execute();
      await changeStudent(province, tx, change.studentId, { openBusiness: null });
      await tellListener(listener, province, tx, change, 'ended');
      tellOf(province, tx, change);
    });
}

export function tellOf(province: Province, tx: Tx<ProvinceDb>, { schoolId }: Pick<KeyChangeTable, 'schoolId'>): void {
  tellPages(province, tx, KEY_CHANGES, [schoolId]);
}
