import type { z } from 'zod';
import type { Blocked } from '../../contracts/application.ts';
import { ReleaseClaim } from '../../contracts/claim.ts';
import type { IdentityClaimed, IdentityVerified } from '../../contracts/claim.ts';
import { endApplication, getApplications, setBlocked } from '../../shared/chain/chain.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import { updateRows } from '../../shared/db/bulk.ts';
import type { BulkValue } from '../../shared/db/bulk.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { endedOf } from '../identity/table.ts';
import { claimAgain, markOf } from './claim.ts';
import { forgetAltogether, forgottenOf } from './forgotten.ts';
import { afterGrant, afterVerification, blockedBy } from './rules.ts';
import { REGISTRATIONS } from './table.ts';
import type { RegistrationTable } from './table.ts';

/** How long a registration whose dedup failed stays to be looked at before the system ends it (features 1.9). */
const FAILED_KEPT_MS = 3_600_000;
/** How many are ended in one decision. */
const ENDED_PER_DECISION = 200;

type Claimed = z.output<(typeof IdentityClaimed)['item']>;
type Verified = z.output<(typeof IdentityVerified)['item']>;

/**
 * The hub decided claims. Repeats change nothing. A grant for a registration that has ended meanwhile is given back:
 * otherwise the identity would be held by nobody's application.
 */
export async function identitiesClaimed(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: readonly Claimed[],
): Promise<void> {
  const registrations = await registrationsOf(tx, items);
  const at = isoTime(province.clock.now());
  const forgotten = await forgottenOf(
    tx,
    items.map((item) => item.application),
  );
  const givenUp = await endedOf(
    tx,
    [...registrations.values()].map(({ claimNo }) => claimNo),
  );
  const changed: BulkValue[][] = [];
  const blocked = new Map<Blocked | null, string[]>();
  const again: string[] = [];
  const forgettable: string[] = [];
  const released: BulkValue[][] = [];
  for (const item of items) {
    const registration = registrations.get(item.application);
    const open = registration !== undefined && registration.openFingerprint !== null;
    const granted = item.result === 'granted';
    const before = forgotten.get(item.application);
    // Numbers rise: every claim up to the last that was let go is gone, and after a restore each is granted once more.
    const forgottenUpTo = before?.releasedNo ?? 0;
    const goneUpTo = Math.max(forgottenUpTo, registration?.releasedNo ?? 0);
    const isLast = forgottenUpTo === 0 || (granted && item.claimNo! >= forgottenUpTo);
    if (before && before.studentNumber === null && isLast) forgettable.push(before.studentId);
    if (registration && isOfAnother(item, registration)) {
      if (granted)
        province.outbox.queue(tx, 'hub', ReleaseClaim, { claimNo: item.claimNo!, application: item.application });
      continue;
    }
    // Of a record that has another identity since: a restored hub has decided the former claim once more.
    if (granted && !open && registration?.claimNo != null && givenUp.has(registration.claimNo)) {
      province.outbox.queue(tx, 'hub', ReleaseClaim, { claimNo: item.claimNo!, application: item.application });
      continue;
    }
    if (granted && !open && !registration?.studentNumber) {
      if (before?.studentNumber) continue;
      province.outbox.queue(tx, 'hub', ReleaseClaim, { claimNo: item.claimNo!, application: item.application });
      if (registration && item.claimNo! > goneUpTo) released.push([item.claimNo!, item.application]);
      continue;
    }
    // The answer that was given stays, also when a restored hub would now give another.
    const failed = open && registration.checkState === 'dedup-failed';
    if (granted && failed)
      province.outbox.queue(tx, 'hub', ReleaseClaim, { claimNo: item.claimNo!, application: item.application });
    // A restored hub had to give the identity to another who had it.
    const overruled = !granted && open && registration.claimNo !== null;
    if (!open || (registration.checkState !== 'unchecked' && !overruled)) continue;
    // The claim of its own forgotten record was never let go, whatever was said before that record was known.
    if (granted && item.claimNo! <= goneUpTo && item.claimNo !== before?.claimNo) {
      // The hub may have forgotten that it was let go, and would give the same number for ever.
      province.outbox.queue(tx, 'hub', ReleaseClaim, { claimNo: item.claimNo!, application: item.application });
      again.push(item.application);
      continue;
    }
    const checkState = granted ? afterGrant(registration.category) : 'dedup-failed';
    const holder = item.holder ? JSON.stringify(item.holder) : null;
    changed.push([checkState, at, item.claimNo ?? null, holder, item.application]);
    const state = blockedBy(checkState);
    const ids = blocked.get(state) ?? [];
    ids.push(item.application);
    blocked.set(state, ids);
  }
  await updateRows(tx, 'registration', 'id', ['checkState', 'checkedAt', 'claimNo', 'holder'], changed);
  await updateRows(tx, 'registration', 'id', ['releasedNo'], released);
  for (const [state, ids] of blocked) await setBlocked(province, tx, ids, state);
  tellOf(province, tx, registrations.values());
  await forgetAltogether(tx, forgettable);
  await claimAgain(province, tx, again);
}

/** The population registry answered. `registry-unreachable` is only shown; the final answer comes later, and stays. */
export async function identitiesVerified(
  province: Province,
  tx: Tx<ProvinceDb>,
  items: readonly Verified[],
): Promise<void> {
  const registrations = await registrationsOf(tx, items);
  const changed: BulkValue[][] = [];
  const unblocked: string[] = [];
  for (const item of items) {
    const { application, verification } = item;
    const registration = registrations.get(application);
    if (registration && isOfAnother(item, registration)) continue;
    const now = registration?.checkState;
    if (now !== 'verifying' && now !== 'registry-unreachable') continue;
    const checkState = afterVerification(verification);
    changed.push([checkState, verification, application]);
    if (blockedBy(checkState) === null) unblocked.push(application);
  }
  await updateRows(tx, 'registration', 'id', ['checkState', 'verification'], changed);
  await setBlocked(province, tx, unblocked, null);
  tellOf(province, tx, registrations.values());
}

/** Ends registrations whose dedup failed a while ago, with who holds the identity as the reason (features 1.9). */
export async function endFailedRegistrations(province: Province): Promise<void> {
  const before = isoTime(province.clock.now() - FAILED_KEPT_MS);
  for (;;) {
    const ended = await province.store.decide(async (tx) => {
      const failed = await tx
        .selectFrom('registration')
        .select(['id', 'holder', 'schoolId'])
        .where('checkState', '=', 'dedup-failed')
        .where('openFingerprint', 'is not', null)
        .where('checkedAt', '<', before)
        .limit(ENDED_PER_DECISION)
        .execute();
      const holders = new Map(failed.map((row) => [row.id, row.holder]));
      for (const application of await getApplications(tx, [...holders.keys()]))
        await endApplication(
          province,
          tx,
          application,
          `查重不通过：${holderText(holders.get(application.id) ?? null)}`,
        );
      if (failed.length > 0)
        await tx
          .updateTable('registration')
          .set({ openFingerprint: null, state: 'ended' })
          .where('id', 'in', [...holders.keys()])
          .execute();
      tellOf(province, tx, failed);
      return failed.length;
    });
    if (ended < ENDED_PER_DECISION) return;
  }
}

/** Who holds the identity, for people: `该身份已由山东省 济南市第一小学 张*三 占用（自 2026-09-01）`, the date as in China. */
export function holderText(holder: string | null): string {
  if (!holder) return '身份已被占用';
  const { provinceName, schoolName, maskedName, since } = JSON.parse(holder) as Record<string, string>;
  return `该身份已由${provinceName} ${schoolName} ${maskedName} 占用（自 ${chinaDate(Date.parse(since!))}）`;
}

function tellOf(province: Province, tx: Tx<ProvinceDb>, changed: Iterable<{ schoolId: string }>): void {
  tellPages(province, tx, REGISTRATIONS, new Set(Array.from(changed, ({ schoolId }) => schoolId)));
}

/**
 * The answer is about an identity that this application asked about before, and no longer has: it was handed in with another after a
 * restore, or mended. Answers of an older hub do not say.
 */
function isOfAnother(
  answer: { mark?: string | undefined },
  registration: Pick<RegistrationTable, 'idFingerprint'>,
): boolean {
  return answer.mark !== undefined && answer.mark !== markOf(registration);
}

async function registrationsOf(tx: Tx<ProvinceDb>, items: readonly { application: string }[]) {
  const rows = await tx
    .selectFrom('registration')
    .select(['id', 'category', 'checkState', 'openFingerprint', 'idFingerprint', 'studentNumber'])
    .select(['claimNo', 'releasedNo', 'schoolId'])
    .where(
      'id',
      'in',
      items.map((item) => item.application),
    )
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
