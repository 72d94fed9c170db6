import type { z } from 'zod';
import type { NodeId } from '../../contracts/core/message.ts';
import type { RecordSummarised } from '../../contracts/national-index.ts';
import type { IndexAlarmKind } from '../../contracts/national-query.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import { mustBeCounted } from '../claim/recount.ts';
import { listContestedOf } from '../claim/contender.ts';
import { findClaims, findEndedClaims } from '../claim/table.ts';
import type { IdentityClaim } from '../claim/table.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { areGrouped, recordsTold } from '../problem-record/records.ts';
import { claimsFollow } from '../transfer/holder.ts';
import { resumeParked } from '../transfer/parked.ts';
import { findMovedHolders, isOfBefore } from '../transfer/table.ts';
import type { RecordHolderTable } from '../transfer/table.ts';
import { tellRefused } from './refused.ts';
import { findHolders, isFormal, saveNewerRecords, takeFormalNumbers } from './table.ts';
import type { NationalRecordTable } from './table.ts';

type Summary = z.output<typeof RecordSummarised.item>;
interface Refused {
  kind: IndexAlarmKind;
  otherProvince: NodeId | null;
}

/**
 * The national index (H.2): how every record stands. Only the province that holds a record writes its summary; the
 * first to tell of a record holds it, and a claim it names must be its own. A formal number belongs to one pupil for
 * ever (invariant I08). What breaks these is not taken and raises an alarm for the ministry.
 *
 * Right in any order: an older version than the one known changes nothing, the same one twice neither.
 */
export async function takeSummaries(
  hub: Hub,
  tx: Tx<HubDb>,
  items: readonly Summary[],
  message: { from: NodeId },
): Promise<void> {
  await mustBeCounted(tx);
  const province = message.from;
  const moved = await findMovedHolders(
    tx,
    items.map(({ studentId }) => studentId),
  );
  const refusals = await refuse(tx, items, province, moved);
  for (const [item, { kind, otherProvince }] of refusals)
    await tellRefused(hub, tx, item, province, kind, otherProvince);
  const taken = items.filter((item) => !refusals.has(item) && !isOfBefore(item, province, moved));
  await saveNewerRecords(
    tx,
    taken.map((item) => recordOf(hub.vault, item, province)),
  );
  if (taken.length === 0) return;
  const studentIds = taken.map(({ studentId }) => studentId);
  if (moved.size > 0) await claimsFollow(tx, studentIds);
  await recordsTold(hub, tx, taken, province);
  await resumeParked(hub, tx, studentIds);
}

/** After a restore the claim of a record that has moved may still be under where it was registered; it follows the record. */
function isOwnClaim(
  claim: IdentityClaim | undefined,
  { studentId }: Summary,
  province: NodeId,
  moved: ReadonlyMap<string, RecordHolderTable>,
): boolean {
  if (claim?.studentId !== studentId) return false;
  return claim.province === province || moved.get(studentId)?.province === province;
}

/** The items that cannot be taken, with the reason. */
async function refuse(
  tx: Tx<HubDb>,
  items: readonly Summary[],
  province: NodeId,
  moved: ReadonlyMap<string, RecordHolderTable>,
): Promise<Map<Summary, Refused>> {
  const refusals = new Map<Summary, Refused>();
  const holders = await findHolders(
    tx,
    items.map((item) => item.studentId),
  );
  const claims = await findClaims(
    tx,
    items.flatMap((item) => item.claimNo ?? []),
  );
  const ended = await findEndedClaims(
    tx,
    items.flatMap(({ claimNo }) => (claimNo === null || claims.has(claimNo) ? [] : claimNo)),
  );
  // A deletion ends the claim before its summary comes; to a restored hub the province has told so before what it says once more.
  const hasLetGo = ({ claimNo, studentId }: Summary): boolean => ended.get(claimNo ?? 0)?.studentId === studentId;
  for (const item of items) {
    if (isOfBefore(item, province, moved)) continue;
    const holder = moved.get(item.studentId)?.province ?? holders.get(item.studentId);
    const claim = item.claimNo === null ? undefined : claims.get(item.claimNo);
    if (holder !== undefined && holder !== province) {
      refusals.set(item, { kind: 'not-holder', otherProvince: holder });
    } else if (item.claimNo !== null && !isOwnClaim(claim, item, province, moved) && !hasLetGo(item)) {
      refusals.set(item, { kind: 'claim-of-another', otherProvince: claim?.province ?? null });
    }
  }
  const formal = items.filter((item) => !refusals.has(item) && isFormal(item.studentNumber));
  const owners = await takeFormalNumbers(tx, formal);
  const foreign = await foreignNumbers(tx, formal, owners);
  const others = await findHolders(
    tx,
    foreign.map((item) => owners.get(item.studentNumber) ?? ''),
  );
  for (const item of foreign) {
    const otherProvince = others.get(owners.get(item.studentNumber) ?? '') ?? null;
    refusals.set(item, { kind: 'number-taken', otherProvince });
  }
  return refusals;
}

/** Another's number is none of phase one's duplicates: of those that bear one number a problem group decides. */
async function foreignNumbers(
  tx: Tx<HubDb>,
  formal: readonly Summary[],
  owners: ReadonlyMap<string, string>,
): Promise<Summary[]> {
  const foreign: Summary[] = [];
  for (const item of formal) {
    const owner = owners.get(item.studentNumber) ?? item.studentId;
    if (owner === item.studentId || (await areGrouped(tx, owner, item.studentId))) continue;
    const contested = await listContestedOf(tx, item.claimNo === null ? [] : [item.claimNo]);
    if (contested.length === 0) foreign.push(item);
  }
  return foreign;
}

/** What the index keeps of a summary: its document only sealed, and as its fingerprint. */
export function recordOf(vault: Vault, item: Summary, province: NodeId): NationalRecordTable {
  const { identityKey, problem, ...plain } = item;
  return {
    ...plain,
    province,
    problem: problem ? 1 : 0,
    identitySealed: identityKey === null ? null : vault.seal(identityKey),
    identityFingerprint: identityKey === null ? null : vault.fingerprint(identityKey),
  };
}
